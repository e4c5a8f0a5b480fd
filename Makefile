# The targets of this project; 'make help' lists them. Each runs a program in
# tools/vmtest, which can also be run directly and has --help.

VMTEST := tools/vmtest

# The settings on make's command line: an unknown one is an error in each program.
export VMTEST_GIVEN := $(strip $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))

# Settings and options that change how recipes run, or hide failures, are errors.
$(foreach name,SHELL .SHELLFLAGS MAKEFLAGS VMTEST_GIVEN,$(if $(filter command,$(origin $(name))),$(error $(name)=: no such setting)))
$(if $(findstring i,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),$(error make -i would hide failures; run it without))

# The program of a target has the same name. First checks its settings, then the
# installed packages, then runs it.
ROOMS := source build boot measure check tests
found = $(wildcard $(ROOMS:%=$(VMTEST)/%/$(1)))
program = $(if $(filter 1,$(words $(found))),$(found),$(error make $(1): the program is missing, or there are two: '$(found)'; run make in the folder of the project))
run = @$(program) --check-settings && VMTEST_GIVEN= $(VMTEST)/build/deps && $(program)

.PHONY: all check check-full deps image deb vmtest shell before-after bench torture mutants suites matrix tree refresh series selftests tarball help clean distclean

all:
	$(call run,vmtest) --brief

image vmtest shell before-after torture mutants suites matrix tree refresh series tarball check:
	$(call run,$@)

check-full: export FULL := 1
check-full:
	$(call run,check)

deb: export DEB := 1
deb:
	$(call run,$@)

# With CONFIG or CPU, only the bench program; otherwise all measurements.
bench:
	$(call run,$@)
	@test "$(CONFIG)$(CPU)" || { unset VMTEST_GIVEN; $(VMTEST)/measure/bench CONFIG=x86_64 && $(VMTEST)/measure/zero-test && $(VMTEST)/measure/sizes && $(VMTEST)/measure/programs; }

selftests:
	$(call run,$@)
	@sed -n 's/^    //p' $(VMTEST)/doc/hardware.md >&2

deps:
	@$(VMTEST)/build/deps

help:
	@$(VMTEST)/lib/help

# clean keeps the downloads, distclean removes them.
clean distclean:
	@$(VMTEST)/build/clean $(if $(filter distclean,$@),--all)
