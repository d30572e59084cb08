#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the check of the kernel's log after each program calls a fault: which
# data races are the kernel's own, and which are ours.
set -euo pipefail
shopt -s lastpipe	# what a verdict counts stays counted
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk=(awk)
! command -v busybox >/dev/null || awk=(busybox awk)	# as in the VM
n=0 bad=0

# race WRITER READER: KCSAN's report, each access in the named place, below it
# our system call.
race() {
	cat <<-E
	==================================================================
	BUG: KCSAN: data-race in ${1%+*} / ${2%+*}

	write to 0xffff888004c8b000 of 8 bytes by task 40 on cpu 1:
	 $1
	 do_something+0x12/0x30
	 ntio_ioctl+0x12/0x30 [ntio]

	read (marked) to 0xffff888004c8b000 of 8 bytes by task 41 on cpu 0:
	 $2
	 do_something_else+0x12/0x30

	value changed: 0x0 -> 0x1

	Reported by Kernel Concurrency Sanitizer on:
	CPU: 0 UID: 0 PID: 41 Comm: test Tainted: G           O
	==================================================================
	E
}

unknown() {
	race "$1" "$1" | sed -e 's/^write to/race at unknown origin, with read to/' \
		-e '/^read/,/^$/d'
}

# verdict WANTED DESCRIPTION [EXPECTED...]: of the log in standard input, whose
# lines get the kernel's time; clean, noted (clean, but says something) or fault.
verdict() {
	local wanted=$1 what=$2 got
	shift 2
	printf '%s\n' "$@" | grep . >"$work/expected" || :
	{ echo begin; cat; echo end; } | sed 's/^/[   12.345678] /' >"$work/log"
	if "${awk[@]}" -v from=begin -v to=end -f vm/guest/log.awk "$work/expected" - \
		<"$work/log" >"$work/output"; then
		got=clean
		! grep -q '^note: ' "$work/output" || got=noted
	else
		got=fault
	fi
	n=$((n + 1))
	if [ "$got" = "$wanted" ]; then
		echo "ok $n $what"
	else
		bad=$((bad + 1))
		sed 's/^/# /' "$work/output"
		echo "not ok $n $what: $got"
	fi
}

ours="ntio_complete+0x12/0x340 [ntio]"
theirs="wake_up_process+0x12/0x340"

echo "TAP version 13"
echo "ntio check: abi" | verdict clean "nothing reported"
race "$theirs" "$theirs" | verdict noted "race of the kernel with itself"
grep -qx 'note:   1 times data-race in wake_up_process / wake_up_process' \
	"$work/output" || { echo "# it is not named"; bad=1; }
race "$ours" "$theirs" | verdict fault "our write"
race "$theirs" "$ours" | verdict fault "our read"
race "$ours" "$ours" | verdict fault "both ours"
unknown "$ours" | verdict fault "ours, with the unknown"
unknown "$theirs" | verdict noted "the kernel's, with the unknown"
race "$(printf 'memcpy+0x1/0x2\n %s' "$ours")" "$theirs" |
	verdict fault "our memcpy()"
race "$(printf 'memcpy+0x1/0x2\n %s' "$theirs")" "$theirs" |
	verdict noted "the kernel's memcpy()"
{ race "$theirs" "$theirs"; race "$theirs" "$ours"; } |
	verdict fault "ours after one of the kernel"
race "$ours" "$ours" | verdict clean "expected" "data-race in ntio_complete"
race "$theirs" "$theirs" | verdict fault "expected, but only the kernel's" \
	"data-race in ntio_complete"
race "$theirs" "$theirs" | sed 's/KCSAN: data-race/KMSAN: kernel-infoleak/' |
	verdict fault "uninitialised memory"
echo "WARNING: CPU: 0 PID: 1 at x.c:1" | verdict fault "a warning"
echo "1..$n"
[ "$bad" -eq 0 ]
