# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the scripts in vm/ share. Source it; it sets -euo pipefail.
set -Eeuo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build
kernels=$build/kernels
step=''		# what logged is at
ticker=''	# the process that shows how long that takes

trap 'failed "${BASH_SOURCE[0]}, line $LINENO: $BASH_COMMAND"' ERR
trap 'interrupted 130' INT
trap 'interrupted 143' TERM

die() {
	printf 'ntio: %s\n' "$*" >&2
	disk_is_full || :
	exit 1
}

failed() {
	printf 'ntio: failed: %s\n' "$1" >&2
	disk_is_full || :
}

interrupted() {
	[ -z "$ticker" ] || kill "$ticker"
	printf '\nntio: interrupted%s. Nothing half-done is used: run the same again.\n' "${step:+ while $step}" >&2
	exit "$1"
}

# free_megabytes: what is free where everything is kept.
free_megabytes() {
	df --output=avail -BM "$(realpath "$kernels" 2>/dev/null || echo "$top")" | tr -dc 0-9
}

disk_is_full() {
	[ "$(free_megabytes)" -lt 16 ] || return
	echo "ntio: the disk with $build is full, which is probably why: make room there and run the same again" >&2
}

# room MEGABYTES STEP: before a step that needs them.
room() {
	local free
	free=$(free_megabytes)
	[ "$free" -ge "$1" ] || die "$2 needs about $1 MB below $build, and $free MB are free there." \
		"Make room and run the same again (make clean and make distclean remove what was built)."
}

# kernel_line NAME[-arm64][.headers]: set memory, limit, without, origin and arguments from vm/kernels, arch,
# Debian's word for the architecture, and programs, where those for it are built.
kernel_line() {
	local name wanted=${1%.headers}
	arch=amd64 programs=$build
	# shellcheck disable=SC2034	# these are used by those who source this
	[ "${wanted%-arm64}" = "$wanted" ] || arch=arm64 programs=$build/arm64
	# shellcheck disable=SC2034
	while read -r name memory limit without origin arguments; do
		if [ "$name" = "${wanted%-arm64}" ]; then
			origin=${origin//ARCH/$arch}
			return
		fi
	done <"$top/vm/kernels"
	die "no kernel is called '$1'; vm/kernels has: $(awk '!/^#/ && NF { printf "%s ", $1 }' "$top/vm/kernels")"
}

# logged WHAT LOG COMMAND...: run a long step with its output in LOG; show the time it takes, and the log's errors
# and end when it fails.
logged() {
	local what=$1 log=$2 status=0
	local start=$SECONDS
	step=$what
	shift 2
	mkdir -p "$(dirname "$log")"
	if [ -t 2 ]; then
		while :; do
			printf '\r  %s ... %d s' "$what" $((SECONDS - start)) >&2
			sleep 1
		done &
		ticker=$!
	else
		printf '  %s ...\n' "$what" >&2
	fi
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if [ -n "$ticker" ]; then
		kill "$ticker"
		wait "$ticker" 2>/dev/null || :
		ticker=''
		printf '\r' >&2
	fi
	step=''
	if [ "$status" -ne 0 ]; then
		printf '  %s: failed after %d s; errors in and the end of %s:\n' "$what" $((SECONDS - start)) "$log" >&2
		# With several processes at once, the error is not at the end.
		head -n -20 "$log" | grep -E 'rror[: ]|\*\*\*|No space left' | head -n 10 >&2 || :
		tail -n 20 "$log" >&2
		return "$status"
	fi
	printf '  %s: done in %d s\n' "$what" $((SECONDS - start)) >&2
}

# lock WHAT [FOLDER]: others may prepare the same thing in the same build/, or FOLDER, at the same time: one at a time,
# until this script ends.
lock() {
	local folder=${2:-$build}/locks
	mkdir -p "$folder"
	exec 9>"$folder/$1"
	flock -n 9 || {
		printf '  Waiting for another run that uses %s ...\n' "$1" >&2
		flock 9
	}
}

is_debian_12() {
	[ "$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")" = "debian 12" ]
}

# become_root WHY: set as_root, what to put before a command that needs to be root.
become_root() {
	as_root=()
	[ "$(id -u)" -ne 0 ] || return 0
	command -v sudo >/dev/null || die "$1 needs root, and there is no sudo: run as root once, make deps will do"
	as_root=(sudo)
	if [ "${CI:-}" = true ] || ! [ -t 2 ]; then
		as_root+=(-n)	# nobody is there to type a password
	fi
	"${as_root[@]}" -v || die "$1 needs root, and sudo refused"
}

# fresh WHAT COMMAND...: run what asks apt for packages; when it fails, bring the package lists up to date and run it
# again, because an image of Debian has no lists, and old ones name packages that are gone.
fresh() {
	local what=$1
	shift
	"$@" && return
	become_root "apt-get update"
	logged "apt-get update" "$build/logs/apt-update.log" "${as_root[@]}" apt-get -q update
	"$@" || die "apt cannot give $what (see above); are Debian 12's main and security archives in" \
		"/etc/apt/sources.list?"
}

# download DIR PACKAGE[=VERSION]...: fetch Debian packages into the new directory DIR.
download() {
	local dir=$1
	shift
	rm -rf "$dir"
	mkdir -p "$dir"
	# The sandbox user cannot write there, and apt would complain each time.
	logged "Downloading $1" "$build/logs/download-${1%%=*}.log" \
		env -C "$dir" apt-get -q -o APT::Sandbox::User=root download "$@"
}
