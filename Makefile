# SPDX-License-Identifier: GPL-2.0
# The front door. kbuild reads Kbuild instead, so `make -C /lib/modules/$(uname -r)/build M=$PWD` works as well.

KERNEL  ?= 6.12
KERNELS ?= 6.1 6.12
# What the VM runs for `make demo`.
DEMO    ?= ntio tour

# One's own kernel is called "own".
ifdef KDIR
KERNEL  := own
KERNELS := own
export KDIR KERNEL_IMAGE KERNEL_MODULES
endif
export KSRC

# One thing after the other here, each with all processors.
.NOTPARALLEL:
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

quiet := --no-print-directory $(if $(V),,-s)

BUILD := $(CURDIR)/build
KSFT  := $(BUILD)/kernels/source-tools/tools/testing/selftests
export BUILD KERNELS TESTS TRACE

all_kernels := $(shell awk '!/^\#/ && NF { print $$1 }' vm/kernels)

.PHONY: help demo wdm bench bench-gate check check-rt check-kasan check-kcsan check-kmsan check-all vm-shell modules userspace \
	selftests deps clean distclean $(all_kernels:%=kernel-%) $(all_kernels:%=modules-%)

help:
	@echo 'ntio: the Windows I/O request model for Linux character devices'
	@echo
	@echo '  make demo           watch the rules of user memory at work, in a VM'
	@echo '  make check          run all tests, in VMs (KERNELS="$(KERNELS)", TESTS="name ...", JOBS=N at once)'
	@echo '  make check-kasan    the same on a kernel with KASAN, lockdep and more, built once'
	@echo '  make check-kcsan    on one that finds data races, built once'
	@echo '  make check-kmsan    on one that finds memory read though never written, built once'
	@echo '  make check-rt       on real-time kernels'
	@echo '  make check-all      on all of these'
	@echo '  make wdm DRIVER=folder   build a Windows driver from its sources, load it in the VM and run its program'
	@echo '  make bench          what requests cost beside a driver written by hand, in instructions'
	@echo '                      (ROWS="name ...", TRACE=row: by function)'
	@echo '  make bench-gate     whether that has grown by more than 2 %'
	@echo '  make vm-shell       a shell in the VM, with the modules loaded'
	@echo '  make modules        ntio.ko and the samples (W=1 C=1 as with every module)'
	@echo '  make userspace      libntio and the ntio command'
	@echo '  make deps           install the packages that all this needs (Debian 12; the above do so themselves)'
	@echo '  make clean          remove what was built, but not the kernels; make distclean: these, too'
	@echo
	@echo '  KERNEL=$(KERNEL)         which kernel, of: $(all_kernels) (see vm/kernels)'
	@echo '  KDIR=... KERNEL_IMAGE=... [KERNEL_MODULES=...]   your own: its build or headers tree, its bzImage,'
	@echo '                      its lib/modules/<release>'
	@echo
	@echo 'Everything is built and kept below build/; results and kernel logs are in build/results/<kernel>/.'

deps:
	@vm/deps

# With KDIR alone nothing but a compiler is needed.
$(filter-out kernel-own,$(all_kernels:%=kernel-%)): deps
$(all_kernels:%=kernel-%): kernel-%:
	@vm/kernel $*

$(all_kernels:%=modules-%): modules-%: kernel-%
	@vm/modules $* $(if $(W),W=$(W)) $(if $(C),C=$(C)) $(if $(V),V=$(V))

modules: modules-$(KERNEL)

userspace: deps
	@$(MAKE) $(quiet) -C userspace BUILD=$(BUILD)/userspace

selftests: userspace
	@vm/source tools
	@$(MAKE) $(quiet) -C selftests BUILD=$(BUILD)/selftests USERSPACE=$(BUILD)/userspace KSFT=$(KSFT)

demo: modules userspace
	@vm/run $(KERNEL) with-modules $(DEMO)

wdm: modules userspace
	@vm/wdm $(KERNEL) "$(DRIVER)"

bench: modules selftests
	@vm/bench $(KERNEL) $(ROWS)

bench-gate: modules selftests
	@vm/bench --gate $(KERNEL)

check: $(KERNELS:%=modules-%) userspace selftests
	@vm/check $(KERNELS)

check-kasan check-kcsan check-kmsan: check-%:
	@$(MAKE) --no-print-directory check KERNELS=$*

check-rt:
	@$(MAKE) --no-print-directory check KERNELS="rt rt-6.1"

check-all:
	@$(MAKE) --no-print-directory check KERNELS="$(filter-out own,$(all_kernels))"

vm-shell: modules userspace
	@vm/run -i $(KERNEL) with-modules shell

clean:
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name kernels -exec rm -rf {} +; fi

distclean:
	@rm -rf build
