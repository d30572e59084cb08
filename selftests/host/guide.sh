#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The guide tells the truth: its links lead somewhere, the tests it names
# exist, its code is that of the files it is from. And the checker, guide.pl,
# finds it out when that is not so.
set -eu
cd "$(dirname "$0")/../.."
top=$PWD

echo "TAP version 13"
for tool in perl cc; do
	if ! command -v $tool >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done

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

guide() # CHECK ROOT
{
	(cd "$tmp" && perl "$top/selftests/host/guide.pl" "$1" "$2" names) \
		>"$tmp/findings" 2>&1
}

# As committed.
right() # CHECK WHAT
{
	status=0
	guide "$1" "$top" || status=$?
	cp "$tmp/findings" "$tmp/$1"
	result "$status" "$2"
}

# A copy in which one thing more is wrong, made by a command: that is found.
wrong() # CHECK FINDING COMMAND...
{
	check=$1
	finding=$2
	shift 2
	rm -rf "$tmp/copy"
	mkdir "$tmp/copy"
	cp -r docs README.md "$tmp/copy"
	ln -s "$top/module" "$top/selftests" "$top/userspace" "$tmp/copy"
	(cd "$tmp/copy" && "$@")
	status=0
	guide "$check" "$tmp/copy" || status=$?
	more=$(($(wc -l <"$tmp/findings") - $(wc -l <"$tmp/$check")))
	if [ "$status" -eq 1 ] && [ "$more" -eq 1 ] &&
			grep -qF "$finding" "$tmp/findings"; then
		result 0 "found: $finding"
	else
		result 1 "found: $finding"
	fi
}

append() # FILE LINE...
{
	to=$1
	shift
	printf '\n' >>"$to"
	printf '%s\n' "$@" >>"$to"
}

edit() # FILE SED-SCRIPT
{
	sed "$2" "$1" >edited
	if cmp -s edited "$1"; then
		echo "nothing to edit in $1" >&2
		return 1
	fi
	mv edited "$1"
}

guide_md=docs/porting-guide.md
table_md=docs/porting-table.md
bugs_md=docs/bugs.md
quote=$(printf '\140')	# a literal one confuses shellcheck
fence=$quote$quote$quote

status=0
(cd "$tmp" && perl "$top/selftests/host/guide.pl" names "$top") \
	>"$tmp/names" 2>"$tmp/findings" || status=$?
[ -s "$tmp/names" ] || status=1
result $status "the sources tell the names of the tests"

right links "no link is dead"
right tests "every test that is named exists"
right rows "every row of the table names a test"
right bugs "every bug has a test"
right snippets "all code is that of its file"

# The copies are the checker's test, one mistake each.
wrong links "dead link: gone.md" append $guide_md '[x](gone.md)'
wrong links "dead link: docs/gone.md" append README.md '[x](docs/gone.md)'
wrong links "no such heading: #not-there" append $guide_md '[x](#not-there)'
wrong links "no such heading: $(basename $table_md)#not-there" \
	append $guide_md "[x]($(basename $table_md)#not-there)"
wrong tests "no such test: device: global.not_there" \
	append $guide_md "${quote}device: global.not_there$quote"
wrong tests "no such test: no_program: global.mode" \
	append README.md "${quote}no_program: global.mode$quote"
wrong tests "no such test: buffered: buffered.*.not_there" \
	append $table_md "${quote}buffered: buffered.*.not_there$quote"
wrong tests "a code span does not end" \
	append $guide_md "${quote}device:" "global.not_there$quote and $quote"
wrong rows "a row without a test" append $table_md '| a | b | c | d | e |'
wrong rows "not five columns" \
	append $table_md "| a | b | c | ${quote}device: global.mode$quote |"
wrong tests "no such test: sweep: control.*.not_there" \
	append $bugs_md "${quote}sweep: control.*.not_there$quote"
wrong bugs "a bug without a test" append $bugs_md '| a | b | H1 | c |'
wrong bugs "not four columns" \
	append $bugs_md "| a | b | H1 | c | ${quote}device: global.mode$quote |"
wrong bugs "no harness: H7" \
	append $bugs_md "| a | b | H7 | ${quote}device: global.mode$quote |"
wrong bugs "a second row of CVE-2016-5195" \
	edit $bugs_md 's/^| CVE-2022-2590 /| CVE-2016-5195 /'
wrong snippets "differs from docs/examples/plain_buffered.c" \
	edit docs/examples/plain_buffered.c 's/kvmalloc(/kvmaloc(/'
wrong snippets "no such snippet: snippet: docs/examples/gone.c" \
	append $guide_md '<!-- snippet: docs/examples/gone.c -->' "$fence"c "$fence"
wrong snippets "C code of no file" append $guide_md "$fence"c "int i;" "$fence"

echo "1..$n"
[ "$failed" -eq 0 ]
