#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# docs/tutorial.md: every command in it runs here as it stands, every edit is made, and what it shows is what is
# printed. sudo is empty, "installed" means below a folder, and the machine with it all is a VM.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
unset MAKEFLAGS MFLAGS MAKELEVEL WITH TESTS KERNELS KDIR BUILD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 bad=0 last=0
steps=$work/steps
# shellcheck disable=SC2034	# make's
export KERNEL=6.12 NO_COLOR=1 PREFIX=/usr/local

echo "TAP version 13"
for KERNEL in 6.12 6.1 ""; do
	[ ! -e "$top/build/kernels/$KERNEL/bzImage" ] || break
done
if [ -z "$KERNEL" ] || [ ! -x "$top/build/userspace/bin/ntio" ]; then
	echo "1..0 # SKIP no kernel and no library: make modules userspace"
	exit 0
fi

# result STATUS DESCRIPTION: the last output explains a failure. With the seconds since the one before.
result() {
	local took=$((SECONDS - last))
	last=$SECONDS
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2, $took s"
	else
		bad=$((bad + 1))
		tail -n 40 "$work/output" | tr -d '\r' | sed 's/^/# /'
		echo "not ok $n $2"
	fi
}

# What root would do.
sudo() {
	"$@"
}

# In this shell, as it changes folders; each command must succeed.
run_here() {
	local line
	while read -r line; do
		echo "\$ $line" >>"$work/output"
		eval "$line" >>"$work/output" 2>&1 </dev/null || return
	done <"$1"
}

# make vm-shell on a terminal, with what follows typed into it.
run_in_vm() {
	local shell waited=0
	mkfifo "$work/keys"
	script -qefc "make vm-shell" "$work/output" <"$work/keys" >/dev/null &
	shell=$!
	exec 4>"$work/keys"
	until grep -qs '~ # ' "$work/output" || [ $waited -ge 300 ]; do
		sleep 1
		waited=$((waited + 1))
	done
	# The shell asks the terminal where its cursor is, and drops what comes meanwhile.
	sleep 2
	{ echo; cat "$1"; echo exit; } >&4
	wait $shell
	exec 4>&-
	rm "$work/keys"
}

# The machine on which it all was installed: a VM with that and nothing else.
run_installed() {
	mkdir -p "$work/root/bin"
	printf '#!/bin/sh\nexec "$@"\n' >"$work/root/bin/sudo"
	{ echo '#!/bin/sh -e'; cat "$1"; } >"$work/root/bin/commands"
	chmod +x "$work/root/bin/sudo" "$work/root/bin/commands"
	OVERLAY=$work/root "$top/vm/run" "$KERNEL" commands >"$work/output" 2>&1
}

# edit STEP: put its text before or after the one line that it names.
edit() {
	local file how line
	{ read -r file; read -r how; IFS= read -r line; } <"$1"
	[ "$(grep -cxF -- "$line" "$file")" -eq 1 ] || { echo "not once in $file: $line" >"$work/output"; return 1; }
	tail -n +4 "$1" >"$work/text"
	LINE=$line HOW=$how awk -v text="$work/text" '
		function insert(  l) { while ((getline l <text) > 0) print l }
		$0 == ENVIRON["LINE"] && ENVIRON["HOW"] == "before" { insert() }
		{ print }
		$0 == ENVIRON["LINE"] && ENVIRON["HOW"] == "after" { insert() }' "$file" >"$work/edited" &&
		cp "$work/edited" "$file"
}

# expect STEP: each line was printed, in this order, whatever else was.
expect() {
	tr -d '\r' <"$work/output" | awk -v wanted="$1" '
		BEGIN { while ((getline line <wanted) > 0) want[++wants] = line; at = 1 }
		at <= wants && index($0, want[at]) { at++ }
		END { if (at <= wants) { print "not printed: " want[at]; exit 1 } }' >"$work/missing" && return
	cat "$work/missing" >>"$work/output"
	return 1
}

do_step() {
	local file=$1
	case $file in
	*.run)
		: >"$work/output"
		if grep -qx 'make vm-shell' "$file"; then
			return	# with what comes next
		elif grep -q '\binstall\b\|uninstall' "$file"; then
			export DESTDIR=$work/root KDIR=$top/build/kernels/$KERNEL/kdir
		fi
		run_here "$file"
		result $? "$(grep . "$file" | head -n 1)${2:-}"
		unset DESTDIR KDIR ;;
	*.vm)
		run_in_vm "$file"
		result $? "make vm-shell" ;;
	*.here)
		run_installed "$file"
		result $? "$(head -n 1 "$file")" ;;
	*.edit)
		edit "$file"
		result $? "edit $(head -n 1 "$file")" ;;
	*.expect)
		expect "$file"
		result $? "shows: $(tail -n 1 "$file")" ;;
	esac
}

mkdir "$steps"
perl "$top/selftests/host/tutorial.pl" "$top/docs/tutorial.md" "$steps"
ln -s "$top" "$work/ntio"
cd "$work" || exit
for step in "$steps"/*; do
	do_step "$step"
done

# The last step took everything away again, but the folders that others may use.
find "$work/root" -path '*ntio*' -o -name 'greet*' | grep -v '^$' >"$work/output"
result "$(grep -c . "$work/output")" "nothing is left of what was installed"

# All the code was used, and all that was shown was looked at.
[ "$(find "$steps" -name '*.edit' | wc -l)" -ge 11 ] && [ "$(find "$steps" -name '*.expect' | wc -l)" -ge 5 ] &&
	[ -e "$(find "$steps" -name '*.vm')" ] && [ -e "$(find "$steps" -name '*.here')" ]
result $? "no step was overlooked"
echo "1..$n"
[ "$bad" -eq 0 ]
