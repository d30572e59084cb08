# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Packages of Debian suites other than the host's. Source it after lib.sh.
#
# apt finds them by name, with sources and lists of its own below build/apt, and checks them with the host's keys of
# Debian. Of the host's own sources only the mirror is taken, nothing of its apt is changed, and nothing is installed:
# packages are unpacked, and their programs run with the C library of their suite.

: "${build:?is set by lib.sh}"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# mirror LABEL PATH: where the host has the archive with this label from; before its lists were fetched, what its sources
# name with this path.
mirror() {
	# shellcheck disable=SC2016	# apt's
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Label: $1" 2>/dev/null |
		grep -m 1 '^http' ||
		find /etc/apt \( -name '*.list' -o -name '*.sources' \) -exec awk -v path="/$2" '
			{ sub(/#.*/, "") }
			{ for (i = 1; i <= NF; i++) if ($i ~ "^https?://.*" path "/?$") { print $i; found = 1; exit } }
			END { exit !found }' {} + ||
		die "apt has no source of $1: add one to /etc/apt/sources.list, and run apt-get update"
}

# suite_sources SUITE: a suite, and those that its packages depend on.
suite_sources() {
	local debian security
	debian=$(mirror Debian debian)
	security=$(mirror Debian-Security debian-security)
	echo "$debian $1"
	case $1 in
	sid) ;;
	experimental) echo "$debian sid" ;;
	*)
		[ "${1%-backports}" = "$1" ] || echo "$debian ${1%-backports}"
		echo "$security ${1%-backports}-security" ;;
	esac
}

# use_suite SUITE [ARCHITECTURE]: what ask_apt asks from now on: packages for the host, and NAME:ARCHITECTURE.
use_suite() {
	local foreign=${2:-amd64} from name
	archive=$build/apt/$1-$foreign
	mkdir -p "$archive"/{lists,cache/archives}/partial "$archive/none"
	[ -r "$keyring" ] || die "$keyring is missing: install debian-archive-keyring"
	: >"$archive/status"
	suite_sources "$1" | while read -r from name; do
		echo "deb [signed-by=$keyring] $from $name main"
	done >"$archive/sources.list"
	cat >"$archive/apt.conf" <<-END
		Dir::Etc::sourcelist "$archive/sources.list";
		Dir::Etc::sourceparts "$archive/none";
		Dir::Etc::preferences "$archive/no-preferences";
		Dir::Etc::preferencesparts "$archive/none";
		Dir::State::lists "$archive/lists";
		Dir::State::status "$archive/status";
		Dir::Cache "$archive/cache";
		APT::Architecture "amd64";
		APT::Architectures { "amd64"; "$foreign"; };
		APT::Default-Release "";
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		#clear APT::Update;
		#clear DPkg::Post-Invoke;
	END
	[ -n "$(find "$archive/updated" -mtime -1 2>/dev/null)" ] && return
	logged "Asking Debian what $1 has" "$build/logs/apt-$1-$foreign.log" ask_apt get update ||
		die "apt cannot read Debian's suite $1 (see above); if its keys are too old, update debian-archive-keyring"
	touch "$archive/updated"
}

# ask_apt get|cache ARGUMENT...
ask_apt() {
	"apt-$1" -q -c "$archive/apt.conf" "${@:2}"
}

# newest_version PACKAGE: the newest in the suite; fails if there is none.
newest_version() {
	local version newest=
	while read -r version; do
		if [ -z "$newest" ] || dpkg --compare-versions "$version" gt "$newest"; then
			newest=$version
		fi
	done < <(ask_apt cache madison "$1" | awk -F ' *[|] *' '{ print $2 }')
	[ -n "$newest" ] && echo "$newest"
}

# unpack_with_all DIR PACKAGE...: unpack packages, and all that they depend on, into DIR.
unpack_with_all() {
	local dir=$1 file
	mkdir -p "$dir.debs/partial"
	ask_apt get install -y -d -o Dir::Cache::archives="$dir.debs" "${@:2}" || return
	for file in "$dir.debs"/*.deb; do
		dpkg-deb -x "$file" "$dir" || return
	done
	rm -rf "$dir.debs"
}

# wrap_programs DIR ROOT: let the programs below DIR run with the C library that is unpacked in ROOT. A wrapper stands
# in the place of each; both may be moved together.
wrap_programs() {
	local program real to
	find "$1" -type f -perm /111 ! -name '*.so*' ! -name '.real-*' | while read -r program; do
		readelf -lW "$program" 2>/dev/null | grep -q ' INTERP ' || continue
		to=$(realpath --relative-to "$(dirname "$program")" "$2")
		real=.real-$(basename "$program")
		mv "$program" "$(dirname "$program")/$real"
		cat >"$program" <<-END
			#!/bin/sh
			program=\$0
			[ ! -L "\$0" ] || program=\$(readlink -f "\$0")
			here=\${program%/*}
			root=\$here/$to
			exec "\$root/lib64/ld-linux-x86-64.so.2" --argv0 "\$0" \\
				--library-path "\$root/usr/lib/x86_64-linux-gnu:\$root/lib/x86_64-linux-gnu" \\
				"\$here/$real" "\$@"
		END
		chmod 755 "$program"
	done
}
