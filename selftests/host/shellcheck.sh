#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every script passes shellcheck, a result per script.
set -eu
cd "$(dirname "$0")/../.."

echo "TAP version 13"
if ! command -v shellcheck >/dev/null; then
	echo "1..0 # SKIP shellcheck is not installed"
	exit 0
fi

# A script is what begins like one, whatever its name.
is_script() {
	case $1 in
	*.sh) return 0 ;;
	esac
	head -n 1 "$1" | grep -Eq '^#!.*\b(ba|da|)sh\b'
}

n=0
failed=0
for file in $(find . \( -name .git -o -path ./build \) -prune -o -type f -print |
		sort); do
	is_script "$file" || continue
	n=$((n + 1))
	# What a sourced file sets is used elsewhere.
	exclude=SC2034
	[ ! -x "$file" ] || exclude=SC0000
	if report=$(shellcheck -x -e "$exclude" "$file"); then
		echo "ok $n $file"
	else
		echo "$report" | sed 's/^/# /'
		echo "not ok $n $file"
		failed=$((failed + 1))
	fi
done
echo "1..$n"
[ "$failed" -eq 0 ]
