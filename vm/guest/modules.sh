# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# Load and unload ntio and what comes with it, in the order of the build. Source it.

# Those whose name starts with ntio_bad_ misbehave on purpose, plain_* and port_* are the guide's, bench_* the
# benchmark's, wdm_* drivers for Windows: only who wants one loads it. What goes wrong the sample context shows only if
# "unsafe" is set. NTIO_VERIFIER is for all.
load_modules() {
	local file parameter list=/modules/list others='/(ntio_bad|plain|port|bench|wdm)_'
	[ ! -e /modules/own ] || list=/modules/own others=^$	# see WITH= in vm/run
	# shellcheck disable=SC2013	# no name has a space
	for file in $(grep -Ev "$others" "$list"); do
		case $file in
		/modules/ntio.ko) parameter=${NTIO_VERIFIER:+verifier=$NTIO_VERIFIER} ;;
		/modules/ntio_context.ko) parameter=${unsafe:+unsafe=1} ;;
		*) parameter= ;;
		esac
		insmod "$file" ${parameter:+"$parameter"} || { echo "insmod $file failed; the kernel's log tells why"; return 1; }
	done
}

# Also what a test loaded or forgot, the last one first, as the kernel lists them. Without a process for each, because
# there are kernels on which those take their time.
unload_modules() {
	local name rest ours=
	while read -r name rest; do
		case $name in
		ntio_wdm) ours="$ours $name" ;;	# its file has a dash
		*) [ ! -e "/modules/$name.ko" ] || ours="$ours $name" ;;
		esac
	done </proc/modules
	# shellcheck disable=SC2086	# several words
	[ -z "$ours" ] || rmmod $ours
}
