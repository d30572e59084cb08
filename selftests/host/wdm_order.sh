#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# module/wdm/Kbuild names the files from below: none needs what one that stands after it has. Read from what was built.
set -euo pipefail
cd "$(dirname "$0")/../.."

echo "TAP version 13"
folder=
for kernel in 6.12 6.1; do
	folder=build/modules/$(cat "build/kernels/$kernel/release" 2>/dev/null || echo none)/module/wdm
	[ ! -e "$folder/ntio-wdm.ko" ] || break
	folder=
done
if [ -z "$folder" ]; then
	echo "1..0 # SKIP the modules are not built: make modules"
	exit 0
fi

# upward OBJECT...: FILE NAME OTHER-FILE, where the first needs the name of the other, which stands after it. First all
# that they have is read, then all that they need.
upward() {
	cd "$folder"
	{
		nm -A --defined-only --extern-only "$@"
		nm -A --undefined-only "$@"
	} | awk -v objects="$*" '
		BEGIN { n = split(objects, name, " "); for (i = 1; i <= n; i++) place[name[i]] = i }
		{ file = $1; sub(/:.*/, "", file); symbol = $NF; type = $(NF - 1) }
		type != "U" { home[symbol] = file; next }
		symbol in home && place[home[symbol]] > place[file] { print file, symbol, home[symbol] }'
}

mapfile -t objects < <(sed -e ':a' -e '/\\$/N; s/\\\n//; ta' module/wdm/Kbuild | awk '
	$1 == "ntio-wdm-y" { for (i = 3; i <= NF; i++) print $i }')
found=$(upward "${objects[@]}")
echo "1..2"
if [ "${#objects[@]}" -ge 30 ] && [ "$(upward main.o violation.o | wc -l)" -ge 1 ]; then
	echo "ok 1 what needs another file is found, in ${#objects[@]} of them"
else
	echo "not ok 1 what needs another file is found, in ${#objects[@]} of them"
fi
if [ -z "$found" ]; then
	echo "ok 2 no file of module/wdm needs one above"
else
	printf '%s\n' "$found" | sed 's/^/# /'
	echo "not ok 2 no file of module/wdm needs one above"
	exit 1
fi
