#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# docs/wdm.md: its one command builds the driver without a warning, loads it in a VM, runs its program, unloads it, and
# prints what the page shows; and the kernel has nothing to say about it. What the page counts is so.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
unset MAKEFLAGS MFLAGS MAKELEVEL WITH TESTS KDIR BUILD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
driver=selftests/wdm/drivers/hello
n=0 bad=0

echo "TAP version 13"
for kernel in 6.12 6.1 ""; do
	modules=$top/build/modules/$(cat "$top/build/kernels/$kernel/release" 2>/dev/null)/module/wdm/ntio-wdm.ko
	[ ! -e "$top/build/kernels/$kernel/bzImage" ] || [ ! -e "$modules" ] || break
done
if [ -z "$kernel" ] || [ ! -e "$top/build/userspace/lib/libntio-win32.a" ]; then
	echo "1..0 # SKIP no kernel, no modules or no library: make modules userspace"
	exit 0
fi

# claim DESCRIPTION COMMAND...: what one that fails printed explains it.
claim() {
	local what=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/output" 2>&1 </dev/null; then
		echo "ok $n $what"
	else
		bad=$((bad + 1))
		tail -n 40 "$work/output" | tr -d '\r' | sed 's/^/# /'
		echo "not ok $n $what"
	fi
}

run() {
	"$top/vm/wdm" "$kernel" "$top/$driver" >"$work/printed" 2>"$work/errors" || { cat "$work/errors" "$work/printed"; return 1; }
}

no_warning() {
	! grep -i 'warning' "$work/errors"
}

# shown COMMAND: what stands in the page below it.
shown() {
	awk -v command="\$ $1" '
		$0 == command { shown = 1; next }
		/^```/ { shown = 0 }
		shown' "$top/docs/wdm.md"
}

# A mistake of the driver would be one line more.
as_shown() {
	shown "make wdm DRIVER=$driver" >"$work/shown"
	grep -q . "$work/shown" && tr -d '\r' <"$work/printed" | diff "$work/shown" -
}

port_as_shown() {
	shown "ntio port $driver" >"$work/shown"
	(cd "$top" && build/userspace/bin/ntio port "$driver") | tail -n 3 | diff "$work/shown" -
}

# The rows of the page's table of stages, the names that differ and those that are refused.
names_are_counted() {
	awk -F '\t' '
		NR == 1 { next }
		$4 == "absent" { refused++; next }
		{ names[$5]++; used[$5] += $7 != "-"; differ += $4 == "difference" }
		END {
			for (stage = 1; stage <= 4; stage++)
				print stage, names[stage], used[stage]
			print differ, refused
		}' "$top/module/wdm/names.tsv" >"$work/counted"
	awk -F ' *[|] *' '
		/^[|] [1-4] / { print $2, $4, $5 }
		/^[0-9]+ of these differ/ { split($0, word, " "); print word[1], word[11] }' "$top/docs/wdm.md" |
		diff "$work/counted" -
}

log_is_clean() {
	tr -d '\r' <"$top/build/results/$kernel/console.log" |
		awk -v from="ntio: init reached" -v to="ntio: no such line" -f "$top/vm/guest/log.awk" /dev/null -
}

claim "$kernel: $driver is built, loaded, served and unloaded" run
claim "the compiler warns of nothing" no_warning
claim "it prints what docs/wdm.md shows" as_shown
claim "the kernel's log is clean" log_is_clean
claim "ntio port says of it what the page shows" port_as_shown
claim "the page counts the names as they are" names_are_counted
echo "1..$n"
[ "$bad" -eq 0 ]
