# SPDX-License-Identifier: GPL-2.0
# Makes a module of a driver for Windows. Its Kbuild says, and then includes this:
#
#	ntio-wdm-driver  := NAME		of the module
#	ntio-wdm-sources := FILE.c FILE.cpp ...
#	ntio-wdm-license := GPL			what its author gives it out under, see below
#	include $(NTIO_WDM)/driver.mk
#
# and, if need be, ntio-wdm-flags (such as -DDBG=1) and ntio-wdm-test (programs for make wdm). NTIO_WDM is this folder.
#
# What ntio exports is for modules under a licence that goes with the GPL: the module's author has to be able to say
# so. The words are those of MODULE_LICENSE(): "GPL", "GPL v2", "Dual MIT/GPL", "Dual BSD/GPL".
ifeq ($(strip $(ntio-wdm-license)),)
$(error $(ntio-wdm-driver): its Kbuild does not say ntio-wdm-license; see docs/wdm.md)
endif

# Where an exception jumps to, no instruction of the function goes: the checker of objects would say so of each block.
objtool-args-y += --no-unreachable

obj-m += $(ntio-wdm-driver).o

# Objects have names of their own: a module may be called as its only source.
ntio-wdm-objects := $(addsuffix .drv.o,$(ntio-wdm-sources))
$(ntio-wdm-driver)-y := $(ntio-wdm-objects) $(ntio-wdm-driver).entry.o

# No header of Linux, neither by name nor by command line. Signed characters; 16-bit L"" the kernel has anyway.
ntio-wdm-headers := -I$(src) -I$(NTIO_WDM)/include $(addprefix -I,$(NTIO_WDM_SPELLED))
ntio-wdm-common := -fsigned-char -Wno-multichar -Wno-unknown-pragmas -Wno-unused-function \
	-Wno-missing-declarations -Wno-clobbered -Wno-sign-compare $(ntio-wdm-flags)
# The kernel has no functions for the compiler's own atomics.
ntio-wdm-common += $(if $(CONFIG_ARM64),-mno-outline-atomics)
ntio-wdm-c-only := -Wstrict-prototypes -Werror=strict-prototypes -Wno-pointer-sign -Werror=implicit-function-declaration \
	-Werror=implicit-int -Werror=return-type -Wdeclaration-after-statement -Wvla -Werror=incompatible-pointer-types \
	-Wold-style-definition -Werror=designated-init -Wdesignated-init -Wimplicit-function-declaration -Wmissing-prototypes \
	-Werror=int-conversion -std=gnu11 -std=gnu89 -std=gnu99 -Wenum-conversion -Werror=vla -Wno-main \
	-Wno-address-of-packed-member -Wnested-externs -Wno-override-init
# What watches for races in C++ calls a function for each virtual table, which the kernel has not.
ntio-wdm-c-only += -fsanitize=thread
ntio-wdm-not-c := -Wmissing-prototypes -Wmissing-declarations -Wstrict-prototypes -Werror=strict-prototypes \
	-Wdeclaration-after-statement -Wold-style-definition -Wmissing-include-dirs -Wunused-but-set-variable -Wunused

# As kbuild compiles modules, but for what is said above.
ntio-wdm-base = -Wp,-MMD,$(depfile) -nostdinc $(ntio-wdm-headers) $(KBUILD_CPPFLAGS)
ntio-wdm-as-module = $(filter-out $(ntio-wdm-not-c),$(KBUILD_CFLAGS) $(ccflags-y) $(KBUILD_CFLAGS_MODULE) $(CFLAGS_MODULE)) \
	$(ntio-wdm-sanitize) -DMODULE $(basename_flags) $(modname_flags)
ntio-wdm-sanitize = $(if $(filter y,$(CONFIG_KASAN)),$(CFLAGS_KASAN)) $(if $(filter y,$(CONFIG_KCSAN)),$(CFLAGS_KCSAN)) \
	$(if $(filter y,$(CONFIG_KMSAN)),$(CFLAGS_KMSAN)) $(if $(filter y,$(CONFIG_UBSAN)),$(CFLAGS_UBSAN))

quiet_cmd_ntio_wdm_c = CC [M]  $@
      cmd_ntio_wdm_c = $(CC) $(ntio-wdm-base) $(ntio-wdm-as-module) $(ntio-wdm-common) -c -o $@ $< $(cmd_objtool)

# That of the C compiler's version and target.
ntio-wdm-cxx = $(or $(NTIO_CXX),$(subst clang,clang++,$(subst gcc,g++,$(CC))))

quiet_cmd_ntio_wdm_cpp = CXX [M] $@
      cmd_ntio_wdm_cpp = $(ntio-wdm-cxx) -x c++ $(ntio-wdm-base) \
	$(filter-out $(ntio-wdm-c-only),$(ntio-wdm-as-module)) -std=gnu++17 -fno-exceptions -fno-rtti \
	-fno-threadsafe-statics -fno-use-cxa-atexit $(ntio-wdm-common) -c -o $@ $< $(cmd_objtool)

$(obj)/%.c.drv.o: $(src)/%.c FORCE
	$(call if_changed_dep,ntio_wdm_c)

$(obj)/%.cpp.drv.o: $(src)/%.cpp FORCE
	$(call if_changed_dep,ntio_wdm_cpp)

quiet_cmd_ntio_wdm_entry = CC [M]  $@
      cmd_ntio_wdm_entry = $(CC) $(c_flags) '-DNTIO_WDM_LICENSE="$(strip $(ntio-wdm-license))"' -c -o $@ $< $(cmd_objtool)

$(obj)/%.entry.o: $(NTIO_WDM)/entry.c FORCE
	$(call if_changed_dep,ntio_wdm_entry)

targets += $(ntio-wdm-objects) $(ntio-wdm-driver).entry.o
