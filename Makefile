# The verbs of this project; 'make help' explains them. Each is a program in
# tools/vmtest that can be run by itself and has a --help.

VMTEST := tools/vmtest

# The settings on make's command line: each program refuses those it does not take.
export VMTEST_GIVEN := $(strip $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))

# Refused: what would change how a recipe runs, or hide that it failed.
$(foreach name,SHELL .SHELLFLAGS MAKEFLAGS VMTEST_GIVEN,$(if $(filter command,$(origin $(name))),$(error $(name)=: no such setting)))
$(if $(findstring i,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),$(error make -i would hide failures; run it without))

# A verb's program has its name: first its settings are checked, then what has to be
# installed, then it runs.
ROOMS := source build boot measure check tests
found = $(wildcard $(ROOMS:%=$(VMTEST)/%/$(1)))
program = $(if $(filter 1,$(words $(found))),$(found),$(error make $(1): the program is missing, or there are two: '$(found)'; run make in the project's own folder))
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

# All of it, unless a configuration or a CPU is named.
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

# Downloads are kept by clean, and dropped by distclean.
clean distclean:
	@$(VMTEST)/build/clean $(if $(filter distclean,$@),--all)
