#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The README's lines for trace-cmd and bpftrace, as they stand there, in a VM: both read the module's tracepoints.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
unset MAKEFLAGS MFLAGS MAKELEVEL WITH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 bad=0

echo "TAP version 13"
for kernel in 6.12 6.1 ""; do
	[ ! -e "$top/build/kernels/$kernel/bzImage" ] || break
done
release=$(cat "$top/build/kernels/$kernel/release" 2>/dev/null)
if [ -z "$kernel" ] || [ ! -e "$top/build/modules/$release/modules.list" ] ||
		[ ! -x "$top/build/userspace/bin/ntio" ]; then
	echo "1..0 # SKIP no modules and no command: make modules userspace"
	exit 0
fi

# shows TEXT...: the last output has them, in this order.
shows() {
	local what
	tr -d '\r' <"$work/output" | tr '\n' ' ' >"$work/line"
	for what; do
		grep -qF -- "$what" "$work/line" || { echo "# not there: $what"; return 1; }
		sed -i "s|.*$what||" "$work/line"
	done
}

# machine TOOL LINE: a VM's with the tool, the command, two modules, and a command "line".
machine() {
	local updates=$work/root/lib/modules/$release/updates
	rm -rf "$work/root"
	mkdir -p "$work/root/bin" "$updates"
	grep -E '/(ntio|ntio_echo)\.ko$' "$top/build/modules/$release/modules.list" | while read -r file; do
		strip -g -o "$updates/${file##*/}" "$file"
	done
	cp "$(command -v "$1")" "$top/build/userspace/bin/ntio" "$work/root/bin/"
	printf '#!/bin/sh -e\nmodprobe ntio_echo\n%s\n' "$2" >"$work/root/bin/line"
	chmod +x "$work/root/bin/line"
}

# tool NAME LINE TEXT...: in the VM, the line shows the texts.
tool() {
	local name=$1 line=$2
	shift 2
	n=$((n + 1))
	if ! command -v "$name" >/dev/null; then
		echo "ok $n $name # SKIP $name is not installed"
		return
	fi
	machine "$name" "$line"
	if OVERLAY=$work/root "$top/vm/run" "$kernel" line >"$work/output" 2>&1 && shows "$@"; then
		echo "ok $n $name"
	else
		bad=$((bad + 1))
		tail -n 30 "$work/output" | tr -d '\r' | sed 's/^/# /'
		echo "not ok $n $name"
	fi
}

in_readme() {
	n=$((n + 1))
	if grep -qF -- "$1" "$top/README.md"; then
		echo "ok $n the README has it: $1"
	else
		bad=$((bad + 1))
		echo "not ok $n the README has it: $1"
	fi
}

send='ntio send echo buffered --in hello'
record='trace-cmd record -e ntio'
count="bpftrace -e 'tracepoint:ntio:ntio_completed { @[args->device] = count(); }'"
in_readme "\`$record\`"
tool trace-cmd "$record $send && trace-cmd report" "ntio_submit:" "ntio_captured:" "ntio_completed:" "ntio_delivered:"
in_readme "\`$count\`"
tool bpftrace "$count -c '/bin/$send'" "@[echo]: 1"
echo "1..$n"
[ "$bad" -eq 0 ]
