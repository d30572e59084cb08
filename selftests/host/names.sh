#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The table of Windows' names is well-formed and says what the layers' own
# tables say, and the script that merges them follows these.
set -eu
cd "$(dirname "$0")/../.."
top=$PWD
table=docs/windows-names.tsv

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
n=0
failed=0

claim() # WHAT COMMAND...
{
	what=$1
	shift
	n=$((n + 1))
	if "$@" >"$tmp/findings" 2>&1; then
		echo "ok $n $what"
	else
		sed 's/^/# /' "$tmp/findings"
		echo "not ok $n $what"
		failed=$((failed + 1))
	fi
}

well_formed()
{
	awk -F '\t' '
	function bad(what) {
		print FILENAME ":" NR ": " what ": " $0
		wrong = 1
	}
	NR == 1 {
		if ($0 != "name\tkind\tside\theader\tstate\tstage\tnote\ttest")
			bad("another heading")
		next
	}
	NF != 8 { bad("not 8 columns") }
	$1 !~ /^[A-Za-z_][A-Za-z0-9_]*\*?$/ { bad("no name") }
	($1 ~ /\*$/) != ($2 == "family") { bad("a family has an asterisk") }
	$2 !~ /^(function|macro|type|constant|family)$/ { bad("no kind") }
	$3 !~ /^(driver|program)$/ { bad("no side") }
	$5 !~ /^(supported|difference|absent)$/ { bad("no state") }
	$5 == "difference" && $7 == "-" { bad("a difference, but which?") }
	$2 == "family" && $7 == "-" { bad("what to do?") }
	$1 "\t" $3 in seen { bad("twice") }
	{ seen[$1 "\t" $3] = 1 }
	END { exit wrong }' "$1"
}

sorted()
{
	tail -n +2 $table | cut -f 1,3 | LC_ALL=C sort -c -t '	' -k1,1 -k2,2
}

up_to_date()
{
	userspace/names | diff $table - ||
		{ echo "bring it up to date: userspace/names --write"; false; }
}

# What the layers say of a name is what the table says, by another way than
# the script's.
as_the_layer_says()
{
	[ -e module/wdm/names.tsv ] || return 0
	awk -F '\t' '
	FNR == 1 {
		file++
		split("", column)
		for (i = 1; i <= NF; i++)
			column[$i] = i
	}
	file == 1 && FNR > 1 && $3 == "driver" { state[$1] = $5 }
	file == 2 && FNR > 1 && $1 !~ /^#/ {
		if (state[$1] != $column["state"]) {
			print $1 ": " $column["state"] " in the layer, " \
				state[$1] " in the table"
			wrong = 1
		}
	}
	END { exit wrong }' $table module/wdm/names.tsv
}

# The same for the library's document: what has a text there differs.
as_the_library_says()
{
	[ -e docs/win32.md ] || return 0
	awk '
	FILENAME == "docs/win32.md" && /^## / { absent = /Absent/ }
	FILENAME == "docs/win32.md" && /^\| `/ {
		split($0, cell, "|")
		name = cell[2]
		gsub(/[` ]/, "", name)
		gsub(/ /, "", cell[4])
		state[name] = absent ? "absent" : cell[4] == "" ? "supported" : "difference"
	}
	FILENAME != "docs/win32.md" && $3 == "program" { found[$1] = $5 }
	END {
		for (name in state)
			if (found[name] != state[name]) {
				print name ": " state[name] ", not " found[name]
				wrong = 1
			}
		exit wrong
	}' docs/win32.md $table
}

# A tree of its own, in which the layers say something else.
made_up()
{
	mkdir -p "$tmp/tree/module/wdm/include" "$tmp/tree/userspace/include" \
		"$tmp/tree/docs"
	cp userspace/names userspace/names.awk userspace/names.notes \
		"$tmp/tree/userspace"
	cp $table docs/porting-table.md "$tmp/tree/docs"
	ln -sfn "$top/module/uapi" "$tmp/tree/module/uapi"
	printf 'name\tstate\tstage\tnote\ttest\n%s\t%s\t%s\t%s\t%s\n' \
		IoCreateDevice difference 1 "one name each" "wdm: a.b" \
		>"$tmp/tree/module/wdm/names.tsv"
	printf 'NoSuchNameYet\tsupported\t2\t-\twdm: c.d\n' \
		>>"$tmp/tree/module/wdm/names.tsv"
	echo "typedef int KEVENT;" >"$tmp/tree/module/wdm/include/wdm.h"
	echo "int Sleep(int);" >"$tmp/tree/userspace/include/windows.h"
	cat >"$tmp/tree/docs/win32.md" <<-'E'
	## Calls

	| call | programs | what differs | test |
	|---|---|---|---|
	| `CloseHandle` | 31 |  | calls |
	| `CancelIo` | 1 | waits for \\.\x | device |

	## Absent

	| name | programs | |
	|---|---|---|
	| `LoadLibrary` | 2 | no DLLs |
	E
	"$tmp/tree/userspace/names" >"$tmp/made"
}

as_c()
{
	"$tmp/tree/userspace/names" --c | grep '"CancelIo"' >"$tmp/c"
	cat "$tmp/c"
	grep -qF 'Layer: waits for \\\\.\\x"' "$tmp/c"
}

row() # NAME STATE...: name, state, stage, note and test of a driver's name
{
	awk -F '\t' -v name="$1" -v side="${3-driver}" \
		'$1 == name && $3 == side { print $5 "|" $6 "|" $7 "|" $8 }' \
		"$tmp/made" | tee "$tmp/row"
	[ "$(cat "$tmp/row")" = "$2" ]
}

echo "TAP version 13"
claim "the table is well-formed" well_formed $table
claim "it is sorted" sorted
claim "it is up to date" up_to_date
claim "it says what the layer says" as_the_layer_says
claim "it says what the library says" as_the_library_says
claim "another layer gives another table" made_up
claim "a name of the layer's table" row IoCreateDevice \
	"difference|1|Layer: one name each|wdm: a.b"
claim "a name only the layer knows" row NoSuchNameYet "supported|2|-|wdm: c.d"
claim "a name of the layer's headers" row KEVENT "supported|-|-|-"
claim "a name of the library's headers" row Sleep "supported|-|-|-" program
claim "a call of the library" row CloseHandle \
	"supported|-|-|win32: programs/calls" program
claim "one that differs" row CancelIo \
	"difference|-|Layer: waits for \\\\.\\x|win32: programs/device" program
claim "a backslash is one in C, too" as_c
claim "one that is absent" row LoadLibrary \
	"absent|-|Layer: no DLLs; dlopen()|-" program
claim "a status" row STATUS_SUCCESS "supported|-|-|-"
claim "a name that is not there, but has a row in the guide" row IoCallDriver \
	"absent|-|Own API: ntio_forward()|-"
claim "a name that is not there" row KeBugCheck \
	"absent|-|A driver does not stop the system: fail the request|-"
printf 'IoX\tfunction\tdriver\twdm.h\tdifference\t-\t-\t-\n' >>"$tmp/made"
n=$((n + 1))
if well_formed "$tmp/made" >"$tmp/findings" 2>&1; then
	echo "not ok $n a difference without a note is found"
	failed=$((failed + 1))
else
	echo "ok $n a difference without a note is found"
fi
echo "1..$n"
[ "$failed" -eq 0 ]
