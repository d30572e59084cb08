#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A driver of one's own: what ntio new writes is good code and is built in every way there is, and a folder that lacks
# something, for the VM or for make, is told what. No VM is started.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
unset MAKEFLAGS MFLAGS MAKELEVEL WITH TESTS KDIR BUILD NTIO
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ntio=$top/build/userspace/bin/ntio
n=0 bad=0

# claim DESCRIPTION COMMAND...: what one that fails printed explains it.
claim() {
	local what=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/output" 2>&1 </dev/null; then
		echo "ok $n $what"
	else
		bad=$((bad + 1))
		tail -n 30 "$work/output" | sed 's/^/# /'
		echo "not ok $n $what"
	fi
}

# refuses TEXT COMMAND...: it fails, and says TEXT.
refuses() {
	local text=$1
	shift
	! "$@" >"$work/said" 2>&1 || { cat "$work/said"; echo "it succeeded"; return 1; }
	cat "$work/said"
	grep -qF -- "$text" "$work/said"
}

# fresh: a new folder, with nothing built.
fresh() {
	rm -rf "$work/greet"
	"$ntio" new "$work/greet" >/dev/null
}

# without COMMAND...: such a folder, in which a command did damage, for the VM.
with_folder() {
	fresh && (cd "$work/greet" && "$@") && "$top/vm/with" "$kernel" "$work/greet"
}

is_built() {
	(cd "$work/greet" && ls greet.ko greet_app greet_test)
}

# The warnings of kbuild, the compiler and sparse: there is none.
ones_own_make() {
	fresh
	make -s -C "$work/greet" KDIR="$kdir" W=1 C="$sparse" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
	is_built && ! grep -i 'greet.*warning\|greet.*error' "$work/said"
}

# The kernel's way: where it asks for pahole, it says so.
kernels_make() {
	local btf
	fresh
	btf=$(grep -c '^CONFIG_DEBUG_INFO_BTF_MODULES=y' "$kdir/.config")
	if [ "$btf" -gt 0 ] && [ -e "$kdir/vmlinux" ] && ! command -v pahole >/dev/null; then
		refuses "make CONFIG_DEBUG_INFO_BTF_MODULES=" make -s -C "$kdir" M="$work/greet" || return
		set -- CONFIG_DEBUG_INFO_BTF_MODULES=
	fi
	make -s -C "$kdir" M="$work/greet" "$@" && [ -e "$work/greet/greet.ko" ]
}

# It takes the symbols of ntio from where they are, with their sums.
imports_ntio() {
	modinfo -F depends "$work/greet/greet.ko" | grep -x ntio &&
		modprobe --dump-modversions "$work/greet/greet.ko" | grep -w ntio_complete
}

clean() {
	make -s -C "$work/greet" clean && [ "$(find "$work/greet" -type f | wc -l)" -eq 7 ]
}

style() {
	local checkpatch=$top/build/kernels/source-tools/scripts/checkpatch.pl
	[ -e "$checkpatch" ] || return 0
	fresh
	perl "$checkpatch" --no-tree --strict --terse --quiet --no-summary --ignore FILE_PATH_CHANGES,SPLIT_STRING \
		--file "$work/greet"/*.[ch]
}

# As nobody, where nobody can read this tree.
load_without_root() {
	local nobody=()
	[ "$(id -u)" -ne 0 ] || nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	fresh
	chmod -R go+rX "$work"
	"${nobody[@]}" test -r "$top/build/userspace/share/ntio/driver.mk" || return 0
	refuses "sudo make load" "${nobody[@]}" make -s -C "$work/greet" load
}

in_vm_tree() {
	with_folder true && (cd "$top/build/with/$kernel" && ls programs/greet_app tests/greet_test) &&
		grep -q '/greet.ko$' "$top/build/with/$kernel/modules.list" && [ "$(find "$work/greet" -type f | wc -l)" -eq 7 ]
}

installed() {
	local dest=$work/dest
	fresh && make -s -C "$work/greet" KDIR="$kdir" DESTDIR="$dest" PREFIX=/usr install &&
		[ -x "$dest/usr/bin/greet_app" ] && find "$dest/lib/modules" -path '*/updates/greet.ko*' | grep . &&
		make -s -C "$work/greet" KDIR="$kdir" DESTDIR="$dest" PREFIX=/usr uninstall &&
		! find "$dest" -name 'greet*' | grep .
}

echo "TAP version 13"
for kernel in 6.12 6.1 ""; do
	kdir=$top/build/kernels/$kernel/kdir
	[ ! -e "$top/build/modules/$(cat "$top/build/kernels/$kernel/release" 2>/dev/null)/Module.symvers" ] || break
done
if [ -z "$kernel" ] || [ ! -x "$ntio" ]; then
	echo "1..0 # SKIP no modules or no library: make modules userspace"
	exit 0
fi
sparse=0
! command -v sparse >/dev/null || sparse=1

claim "its own make" ones_own_make
claim "the kernel's make" kernels_make
claim "its module is ntio's" imports_ntio
claim "make clean" clean
claim "kernel style" style
claim "the VM's build leaves the folder alone" in_vm_tree
claim "make install and uninstall" installed
claim "make load without root" load_without_root
claim "no WITH" refuses "needs WITH=folder" make -s -C "$top" vm-test
claim "no such folder" refuses "WITH=/no/such: there is no such folder" "$top/vm/with" "$kernel" /no/such
claim "no such kernel" refuses "no kernel is called 'none'" "$top/vm/with" none "$work/greet"
claim "no Kbuild" refuses "it has no Kbuild" with_folder rm Kbuild
claim "no Makefile" refuses "has no Makefile" with_folder rm Makefile
claim "no module" refuses "names no module" with_folder sed -i /obj-m/d Kbuild
claim "no ntio" refuses "does not include share/ntio/driver.mk" with_folder sed -i 's/driver.mk/drive.mk/' Kbuild
claim "a driver that does not compile" refuses "the driver does not compile" with_folder sed -i 's/memcpy/memcopy/' greet.c
claim "a test that does not compile" refuses "its programs do not compile" with_folder sed -i 's/main/man/' greet_test.c
claim "a program that is not there" refuses "its programs do not compile" with_folder rm greet_app.c
claim "a symbol that ntio has not" refuses "the driver does not compile" with_folder sed -i 's/ntio_complete/ntio_complet/' greet.c
claim "ntio for another kernel" refuses "ntio is not built for the kernel" \
	make -s -C "$kdir" M="$work/greet" NTIO_SYMVERS= CONFIG_DEBUG_INFO_BTF_MODULES=
echo "1..$n"
[ "$bad" -eq 0 ]
