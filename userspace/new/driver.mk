# SPDX-License-Identifier: GPL-2.0
# How a driver for ntio is built, and the programs that come with it. Its Kbuild
# includes this, and is read by the kernel's make and by one's own Makefile:
#
#   obj-m		the driver's modules, as with every module (Kbuild)
#   programs, tests	each one a C file; tests print TAP (Makefile)
#   NTIO		where ntio is: an installed one's PREFIX, or build/userspace
#			of its source tree
#   NTIO_SYMVERS	Module.symvers of the ntio that the kernel has, if it is
#			in none of the usual places
ntio_source := @SOURCE@
ntio_version := @VERSION@

ifneq ($(KBUILD_EXTMOD),)
# For the kernel's make.
NTIO_SYMVERS ?= $(firstword $(wildcard $(addsuffix /Module.symvers, \
	$(ntio_source)/build/modules/$(KERNELRELEASE) \
	/var/lib/dkms/ntio/$(ntio_version)/$(KERNELRELEASE)/* \
	/lib/modules/$(KERNELRELEASE)/updates/ntio)))
ntio_symvers = $(or $(NTIO_SYMVERS),$(error ntio is not built for the kernel \
	$(KERNELRELEASE): install ntio-dkms and that kernel's headers, or run \
	"make modules" in ntio's source tree; else NTIO_SYMVERS= names the \
	Module.symvers that came with it))
ntio_include = $(or $(wildcard $(ntio_source)/module/include),$(error \
	$(ntio_source)/module/include is missing, the headers for drivers: \
	install ntio-dkms))

ccflags-y += -I$(ntio_include) $(if $(ntio_symvers),)
KBUILD_EXTRA_SYMBOLS = $(ntio_symvers)
include $(wildcard $(ntio_source)/module/btf.mk)

else
# For one's own make.
KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
ntio_pc = PKG_CONFIG_PATH=$(NTIO)/lib/pkgconfig:$(PKG_CONFIG_PATH) \
	$(PKG_CONFIG)
ntio_modules := $(obj-m:.o=)
ntio_release = $(shell sed -n 's/^\#define UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h)

all: driver programs

driver: ntio-kernel
	$(MAKE) -C $(KDIR) M=$(CURDIR) NTIO=$(NTIO) \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules

programs: $(programs) $(tests)

$(programs) $(tests): %: %.c $(wildcard *.h) | ntio-library
	$(CC) -Wall $(CFLAGS) $(CPPFLAGS) $$($(ntio_pc) --cflags libntio) \
		-o $@ $< $(LDFLAGS) $$($(ntio_pc) --libs libntio)

ntio-kernel:
	@[ -f $(KDIR)/Makefile ] || { echo >&2 "There is no kernel to build \
	for: $(KDIR) is missing. Install linux-headers-$$(uname -r), or give \
	KDIR=, a kernel's headers or build tree. In the VM of ntio's source \
	tree, make vm-test needs neither."; false; }

ntio-library:
	@$(ntio_pc) --exists libntio || { echo >&2 "pkg-config finds no \
	libntio: install libntio-dev (and pkg-config), or run \"make \
	userspace\" in ntio's source tree"; false; }

# On this machine, as root.
ntio-root:
	@[ $$(id -u) -eq 0 ] || { echo >&2 "Modules are loaded by root: sudo \
	make $(MAKECMDGOALS)"; false; }

load: ntio-root
	modprobe ntio
	for module in $(ntio_modules); do insmod ./$$module.ko || exit; done

unload: ntio-root
	for module in $(ntio_modules); do rmmod $$module || exit; done

check: programs
	for test in $(tests); do ./$$test || exit; done

# Where modprobe finds it; DESTDIR= for packages.
install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) NTIO=$(NTIO) \
		CONFIG_DEBUG_INFO_BTF_MODULES= modules_install \
		INSTALL_MOD_DIR=updates $(if $(DESTDIR), \
		INSTALL_MOD_PATH=$(DESTDIR))
	install -d $(DESTDIR)$(PREFIX)/bin
	$(if $(programs),install $(programs) $(DESTDIR)$(PREFIX)/bin)

uninstall: ntio-kernel
	rm -f $(foreach module,$(ntio_modules),$(wildcard \
		$(DESTDIR)/lib/modules/$(ntio_release)/updates/$(module).ko*))
	$(if $(DESTDIR),,depmod $(ntio_release))
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(programs))

# In the VM of the source tree.
vm-test vm-shell:
	@[ -x $(ntio_source)/vm/run ] || { echo >&2 "The VM comes with ntio's \
	source tree, not with its packages: there, run make $@ \
	WITH=$(CURDIR)"; false; }
	@$(MAKE) --no-print-directory -C $(ntio_source) $@ WITH=$(CURDIR)

clean:
	rm -f $(programs) $(tests) *.o *.ko *.mod *.mod.c .*.cmd .*.o \
		modules.order Module.symvers

# What a VM is given.
list-programs:
	@echo $(programs)
list-tests:
	@echo $(tests)

.PHONY: all driver programs ntio-kernel ntio-library ntio-root load unload check install \
	uninstall vm-test vm-shell clean list-programs list-tests
endif
