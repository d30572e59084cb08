#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# make install below a folder: what is there, that it works, that nothing is left of it, nor of one that was
# interrupted. And what several files say of the version is the same.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD DESTDIR LIBDIR KDIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 bad=0
version=$(cat "$top/VERSION")
dest=$work/dest
at=$dest/usr

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

not() {
	! "$@"
}

# make_install TARGET [DESTDIR]
make_install() {
	make -s --no-print-directory -C "$top/packaging" BUILD="$top/build" PREFIX=/usr LIBDIR=/usr/lib/here \
		DESTDIR="${2-$dest}" "$1"
}

there() {
	local file
	for file in bin/ntio lib/here/libntio.so lib/here/libntio.a include/ntio/ntio.h include/ntio/uapi/ntio.h \
		lib/here/libntio-win32.so lib/here/libntio-win32.a include/ntio/win32/windows.h \
		share/ntio/driver.mk share/ntio/template/Kbuild share/bash-completion/completions/ntio \
		share/man/man1/ntio.1 share/man/man4/ntio.4 share/man/man3/libntio.3 lib/udev/rules.d/60-ntio.rules \
		lib/sysusers.d/ntio.conf "src/ntio-$version/dkms.conf" "src/ntio-$version/module/Kbuild" \
		"src/ntio-samples-$version/Kbuild"; do
		[ -e "$at/$file" ] || { echo "missing: $file"; return 1; }
	done
	! grep -rI -e "$top" -e '@[A-Z]*@' "$at" | grep -v 'template/' | grep .
}

# has_page SECTION NAME...
has_pages() {
	local section=$1 name missing=0
	shift
	for name; do
		[ -e "$at/share/man/man$section/$name.$section" ] || { echo "no page: $name($section)"; missing=1; }
	done
	[ $# -gt 10 ] && return $missing
}

# Without those that are only for the macros of the headers.
exported() {
	grep -rhoE 'EXPORT_SYMBOL_GPL\(\w+\)' "$top/module" --include=*.c --exclude-dir=wdm | sed 's/.*(\(.*\))/\1/' | grep -v '^__' | sort -u
}

pages_of_the_library() {
	# shellcheck disable=SC2046	# names
	has_pages 3 $(sed -n 's/^\t\([A-Za-z_0-9]*\);$/\1/p' "$top/userspace/lib/libntio.map")
}

pages_of_the_module() {
	# shellcheck disable=SC2046
	has_pages 9 $(exported)
}

# Every command is on the page of ntio, and every parameter on that of the module.
pages_are_complete() {
	local name missing=0
	for name in $("$at/bin/ntio" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'); do
		grep -q "^\.SS ntio $name" "$at/share/man/man1/ntio.1" || { echo "ntio(1) lacks $name"; missing=1; }
	done
	for name in max_buffered max_locked lock_from max_requests verifier; do
		grep -q "^\.B $name" "$at/share/man/man4/ntio.4" || { echo "ntio(4) lacks $name"; missing=1; }
	done
	return $missing
}

# As man would show it; a page that begins no sentence, or loses what kernel-doc marks, is no page.
pages_are_clean() {
	local page said
	command -v man >/dev/null || return 0
	for page in "$at"/share/man/man*/*; do
		said=$(MANROFFSEQ='' LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
		[ -z "$said" ] || { echo "$page: $said"; return 1; }
	done
	! grep -l 'NEW-PARAGRAPH' "$at"/share/man/man*/*
}

# The library where it is, with a program that is not told where it was built.
program() {
	printf '#include <ntio/ntio.h>\nint main(void) { return !ntio_status_info(0); }\n' >"$work/p.c"
	# shellcheck disable=SC2046	# flags are words
	cc -o "$work/p" "$work/p.c" $(PKG_CONFIG_SYSROOT_DIR=$dest PKG_CONFIG_PATH=$at/lib/here/pkgconfig \
		pkg-config --cflags --libs libntio) && LD_LIBRARY_PATH=$at/lib/here "$work/p" &&
		[ "$(PKG_CONFIG_PATH=$at/lib/here/pkgconfig pkg-config --variable=libdir libntio)" = /usr/lib/here ]
}

# A Windows program, with nothing but what pkg-config says; it needs no device.
win32_program() {
	printf '#include <windows.h>\n%s\n' 'int main(void) { return CloseHandle(NULL) || GetLastError() != ERROR_INVALID_HANDLE; }' \
		>"$work/w.c"
	# shellcheck disable=SC2046	# flags are words
	cc -o "$work/w" "$work/w.c" $(PKG_CONFIG_SYSROOT_DIR=$dest PKG_CONFIG_PATH=$at/lib/here/pkgconfig \
		pkg-config --cflags --libs libntio-win32) && LD_LIBRARY_PATH=$at/lib/here "$work/w" &&
		! echo '#include <windows.h>' | cc -fsyntax-only -I"$at/include" -x c - 2>/dev/null
}

one_version() {
	local found
	for found in "$("$at/bin/ntio" --version | cut -d' ' -f2)" \
		"$(PKG_CONFIG_PATH=$at/lib/here/pkgconfig pkg-config --modversion libntio)" \
		"$(sed -n '1s/.*(\(.*\)).*/\1/p' "$top/debian/changelog")" \
		"$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$at/src/ntio-$version/dkms.conf")" \
		"$(grep -m 1 -E '^[0-9.]+$' "$top/NEWS")" "$(cat "$at/src/ntio-$version/VERSION")"; do
		[ "$found" = "$version" ] || { echo "VERSION is $version, elsewhere: $found"; return 1; }
	done
	for found in "$top"/build/modules/*/module/ntio.ko; do
		[ ! -e "$found" ] || [ "$found" -ot "$top/VERSION" ] ||
			[ "$(modinfo -F version "$found")" = "$version" ] || { echo "$found: $(modinfo -F version "$found")"; return 1; }
	done
}

# completes WORDS... = EXPECTED: the last word is the one that is typed.
completes() {
	local words=()
	while [ "$1" != is ]; do
		words+=("$1")
		shift
	done
	shift
	[ "$(PATH=$at/bin:$PATH COMPLETION=$top/packaging/completion bash -c '
		. "$COMPLETION"
		COMP_WORDS=(ntio "$@") COMP_CWORD=$#
		_ntio
		echo "${COMPREPLY[*]}"' bash "${words[@]}")" = "$*" ]
}

# interrupted COMMAND: cp has done so while file number 20 was written.
interrupted() {
	local folder=$work/tools
	mkdir -p "$folder"
	cat >"$folder/cp" <<-E
		#!/bin/sh
		echo >>$work/copies
		[ "\$(wc -l <$work/copies)" -ne 20 ] || { $1; }
		exec /bin/cp "\$@"
	E
	chmod +x "$folder/cp"
	: >"$work/copies"
	find "$dest" 2>/dev/null | sort >"$work/before"
	! PATH=$folder:$PATH "$top/packaging/install" "$top/build/stage" "$dest" usr/share/ntio/installed || return
	find "$dest" 2>/dev/null | sort | diff "$work/before" -
}

unwritable() {
	touch "$work/file"
	make_install install "$work/file" && return 1
	grep -q 'nothing was installed' "$work/output"
}

modules() {
	local kdir=$1/kdir release
	release=$(cat "$1/release")
	make -s --no-print-directory -C "$top/packaging" BUILD="$top/build" KDIR="$kdir" DESTDIR="$dest" SAMPLES=y \
		modules_install || return
	(cd "$dest/lib/modules/$release/updates/ntio" && ls Module.symvers ntio.ko ntio_echo.ko ntio_vault.ko) || return
	make -s --no-print-directory -C "$top/packaging" BUILD="$top/build" KDIR="$kdir" DESTDIR="$dest" \
		modules_uninstall || return
	nothing_left
}

nothing_left() {
	! find "$dest" -mindepth 1 | grep .
}

echo "TAP version 13"
if ! make_install man "" >"$work/output" 2>&1 && grep -q 'take kernel-doc' "$work/output"; then
	echo "1..0 # SKIP $(grep 'take kernel-doc' "$work/output")"
	exit 0
fi
claim "install" make_install install
claim "all of it is there, and tells no place where it was built" there
claim "a program with the installed library" program
claim "a Windows program with the installed headers and library" win32_program
claim "one version in all places" one_version
claim "every function of the library has a page" pages_of_the_library
claim "every function of the module has a page" pages_of_the_module
claim "every command and parameter is on its page" pages_are_complete
claim "the pages are clean" pages_are_clean
claim "completion: commands" completes de is decode
claim "completion: options" completes decode --j is --json
claim "completion: what an option takes" completes send --format = h is hex
claim "install over it, interrupted" interrupted "kill -INT \$PPID"
claim "install over it" make_install install
claim "uninstall" make_install uninstall
claim "nothing is left" nothing_left
claim "uninstall without install" not make_install uninstall
claim "install, interrupted" interrupted "kill -TERM \$PPID"
claim "install, the disk is full" interrupted "exit 1"
claim "where nothing can be written" unwritable
for kernel in "$top"/build/kernels/6.12 "$top"/build/kernels/6.1; do
	[ ! -e "$top/build/modules/$(cat "$kernel/release" 2>/dev/null)/module/samples/ntio_echo.ko" ] ||
		claim "modules for ${kernel##*/}, and away again" modules "$kernel"
done
echo "1..$n"
[ "$bad" -eq 0 ]
