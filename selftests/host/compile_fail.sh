#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Drivers that break the rules of context do not compile. Each file in
# selftests/compile is one with MISTAKE defined, and says what the compiler or
# sparse has to say then; without it is right, and nobody says anything.
#
# It takes a kernel's build tree: KDIR, or the first that make check has ready.
set -eu
cd "$(dirname "$0")/../.."
top=$PWD

echo "TAP version 13"
skip()
{
	echo "1..0 # SKIP $1"
	exit 0
}

arguments=
if [ -z "${KDIR:-}" ]; then
	for KDIR in build/kernels/6.12/kdir build/kernels/6.1/kdir; do
		[ ! -d "$KDIR" ] || break
	done
	arguments=$(cat "$KDIR/../arguments" 2>/dev/null) || true
fi
[ -f "$KDIR/Makefile" ] || skip "no kernel to compile for: make modules, or set KDIR"
command -v sparse >/dev/null || skip "sparse is not installed"
KDIR=$(realpath "$KDIR")

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp selftests/compile/*.c "$tmp"
{
	echo "ccflags-y := -I$top/module/include \$(MISTAKE)"
	for file in selftests/compile/*.c; do
		echo "obj-m += $(basename "$file" .c).o"
	done
} >"$tmp/Kbuild"

# compile ARGUMENT...: everything the compiler and sparse say, with plain quotes.
# kbuild unexports LC_ALL.
compile()
{
	# shellcheck disable=SC2086	# arguments are several
	(unset MAKEFLAGS MFLAGS MAKELEVEL
	 LANG=C LC_ALL=C LC_CTYPE=C LC_MESSAGES=C make -s -k -C "$KDIR" \
		M="$tmp" $arguments W=1 "$@") >"$tmp/said" 2>&1
}

n=0
failed=0
result() # STATUS WHAT
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2"
	else
		sed 's/^/# /' "$tmp/said"
		echo "not ok $n $2"
		failed=$((failed + 1))
	fi
}

# is_found NAME HOW TEXT: the mistake is refused, or at least spoken of.
is_found()
{
	check=0
	[ "$2" != Sparse ] || check=2
	compiled=yes
	compile MISTAKE=-DMISTAKE C=$check "$1.o" || compiled=no
	grep -F "$3" "$tmp/said" >/dev/null &&
		{ [ "$2" != Refused ] || [ $compiled = no ]; }
}

# is_right NAME: it was compiled, and nobody said a word about it.
is_right()
{
	[ -f "$tmp/$1.o" ] && ! grep -F "$1.c" "$tmp/said" >/dev/null
}

for file in selftests/compile/*.c; do
	name=$(basename "$file" .c)
	how=$(sed -n 's/^ \* \(Refused\|Warned\|Sparse\): .*/\1/p' "$file")
	text=$(sed -n 's/^ \* \(Refused\|Warned\|Sparse\): //p' "$file")
	status=0
	is_found "$name" "$how" "$text" || status=$?
	result "$status" "$name: $how: $text"
done

rm -f "$tmp"/*.o
# shellcheck disable=SC2046	# no name has a space
compile C=2 $(for file in "$tmp"/*.c; do basename "$file" .c; done |
	sed 's/$/.o/') || true
for file in selftests/compile/*.c; do
	name=$(basename "$file" .c)
	status=0
	is_right "$name" || status=$?
	result "$status" "$name: without the mistake, without a word"
done
echo "1..$n"
[ "$failed" -eq 0 ]
