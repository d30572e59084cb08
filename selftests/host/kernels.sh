#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Kernels that cannot be had, built or booted: the message names the step and
# what to do, and nothing half-done is used. The tools are fakes, which do what
# variables called FAKE_* say.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kernels=$work/build/kernels
version=6.9.9-1 release=6.9.9-fake
n=0 bad=0

# tool NAME: make the fake from standard input.
tool() {
	{ echo '#!/bin/bash'; cat; } >"$work/tools/$1"
	chmod +x "$work/tools/$1"
}

make_tools() {
	mkdir -p "$work/tools"
	export PATH=$work/tools:$PATH FAKE=$work
	tool id <<<'echo 0'
	tool depmod <<<'exit 0'
	tool dpkg-query <<-'E'
		[ "${!#}" = "${FAKE_MISSING:-}" ] || printf installed
	E
	tool apt-cache <<-E
		[ -z "\${FAKE_NO_PACKAGE:-}" ] || exit 100
		case " \$* " in
		*" madison "*) printf ' p | %s | somewhere\n' 6.9.9~rc1-1 $version 6.9.8-1 ; exit ;;
		esac
		echo "Depends: linux-image-$release (= $version), linux-headers-$release-common, linux-kbuild-$release"
	E
	tool apt-get <<-'E'
		case " $* " in
		*" update "*) exit "${FAKE_UPDATE:-0}" ;;
		*" install "*) echo "E: Unable to locate package"; exit 100 ;;
		esac
		for package; do
			[[ $package != linux-* ]] || echo "$package" >"${package%%=*}.deb"
		done
	E
	# Each package has one file of the kernel.
	tool dpkg-deb <<-E
		echo half >"\$3/half"
		case \$2 in
		*linux-kbuild*) \${FAKE_UNPACK:-true} || exit ;;
		*linux-image*)
			mkdir -p "\$3/boot" "\$3/lib/modules/$release"
			echo image >"\$3/boot/vmlinuz-$release" ;;
		*linux-headers-$release:*)
			mkdir -p "\$3/usr/src/linux-headers-$release"
			echo include /usr/src/common >"\$3/usr/src/linux-headers-$release/Makefile" ;;
		esac
		rm "\$3/half"
	E
	tool df <<-'E'
		echo Avail
		if [ -e "$FAKE/full" ]; then echo 3M; else echo 9999M; fi
	E
	tool qemu-system-x86_64 <<-'E'
		while [ $# -gt 0 ]; do
			[[ $1 != file,*console.log || -z ${FAKE_BOOT:-} ]] || echo "$FAKE_BOOT" >"${1#*path=}"
			shift
		done
		exit 1
	E
	tool make <<-'E'
		case " $* " in
		*" kernelversion "*) echo 6.9.9; exit ;;
		esac
		for word; do
			[[ $word != O=* ]] || cd "${word#O=}"
		done
		case " $* " in
		*" olddefconfig "*) grep -v "${FAKE_DROPPED:-^$}" fragment >.config ;;
		*" all "*)
			echo more >>objects
			${FAKE_BUILD:-true} || exit
			mkdir -p arch/x86/boot include/config
			echo 6.9.9-built >include/config/kernel.release
			echo image >arch/x86/boot/bzImage ;;
		esac
	E
}

# A project with these tools, nothing built, and a kernel source with KSRC=.
begin() {
	rm -rf "$work/build" "$work/full" "$work/source" "$work/vm"
	cp -r "$here/vm" "$work/vm"
	mkdir -p "$work/build/modules/6.9.9-built" \
		"$work/source/scripts/kconfig"
	: >"$work/build/modules/6.9.9-built/modules.list"
	printf '#!/bin/sh\n' >"$work/source/scripts/kconfig/merge_config.sh"
	chmod +x "$work/source/scripts/kconfig/merge_config.sh"
	export KSRC=$work/source
}

# result DESCRIPTION PROBLEM: the problem is empty if there is none.
result() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n $1"
	else
		bad=$((bad + 1))
		printf '%s\n' "$2" | sed 's/^/# /'
		sed 's/^/#   /' "$work/output"
		echo "not ok $n $1"
	fi
}

# prints TEXT...: what of it the last output lacks.
prints() {
	local text
	for text; do
		grep -qF -- "$text" "$work/output" || echo "not printed: $text"
	done
}

# try DESCRIPTION FILE TEXT...: with the command that stands in $command; it must
# fail, print the texts, and there must be no FILE in build/kernels.
try() {
	local what=$1 file=$2 status=0
	shift 2
	{ "${command[@]}" >"$work/output" 2>&1 </dev/null; } 2>/dev/null || status=$?
	result "$what" "$([ $status -ne 0 ] || echo "it succeeded"
		[ ! -e "$kernels/$file" ] || echo "there is a $file"
		prints "$@")"
}

# Done again without the obstacle, it is all there.
works_now() {
	local problem
	problem=$("${command[@]}" 2>&1 >"$work/output" </dev/null) ||
		{ result "$1" "it failed: $problem"; return; }
	result "$1" "$(cd "$kernels/$2" && ! ls -d half ../*.deb 2>/dev/null &&
		[ "$(cat bzImage)" = image ] && [ -s release ] && [ -e arguments ] ||
		echo "$2 is not complete")"
}

debian() {
	command=("$work/vm/kernel" rt)
	begin
	command=("$work/vm/kernel" nonesuch)
	try "unknown kernel" nonesuch "no kernel is called 'nonesuch'" "6.12 "
	command=("$work/vm/kernel" rt)
	FAKE_UPDATE=100 try "no archive" rt "apt cannot read Debian's suite bookworm" \
		"update debian-archive-keyring"
	FAKE_NO_PACKAGE=y try "no package" rt \
		"Debian's bookworm has no linux-image-6.12-rt-amd64:amd64"
	FAKE_UNPACK=false try "damaged package" rt \
		"the rt kernel was not unpacked" "run the same again"
	# shellcheck disable=SC2016	# the fake's parent is meant
	FAKE_UNPACK='eval kill -9 $PPID' try "killed" rt
	touch "$work/full"
	try "no room" rt "Fetching the rt kernel needs about 700 MB below" \
		"3 MB are free" "Make room and run the same again"
	rm "$work/full"
	FAKE_UNPACK="eval touch $work/full; false" try "disk full" rt \
		"the rt kernel was not unpacked" "is full"
	rm "$work/full"
	works_now "fetched after all that" rt
}

built() {
	begin
	command=("$work/vm/kernel" kasan)
	touch "$work/full"
	try "no room to build" kasan "Building the kasan kernel needs about"
	rm "$work/full"
	FAKE_DROPPED=CONFIG_KASAN_GENERIC try "option lost" kasan \
		"did not stick" "CONFIG_KASAN_GENERIC=y"
	FAKE_BUILD='eval echo cc1: fatal error: nonsense; false' \
		try "does not compile" kasan "cc1: fatal error: nonsense" \
		"the kasan kernel was not built" "kernel-kasan.log has the whole" \
		"to start afresh, remove $kernels/kasan-6.9.9-"
	# shellcheck disable=SC2016
	FAKE_BUILD='eval kill -9 $PPID' try "killed in between" kasan
	# In a process group of its own, as all of it is interrupted.
	command=(setsid --wait "${command[@]}")
	FAKE_BUILD="eval kill -TERM 0; sleep 9" try "interrupted" kasan \
		"interrupted while Building the kasan kernel" "run the same again"
	command=("$work/vm/kernel" kasan)
	FAKE_BUILD="eval touch $work/full; false" try "disk full meanwhile" kasan \
		"the kasan kernel was not built" "is full"
	rm "$work/full"
	works_now "built after all that" kasan
	result "and goes on where it stopped" "$([ "$(grep -c more "$kernels/kasan/objects")" -eq 5 ] ||
		echo "it started afresh")"
	FAKE_BUILD=false works_now "built once" kasan
}

compiler() {
	command=("$work/vm/kernel" kmsan)
	begin
	FAKE_MISSING=clang-19 try "compiler missing" kmsan \
		"these packages were not installed: clang-19" \
		"Unable to locate package" "Install them by hand and run the same again"
}

boot() {
	begin
	"$work/vm/kernel" kasan >"$work/output" 2>&1
	command=(env ACCEL=tcg "$work/vm/run" kasan true)
	try "not a kernel" none "kasan: the kernel was not started, or said" \
		"QEMU's exit status: 1" "does not boot here" \
		"remove $kernels/kasan-6.9.9-"
	FAKE_BOOT="Kernel panic - not syncing" try "panic while booting" none \
		"trying once more" "kasan: the kernel panicked" \
		"remove $kernels/kasan-6.9.9-"
}

is_debian_12() {
	[ "$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")" = "debian 12" ]
}

echo "TAP version 13"
make_tools
built
boot
if is_debian_12; then
	debian
	compiler
fi
echo "1..$n"
[ "$bad" -eq 0 ]
