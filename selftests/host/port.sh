#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# False alarms of `ntio port`: the drivers and programs in this tree that are
# written in Windows' terms are built and served, so what it calls absent or
# unknown there is wrong.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-$PWD/build}
ntio=$build/userspace/bin/ntio

echo "TAP version 13"
if [ ! -x "$ntio" ]; then
	echo "1..0 # SKIP the command is not built: make userspace"
	exit 0
fi

# Folders of drivers say so in their Kbuild. What is to be refused is not
# there: it is compiled, and must not compile.
folders()
{
	find module selftests docs userspace \
		\( -name Kbuild -o -name Makefile \) \
		-exec grep -q '^ntio-wdm-driver' {} \; -exec dirname {} \;
	find selftests -type d -path '*/win32/programs'
}

# Not Windows' names: ntio's own and Linux', in programs that compare both.
own()
{
	grep -vE '^(unknown (ntio|io_uring)_|unknown (fork|waitpid|fmemopen)$|absent IOCTL_(ECHO|NOTIFY)_)'
}

n=0
failed=0
names=0
for folder in $(folders | sort -u); do
	n=$((n + 1))
	"$ntio" port "$folder" >"$build/port.$$" || :
	alarms=$(awk 'NF == 0 { exit } NR > 1 { print $1, $2 }' \
		"$build/port.$$" | grep -E '^(absent|unknown) ' | own || :)
	count=$(awk 'NF == 0 { exit } NR > 1 { n++ } END { print n + 0 }' \
		"$build/port.$$")
	rm -f "$build/port.$$"
	names=$((names + count))
	if [ -z "$alarms" ] && [ "$count" -gt 0 ]; then
		echo "ok $n $folder: $count names"
	else
		echo "$alarms" | sed 's/^/# /'
		echo "not ok $n $folder: $count names, a false alarm or none"
		failed=$((failed + 1))
	fi
done
if [ "$n" -eq 0 ]; then
	echo "1..0 # SKIP there is no driver of the source layer in this tree"
	exit 0
fi
echo "# $names names in $n folders"
echo "1..$n"
[ "$failed" -eq 0 ]
