# The verbs of this project; 'make help' explains them. Each is a program in
# tools/vmtest that can be run by itself and has a --help.

VMTEST := tools/vmtest

# The settings on make's command line: each program refuses those it does not take.
export VMTEST_GIVEN := $(strip $(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))

# Refused: what would change how a recipe runs, or hide that it failed.
$(foreach name,SHELL .SHELLFLAGS MAKEFLAGS VMTEST_GIVEN,$(if $(filter command,$(origin $(name))),$(error $(name)=: no such setting)))
$(if $(findstring i,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),$(error make -i would hide failures; run it without))

# First the settings, then what has to be installed, then the work.
run = @$(VMTEST)/$(1) --check-settings && VMTEST_GIVEN= $(VMTEST)/deps && $(VMTEST)/$(1)

.PHONY: all check check-full deps image deb vmtest shell before-after bench torture mutants suites matrix tree refresh series selftests tarball help clean distclean

all:
	$(call run,main)

check:
	$(call run,check)

check-full: export FULL := 1
check-full:
	$(call run,check)

deps:
	@$(VMTEST)/deps

image:
	$(call run,kernel)

deb: export DEB := 1
deb:
	$(call run,deb)

vmtest shell before-after torture matrix suites tree refresh tarball:
	$(call run,$@)

# All of it, unless a configuration or a CPU is named.
bench:
	$(call run,bench)
	@test "$(CONFIG)$(CPU)" || { unset VMTEST_GIVEN; $(VMTEST)/bench CONFIG=x86_64 && $(VMTEST)/sizes && $(VMTEST)/programs; }

mutants:
	$(call run,mutation)

series:
	$(call run,mails)

selftests:
	$(call run,selftests)
	@sed -n 's/^    //p' $(VMTEST)/doc/hardware.md >&2

help:
	@$(VMTEST)/help

# Downloads are kept by clean, and dropped by distclean.
clean distclean:
	@$(VMTEST)/clean $(if $(filter distclean,$@),--all)
