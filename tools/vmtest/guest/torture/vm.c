// SPDX-License-Identifier: GPL-2.0
/*
 * The guest waits for a command in a store to MMIO, and finds it in its mailbox. Its
 * addresses are the physical ones, and all its memory is Normal-Tagged.
 */
#define _GNU_SOURCE
#ifdef __aarch64__
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "vm.h"

#ifdef __aarch64__

#define GIB		(1UL << 30)
/* Guest-physical addresses: MMIO is in the first GiB. */
#define OWN_MEMORY	(1 * GIB)
#define TEST_MEMORY	(2 * GIB)
/* The guest's own memory: page tables, code, vectors, what it has loaded. */
#define CODE_OFFSET	4096UL
#define VECTORS_OFFSET	8192UL
#define LOAD_OFFSET	65536UL

/* Descriptors of blocks, with the access flag. */
#define BLOCK		(1UL | 1UL << 10)
#define NORMAL_TAGGED	(0UL << 2 | 3UL << 8)
#define DEVICE		(1UL << 2 | 3UL << 53)

#define SCTLR_EL1	ARM64_SYS_REG(3, 0, 1, 0, 0)
#define TTBR0_EL1	ARM64_SYS_REG(3, 0, 2, 0, 0)
#define TCR_EL1		ARM64_SYS_REG(3, 0, 2, 0, 2)
#define VBAR_EL1	ARM64_SYS_REG(3, 0, 12, 0, 0)
#define MAIR_EL1	ARM64_SYS_REG(3, 0, 10, 2, 0)
#define PC		(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | \
			 KVM_REG_ARM_CORE_REG(regs.pc))

/* Reserved bits, SPAN, the caches, the MMU, and access to tags, without checks. */
#define SCTLR_VALUE	(0x30d00800UL | 1UL << 12 | 1UL << 2 | 1UL << 0 | 3UL << 42)
/* 4 GiB of addresses, cached page tables of 4 KiB pages, tags in addresses allowed. */
#define TCR_VALUE	(32UL | 1UL << 8 | 1UL << 10 | 3UL << 12 | 1UL << 23 | 1UL << 37)
/* 0: Normal-Tagged, 1: Device. */
#define MAIR_VALUE	0xf0UL

/* A vector: str xzr, [x10, #8]. So an exception is reported. */
#define NR_VECTORS	16
#define VECTOR_WORDS	32
#define VECTOR		0xf900055fU

/* The fields of struct mailbox are loaded to x0 to x5. */
asm("	.arch	armv8.5-a+memtag\n"
    "	.pushsection .rodata\n"
    "	.balign	16\n"
    "	.global	vm_code, vm_mailbox\n"
    "vm_code:\n"
    "	adr	x9, vm_mailbox\n"
    "	mov	x10, #0\n"
    "0:	str	xzr, [x10]\n"
    "	ldp	x0, x1, [x9]\n"
    "	ldp	x2, x3, [x9, #16]\n"
    "	ldp	x4, x5, [x9, #32]\n"
    "	cmp	x5, #1\n"
    "	b.eq	2f\n"
    "	b.hi	3f\n"
    /* Store values. */
    "1:	str	x2, [x0]\n"
    "	add	x2, x2, x3\n"
    "	add	x0, x0, x4\n"
    "	cmp	x0, x1\n"
    "	b.lo	1b\n"
    "	b	0b\n"
    /* Store tags. */
    "2:	bfi	x0, x2, #56, #4\n"
    "	stg	x0, [x0]\n"
    "	bfi	x0, xzr, #56, #4\n"
    "	add	x2, x2, x3\n"
    "	add	x0, x0, x4\n"
    "	cmp	x0, x1\n"
    "	b.lo	2b\n"
    "	b	0b\n"
    /* Load data to x2, tags to x3. */
    "3:	ldp	x6, x7, [x0]\n"
    "	stp	x6, x7, [x2], #16\n"
    "	mov	x6, #0\n"
    "	ldg	x6, [x0]\n"
    "	lsr	x6, x6, #56\n"
    "	strb	w6, [x3], #1\n"
    "	add	x0, x0, #16\n"
    "	cmp	x0, x1\n"
    "	b.lo	3b\n"
    "	b	0b\n"
    "	.balign	16\n"
    "vm_mailbox:\n"
    "	.popsection\n");
extern const char vm_code[], vm_mailbox[] __attribute__((visibility("hidden")));

struct mailbox {
	uint64_t first, end, value, add, step, command;
};

static int vm = -1, vcpu;
static struct kvm_run *run;
static char *own_memory;

static size_t own_memory_size(void)
{
	const size_t size = LOAD_OFFSET + VM_PAGES * (page_size + granules_per_page);

	return (size + page_size - 1) / page_size * page_size;
}

static bool set_slot(unsigned int slot, unsigned long gpa, const char *p, size_t size, int flags)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.flags = flags,
		.guest_phys_addr = gpa,
		.memory_size = size,
		.userspace_addr = (uintptr_t)p,
	};

	return !ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static bool set_test_memory(int flags)
{
	return set_slot(1, TEST_MEMORY, page_addr(0), nr_pages * page_size, flags);
}

static bool set_register(uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	return !ioctl(vcpu, KVM_SET_ONE_REG, &reg);
}

/* Creates a VM whose vCPUs have MTE. Returns what fails. */
static const char *create_vm(void)
{
	struct kvm_enable_cap mte = { .cap = KVM_CAP_ARM_MTE };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (kvm < 0)
		return "no /dev/kvm";
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	close(kvm);
	if (vm < 0)
		return "KVM_CREATE_VM fails";
	return ioctl(vm, KVM_ENABLE_CAP, &mte) ? "no KVM_CAP_ARM_MTE" : NULL;
}

static bool create_vcpu(void)
{
	struct kvm_vcpu_init init;
	uint64_t *table;
	uint32_t *vectors;

	own_memory = mmap(NULL, own_memory_size(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (own_memory == MAP_FAILED)
		return false;
	table = (uint64_t *)own_memory;
	table[0] = BLOCK | DEVICE;
	table[1] = BLOCK | NORMAL_TAGGED | OWN_MEMORY;
	table[2] = BLOCK | NORMAL_TAGGED | TEST_MEMORY;
	vectors = (uint32_t *)(own_memory + VECTORS_OFFSET);
	for (unsigned int i = 0; i < NR_VECTORS; i++)
		vectors[i * VECTOR_WORDS] = VECTOR;
	memcpy(own_memory + CODE_OFFSET, vm_code, vm_mailbox - vm_code);

	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu < 0)
		return false;
	run = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	return run != MAP_FAILED &&
	       set_slot(0, OWN_MEMORY, own_memory, own_memory_size(), 0) && set_test_memory(0) &&
	       !ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init) &&
	       !ioctl(vcpu, KVM_ARM_VCPU_INIT, &init) &&
	       set_register(SCTLR_EL1, SCTLR_VALUE) && set_register(TCR_EL1, TCR_VALUE) &&
	       set_register(TTBR0_EL1, OWN_MEMORY) && set_register(MAIR_EL1, MAIR_VALUE) &&
	       set_register(VBAR_EL1, OWN_MEMORY + VECTORS_OFFSET) &&
	       set_register(PC, OWN_MEMORY + CODE_OFFSET);
}

/* Runs the guest until it waits for the next command. */
static void run_vcpu(struct worker *w)
{
	int result;

	do {
		result = ioctl(vcpu, KVM_RUN, 0);
	} while (result && errno == EINTR);
	must(w, 0, !result, "KVM_RUN");
	if (run->exit_reason != KVM_EXIT_MMIO)
		fail(w, 0, "the guest exits with reason %u", run->exit_reason);
	if (run->mmio.phys_addr)
		fail(w, 0, "the guest has an exception");
}

const char *vm_setup(void)
{
	const char *reason = create_vm();

	if (vm >= 0)
		close(vm);
	vm = -1;
	return reason;
}

/* Each case has a guest of its own, which the first step creates that uses it. */
static void create(struct worker *w)
{
	if (vm >= 0)
		return;
	must(w, 0, !create_vm(), "creation of a VM");
	must(w, 0, create_vcpu(), "creation of a vCPU");
	run_vcpu(w);
}

void vm_run(struct worker *w, const struct vm_call *call)
{
	struct mailbox mailbox = {
		.first = TEST_MEMORY + call->first,
		.end = TEST_MEMORY + call->end,
		.value = call->value,
		.add = call->add,
		.step = call->step,
		.command = call->command,
	};

	create(w);
	if (call->command == VM_LOAD) {
		mailbox.value = OWN_MEMORY + LOAD_OFFSET;
		mailbox.add = mailbox.value + VM_PAGES * page_size;
	}
	memcpy(own_memory + CODE_OFFSET + (vm_mailbox - vm_code), &mailbox, sizeof(mailbox));
	run_vcpu(w);
}

const uint8_t *vm_data(void)
{
	return (uint8_t *)own_memory + LOAD_OFFSET;
}

const uint8_t *vm_tags(void)
{
	return vm_data() + VM_PAGES * page_size;
}

void vm_copy_tags(struct worker *w, unsigned long page, bool write, uint8_t *tags)
{
	struct kvm_arm_copy_mte_tags copy = {
		.guest_ipa = TEST_MEMORY + page * page_size,
		.length = page_size,
		.addr = tags,
		.flags = write ? KVM_ARM_TAGS_TO_GUEST : KVM_ARM_TAGS_FROM_GUEST,
	};

	create(w);
	must(w, page, ioctl(vm, KVM_ARM_MTE_COPY_TAGS, &copy) == (int)page_size,
	     "KVM_ARM_MTE_COPY_TAGS");
}

void vm_keep_log(struct worker *w, bool on)
{
	create(w);
	must(w, 0, set_test_memory(on ? KVM_MEM_LOG_DIRTY_PAGES : 0), "KVM_MEM_LOG_DIRTY_PAGES");
}

void vm_read_log(struct worker *w, uint64_t *log)
{
	struct kvm_dirty_log arg = { .slot = 1, .dirty_bitmap = log };

	create(w);
	must(w, 0, !ioctl(vm, KVM_GET_DIRTY_LOG, &arg), "KVM_GET_DIRTY_LOG");
}

#else

const char *vm_setup(void)
{
	return "no KVM with MTE";
}

/* Not called. */
void vm_run(struct worker *w, const struct vm_call *call)
{
	(void)w;
	(void)call;
}

const uint8_t *vm_data(void)
{
	return NULL;
}

const uint8_t *vm_tags(void)
{
	return NULL;
}

void vm_copy_tags(struct worker *w, unsigned long page, bool write, uint8_t *tags)
{
	(void)w;
	(void)page;
	(void)write;
	(void)tags;
}

void vm_keep_log(struct worker *w, bool on)
{
	(void)w;
	(void)on;
}

void vm_read_log(struct worker *w, uint64_t *log)
{
	(void)w;
	(void)log;
}

#endif
