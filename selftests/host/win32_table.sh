#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# docs/win32.md and libntio-win32 say the same: each call of the table is there, and in the program that it names;
# each that is absent is not declared; each that the library exports has its row. Its own TAP.
# shellcheck disable=SC2317	# claim calls them
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-$PWD/build}/userspace
table=docs/win32.md
programs=selftests/win32/programs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# rows TITLE: the rows below that title, "NAME COUNT LAST" each, where a count that is none is 0.
rows() {
	awk -F ' *[|] *' -v title="## $1" '
		/^## / { on = $0 == title }
		on && $2 ~ /^`.*`$/ { gsub(/`/, "", $2); print $2, $3 + 0, $(NF - 1) }' "$table"
}

exported() {
	nm -D --defined-only "$build/lib/libntio-win32.so" | awk '{ print $NF }' | sed 's/@.*//' |
		grep -vxE 'main|NTIO_WIN32_0'
}

# What a program may say: names of the library, words of its headers, and libc's.
may_say() {
	exported
	exported | sed -n 's/^ntio_win32_//p; s/^\(.*\)[AW]$/\1/p'
	sed 's|/\*.*\*/||' userspace/win32/include/*.h | grep -oE '[A-Za-z_][A-Za-z_0-9]*'
	nm -D --defined-only "$(gcc -print-file-name=libc.so.6)" | awk '{ print $NF }' | sed 's/@.*//'
	printf '%s\n' va_start va_end
}

# Names that are declared: words of the headers' code, not of what they say.
declared() {
	cat userspace/win32/include/*.h | gcc -fpreprocessed -dD -E -P - 2>/dev/null | grep -oE '[A-Za-z_][A-Za-z_0-9]*'
}

every_call_is_there() {
	rows Calls | cut -d' ' -f1 | sort -u >"$work/calls"
	may_say | sort -u >"$work/may"
	comm -23 "$work/calls" "$work/may" | tee "$work/missing"
	[ -s "$work/calls" ] && [ ! -s "$work/missing" ]
}

every_call_is_in_its_test() {
	local name test bad=0
	while read -r name _ test; do
		grep -qwE "${name}[AW]?" "$programs/$test.c" "$programs/wintest.h" || {
			echo "$name is not in $programs/$test.c"
			bad=1
		}
	done < <(rows Calls)
	return "$bad"
}

# called [FLAG...]: what the programs call of the library, as the compiler has it: a mention in a comment is no call.
called() {
	local program
	for program in "$programs"/*.c; do
		# shellcheck disable=SC2046	# flags are words
		cc -O0 -w -c "$@" -o "$work/program.o" "$program" $(PKG_CONFIG_PATH=$build/lib/pkgconfig \
			pkg-config --cflags libntio-win32) || { echo "$program does not compile" >&2; return 1; }
		nm -u "$work/program.o" | awk '{ print $NF }'
	done
}

every_export_is_called() {
	{ called && called -DUNICODE -D_UNICODE; } | sort -u >"$work/called" || return 1
	exported | sort -u | comm -23 - "$work/called" | sed 's/$/ is in no test/' | tee "$work/missing"
	[ -s "$work/called" ] && [ ! -s "$work/missing" ]
}

# The two programs of which each line of output is compared know nothing but Windows, and their driver's header.
only_windows() {
	! sed -n 's/^ *# *include *//p' "$programs/overlapped.c" "$programs/methods.c" |
		grep -vE '^<((windows|winioctl|winsvc|strsafe|tchar|stdio|stdlib|string)\.h|ntio/samples/(echo|notify)\.h)>'
}

every_export_has_a_row() {
	rows Calls | cut -d' ' -f1 | sort -u >"$work/calls"
	exported | sed 's/^ntio_win32_putws$/_putws/; s/^ntio_win32_//' | while read -r name; do
		grep -qxE "$name|${name%[AW]}" "$work/calls" || echo "$name has no row"
	done | tee "$work/missing"
	[ ! -s "$work/missing" ]
}

what_is_absent_is_not_declared() {
	rows Absent | cut -d' ' -f1 | sort -u >"$work/absent"
	declared | sed 'p; s/[AW]$//' | sort -u >"$work/declared"
	comm -12 "$work/absent" "$work/declared" | tee "$work/both"
	[ -s "$work/absent" ] && [ ! -s "$work/both" ]
}

# Counts that the text gives.
figures_are_right() {
	local calls names
	calls=$(rows Calls | wc -l)
	names=$(rows Calls | awk '$2' | wc -l)
	echo "$calls calls, $names of the names that programs use"
	[ "$names" -ge 110 ] && grep -q "^$calls calls of which" "$table" && grep -q ", $names are\$" "$table"
}

# A program of which all is here, and one that asks for a name that is not.
share_of_a_program() {
	userspace/win32/share "$programs/methods.c" >"$work/all"
	echo 'CreateFile(); RegOpenKeyEx();' >"$work/part.c"
	userspace/win32/share "$work/part.c" >"$work/part"
	cat "$work/all" "$work/part"
	grep -qxE '([0-9]+) of \1 names are here' "$work/all" && grep -qx '1 of 2 names are here' "$work/part" &&
		grep -q 'RegOpenKeyEx: no registry' "$work/part"
}

n=0 failed=0
claim() {
	local what=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/output" 2>&1; then
		echo "ok $n $what"
	else
		sed 's/^/# /' "$work/output"
		echo "not ok $n $what"
		failed=1
	fi
}

echo "TAP version 13"
if [ ! -e "$build/lib/libntio-win32.so" ]; then
	echo "1..0 # SKIP no $build/lib/libntio-win32.so: make userspace"
	exit
fi
claim "every call of the table is there" every_call_is_there
claim "every call is in the program that tests it" every_call_is_in_its_test
claim "every export is called by a program" every_export_is_called
claim "the programs whose output is shown are Windows' alone" only_windows
claim "every export has a row" every_export_has_a_row
claim "what is absent is not declared" what_is_absent_is_not_declared
claim "the text's figures are the table's" figures_are_right
claim "the share of a program" share_of_a_program
echo "1..$n"
exit $failed
