# The verbs of this project; 'make help' explains them. Each is a program in
# tools/vmtest that can be run by itself and has a --help.

VMTEST := tools/vmtest
# What the programs read from their environment.
export BASE CONFIG TREE KSRC QEMU CPU MTE MEM SMP TIMEOUT JUNIT AUTHOR MUTANT SECONDS SEED STEPS SUITES
export BASES CONFIGS REROLL PREVIOUS

.PHONY: all check check-full deps image deb vmtest bench torture mutants suites matrix tree refresh series selftests tarball help clean distclean

all: deps
	@TESTS=$(VMTEST)/quick.list $(VMTEST)/vmtest
	@echo "next: 'make vmtest' runs all selftests, 'make check' proves them, 'make help' has the rest" >&2

check: deps
	@$(VMTEST)/check

check-full: export FULL := 1
check-full: deps
	@$(VMTEST)/check

deps:
	@$(VMTEST)/deps

image: deps
	@$(VMTEST)/kernel

deb: export DEB := 1
deb: deps
	@$(VMTEST)/deb

vmtest: deps
	@$(VMTEST)/vmtest

bench: deps
	@$(VMTEST)/bench
	@test "$(CONFIG)" || { $(VMTEST)/bench CONFIG=x86_64 && $(VMTEST)/sizes && $(VMTEST)/programs; }

torture: deps
	@$(VMTEST)/torture

matrix: deps
	@$(VMTEST)/matrix

mutants: deps
	@$(VMTEST)/mutation

suites: deps
	@$(VMTEST)/suites

tree refresh: deps
	@$(VMTEST)/$@

series: deps
	@$(VMTEST)/mails

selftests: deps
	@$(VMTEST)/selftests
	@sed -n 's/^    //p' $(VMTEST)/doc/hardware.md >&2

tarball: deps
	@$(VMTEST)/tarball

help:
	@$(VMTEST)/help

# Downloads are kept by clean, and dropped by distclean.
clean:
	@test ! -d out || find out -mindepth 1 -maxdepth 1 ! -name downloads -exec rm -rf {} +

distclean:
	@rm -rf out
