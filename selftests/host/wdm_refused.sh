#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the layer for Windows drivers does not have is an error of the compiler
# that says so by name; what it has is in its table, and is tested by what the
# table says.
set -eu
cd "$(dirname "$0")/../.."
include=module/wdm/include
table=module/wdm/names.tsv
drivers=selftests/wdm/drivers

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
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

# compile LANGUAGE FILE: what the compiler says, with plain quotes.
compile()
{
	std=gnu11
	[ "$1" = c ] || std=gnu++17
	LC_ALL=C cc -x "$1" -std=$std -nostdinc -I$include -fshort-wchar -O2 \
		-Wall -Wno-multichar -Wno-unknown-pragmas -c -o "$tmp/o" "$2" \
		>"$tmp/said" 2>&1
}

# Each name that the table has as absent, used in a function of its own.
refused_by_name()
{
	echo "#include <ntifs.h>" >"$tmp/refused.c"
	awk -F '\t' '$4 == "absent" && $1 !~ /^__/ {
		print "int use_" $1 "(void) { return (int)" $1 "(); }"
	}' $table >>"$tmp/refused.c"
	! compile "$1" "$tmp/refused.c" || return 1
	cp "$tmp/said" "$tmp/all"
	: >"$tmp/said"
	awk -F '\t' '$4 == "absent" && $1 !~ /^__/ { print $1 }' $table |
		while read -r name; do
			grep -q "ntio-wdm: $name is refused: ..*" "$tmp/all" ||
				echo "$name: no error names it"
		done >"$tmp/said"
	[ ! -s "$tmp/said" ]
}

finally_refused()
{
	printf '%s\n' "#include <wdm.h>" \
		"void f(void) { __try { } __finally { } }" >"$tmp/finally.c"
	! compile "$1" "$tmp/finally.c" &&
		grep -q "ntio-wdm: __finally is not supported" "$tmp/said"
}

headers_alone()
{
	for header in "$include"/*.h; do
		echo "#include <$(basename "$header")>" >"$tmp/header.c"
		compile "$1" "$tmp/header.c" || return 1
		[ ! -s "$tmp/said" ] || return 1
	done
}

no_header_of_linux()
{
	! grep -rn '# *include *<\(linux\|asm\|ntio\)' $include >"$tmp/said"
}

# The driver that the table names uses the name; at least 150 do.
tested()
{
	awk -F '\t' 'NR > 1 && $4 != "absent" && $7 != "-" { print $1, $7 }' \
		$table >"$tmp/rows"
	while read -r name test; do
		[ -e "selftests/wdm/${test%/*}.c" ] ||
			echo "$name: no program ${test%/*}"
		cat $drivers/"${test#*/}"/*.[ch]* $drivers/cases.h |
			grep -qw -e "$name" ||
			echo "$name: the driver ${test#*/} does not use it"
	done <"$tmp/rows" >"$tmp/said"
	[ ! -s "$tmp/said" ] && [ "$(wc -l <"$tmp/rows")" -ge 150 ]
}

# Every function of the headers is in the table.
complete()
{
	cat $include/wdm/[!r]*.h $include/wdm/rtl.h $include/wdmsec.h |
		sed -n 's/^[A-Za-z][A-Za-z_0-9 *]*[ *]\([A-Z][A-Za-z0-9]*\)(.*/\1/p' |
		grep -v '[A-Z]_[A-Z]' | grep '[a-z]' | sort -u >"$tmp/declared"
	while read -r name; do
		cut -f1 $table | grep -qx "$name" || echo "$name: not in the table"
	done <"$tmp/declared" >"$tmp/said"
	[ ! -s "$tmp/said" ] && [ "$(wc -l <"$tmp/declared")" -ge 150 ]
}

echo "TAP version 13"
for language in c c++; do
	if [ $language = c++ ] && ! command -v g++ >/dev/null; then
		n=$((n + 1))
		echo "ok $n C++ # SKIP no g++"
		continue
	fi
	for check in headers_alone refused_by_name finally_refused; do
		status=0
		$check $language || status=$?
		result "$status" "$check, $language"
	done
done
for check in no_header_of_linux tested complete; do
	status=0
	$check || status=$?
	result "$status" "$check"
done
echo "1..$n"
[ "$failed" -eq 0 ]
