# SPDX-License-Identifier: GPL-2.0
# A module with BTF needs pahole wherever the kernel's headers have vmlinux, and
# kbuild says so late and in a word that nobody knows: "pahole: not found".
ifdef CONFIG_DEBUG_INFO_BTF_MODULES
ifneq ($(wildcard $(objtree)/vmlinux),)
ifeq ($(shell command -v $(PAHOLE)),)
$(error This kernel wants type information (BTF) in every module, which takes \
	pahole. ntio needs none: say "make CONFIG_DEBUG_INFO_BTF_MODULES= ...", \
	or install pahole)
endif
endif
endif
