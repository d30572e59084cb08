#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The pictures of the guide are those that their script draws, and the guide shows
# all of them.
set -eu
cd "$(dirname "$0")/../.."

echo "TAP version 13"
if ! command -v perl >/dev/null; then
	echo "1..0 # SKIP perl is not installed"
	exit 0
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
failed=0

result() # STATUS WHAT
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2"
	else
		sed 's/^/# /' "$tmp/findings"
		echo "not ok $n $2"
		failed=$((failed + 1))
	fi
}

status=0
perl docs/pictures.pl "$tmp" >"$tmp/findings" 2>&1 || status=$?
result $status "the script draws them"

status=0
for file in docs/pictures/*.svg "$tmp"/*.svg; do
	cmp "docs/pictures/${file##*/}" "$tmp/${file##*/}" || status=1
done >"$tmp/findings" 2>&1
[ $status -eq 0 ] || echo "to draw them anew: docs/pictures.pl docs/pictures" >>"$tmp/findings"
result $status "they are up to date"

status=0
for file in docs/pictures/*.svg; do
	grep -qF "](pictures/${file##*/})" docs/porting-guide.md || {
		echo "nobody shows $file"
		status=1
	}
done >"$tmp/findings" 2>&1
result $status "the guide shows each"

# The checker's own test: a word that is too long for its box.
status=1
sed "s/'delivery', 'copies back/'delivery', '$(printf '%080d' 0) copies back/" \
	docs/pictures.pl >"$tmp/long.pl"
perl "$tmp/long.pl" "$tmp" >"$tmp/findings" 2>&1 || status=0
grep -q "too long for its box" "$tmp/findings" || status=1
result $status "found: a text that is too long for its box"

echo "1..$n"
[ "$failed" -eq 0 ]
