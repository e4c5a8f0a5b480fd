# SPDX-License-Identifier: GPL-2.0
#
# Builds records and buffers and drops most of them. Says "ready"; after a line of
# input looks through the rest, builds again, and says "right".

KEEP = 16
NR_RECORDS = 16384
NR_BUFFERS = 1024
BUFFER_SIZE = 64 * 1024


def record(i):
    return {"id": i, "name": "record %d" % i, "numbers": [i * 3, i * 5, i * 7]}


# Of zeroes but for its first bytes.
def buffer(i):
    b = bytearray(BUFFER_SIZE)
    b[:8] = i.to_bytes(8, "little")
    return b


def build():
    return [record(i) for i in range(NR_RECORDS)], [buffer(i) for i in range(NR_BUFFERS)]


def check(records, buffers, step):
    for k, r in enumerate(records):
        i = k * step + step - 1
        if r != record(i):
            raise SystemExit("record %d is wrong" % i)
    for k, b in enumerate(buffers):
        i = k * step + step - 1
        if b != buffer(i):
            raise SystemExit("buffer %d is wrong" % i)


records, buffers = build()
records, buffers = records[KEEP - 1::KEEP], buffers[KEEP - 1::KEEP]
print("ready", flush=True)
input()
check(records, buffers, KEEP)
check(*build(), 1)
print("right", flush=True)
