# SPDX-License-Identifier: GPL-2.0
# The front door. kbuild reads Kbuild instead, so `make -C /lib/modules/$(uname -r)/build M=$PWD` works as well; where
# the kernel's headers ask for pahole it says what to do.

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

# For another architecture everything is cross-built, and runs in QEMU.
programs := $(CURDIR)/build
ifeq ($(ARCH),arm64)
on := -arm64
programs := $(CURDIR)/build/arm64
sysroot := $(CURDIR)/build/kernels/sysroot-arm64/bin
cross := CC=$(sysroot)/cc CC32=$(sysroot)/cc32 AR=$(sysroot)/ar OBJCOPY=$(sysroot)/objcopy \
	'CMD_CFLAGS=-I=/usr/include/libsmartcols -I=/usr/include/tracefs -I=/usr/include/traceevent' \
	'CMD_LIBS=-lsmartcols -ltracefs -ltraceevent'
endif
unexport ARCH

# One thing after the other here, each with all processors.
.NOTPARALLEL:
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif

quiet := --no-print-directory $(if $(V),,-s)

BUILD := $(CURDIR)/build
KSFT  := $(BUILD)/kernels/source-tools/tools/testing/selftests
export BUILD KERNELS TESTS TRACE KVM

all_kernels := $(shell awk '!/^\#/ && NF { print $$1 }' vm/kernels)
all_targets := $(all_kernels) $(all_kernels:%=%-arm64)

.PHONY: help demo wdm bench bench-gate build-matrix check check-rt check-kasan check-kcsan check-kmsan check-all \
	vm-shell vm-test modules userspace selftests deps man install uninstall modules_install modules_uninstall \
	deb check-deb clean distclean cross $(all_targets:%=kernel-%) $(all_targets:%=modules-%)

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
	@echo '                      (ROWS="name ...", TRACE=row: by function, KVM=1: times, on a real machine);'
	@echo '                      with pictures of that and of other ways to move bytes, in build/bench/'
	@echo '  make bench-gate     whether that has grown by more than 2 %'
	@echo '  make build-matrix   build the modules for every kernel that Debian has, for amd64 and arm64'
	@echo '  make vm-shell       a shell in the VM, with the modules loaded (WITH=folder: only those of your own driver)'
	@echo '  make vm-test        the tests of your own driver in the VM: WITH=folder, made by "ntio new"'
	@echo '  make modules        ntio.ko and the samples (W=1 C=1 as with every module)'
	@echo '  make userspace      libntio and the ntio command'
	@echo '  make install        library, command, manual pages, sources for DKMS (PREFIX=, LIBDIR=, DESTDIR=); make uninstall'
	@echo '  make modules_install    ntio.ko for the running kernel or KDIR= (SAMPLES=y: the samples, too); modules_uninstall'
	@echo '  make deb            Debian packages, in build/deb; make check-deb: installed, upgraded, purged and run, in a chroot'
	@echo '  make deps           install the packages that all this needs (Debian 12; the above do so themselves)'
	@echo '  make clean          remove what was built, but not the kernels; make distclean: these, too'
	@echo
	@echo '  ARCH=arm64          all of this for another architecture: cross-built, in QEMU'
	@echo '  KERNEL=$(KERNEL)         which kernel, of: $(all_kernels) (see vm/kernels)'
	@echo '  KDIR=... KERNEL_IMAGE=... [KERNEL_MODULES=...]   your own: its build or headers tree, its bzImage,'
	@echo '                      its lib/modules/<release>'
	@echo
	@echo 'Everything is built and kept below build/; results and kernel logs are in build/results/<kernel>/.'

deps:
	@vm/deps $(if $(on),qemu-system-arm)

cross: deps
	@$(if $(on),vm/sysroot $(on:-%=%))

# With KDIR alone nothing but a compiler is needed.
$(filter-out kernel-own,$(all_targets:%=kernel-%)): deps
$(all_targets:%=kernel-%): kernel-%:
	@vm/kernel $*

$(all_targets:%=modules-%): modules-%: kernel-%
	@vm/modules $* $(if $(W),W=$(W)) $(if $(C),C=$(C)) $(if $(V),V=$(V))

modules: modules-$(KERNEL)$(on)

userspace: cross
	@$(MAKE) $(quiet) -C userspace BUILD=$(programs)/userspace $(cross)

selftests: userspace
	@vm/source tools
	@$(MAKE) $(quiet) -C selftests BUILD=$(programs)/selftests USERSPACE=$(programs)/userspace KSFT=$(KSFT) $(cross)

demo: demo-begins modules userspace
	@vm/demo $(KERNEL)$(on) $(DEMO)

.PHONY: demo-begins
demo-begins:
	@echo '  $(DEMO), on Linux $(KERNEL) in a VM: some 20 s after all is made' >&2

wdm: modules userspace
	@vm/wdm $(KERNEL) "$(DRIVER)"

bench: modules selftests
	$(if $(on),$(error ARCH=arm64: what counts instructions runs on amd64 only))@vm/deps gnuplot-nox
	@vm/bench $(KERNEL) $(ROWS)

bench-gate: modules selftests
	@vm/bench --gate $(KERNEL)

build-matrix: deps
	@vm/matrix

check: $(KERNELS:%=modules-%$(on)) userspace selftests
	@vm/deps $(if $(TESTS),,trace-cmd bpftrace)
	@vm/check $(KERNELS:%=%$(on))

check-kasan check-kcsan check-kmsan: check-%:
	@$(MAKE) --no-print-directory check KERNELS=$*

check-rt:
	@$(MAKE) --no-print-directory check KERNELS="rt rt-6.1"

check-all:
	@$(MAKE) --no-print-directory check KERNELS="$(filter-out own latest-rt trixie sid next,$(all_kernels))"

# WITH=folder: a driver of one's own, as `ntio new` makes one.
export WITH
with := $(if $(WITH),vm/with $(KERNEL) $(WITH))

vm-shell: modules userspace
	@$(with)
	@vm/run -i $(KERNEL)$(on) with-modules shell

vm-test: $(if $(WITH),modules userspace)
	@[ -n '$(WITH)' ] || { echo >&2 'ntio: make vm-test needs WITH=folder, a driver of your own as "ntio new" makes one'; \
		false; }
	@$(with)
	@vm/check $(KERNEL)

# Installing. The pages are made by kernel-doc, of which the small package has the kernel's.
packaging = @$(MAKE) $(quiet) -C packaging BUILD=$(BUILD)

man install: userspace
	@ls build/kernels/source-tools/scripts/kernel-doc >/dev/null 2>&1 || vm/deps linux-kbuild-6.1
	$(packaging) $@

uninstall:
	$(packaging) $@

modules_install modules_uninstall: tree := $(or $(KDIR),/lib/modules/$(shell uname -r)/build)
modules_install modules_uninstall:
	@[ -e '$(tree)/include/generated/utsrelease.h' ] || { echo >&2 'ntio: there is no kernel to build for: $(tree)' \
		'is missing. Install linux-headers-$(shell uname -r), or give KDIR=, a headers or build tree'; false; }
	$(if $(filter %_install,$@),@$(MAKE) --no-print-directory modules KDIR='$(tree)')
	$(packaging) KDIR='$(tree)' $@

deb:
	@packaging/deb

check-deb: $(KERNELS:%=kernel-%)
	@packaging/check-deb $(KERNELS)

clean:
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name kernels -exec rm -rf {} +; fi

distclean:
	@rm -rf build
