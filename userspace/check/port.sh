# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Claims about `ntio port`, for check/run: what it finds in port/, and how it takes what is no driver.

: "${ntio:?}" "${work:?}"	# of check/run

# names FOLDER: each name it lists and in how many lines it is, whatever its state.
names() {
	"$ntio" port "$1" | awk 'NF == 0 { exit } NR > 1 { print $2, $3 }' | LC_ALL=C sort
}

# places FOLDER: each place that needs a hand, and the word.
places() {
	"$ntio" port "$1" | awk 'NF == 0 { table++; next } table == 1 && $1 != "PLACE" && $1 != "SIDE" { print $1, $2 }' |
		sed '/^\(driver\|program\) /d'
}

# same FILE COMMAND...: it prints just that.
same() {
	file=$1
	shift
	"$@" >"$work/found"
	diff -u "$file" "$work/found"
}

nothing() {
	[ -z "$("$@")" ]
}

# says STATUS TEXT COMMAND...: one line, with TEXT, and that exit status.
says() {
	wanted=$1 text=$2
	shift 2
	status=0
	"$@" >"$work/printed" 2>&1 || status=$?
	cat "$work/printed"
	[ "$status" -eq "$wanted" ] && [ "$(wc -l <"$work/printed")" -eq 1 ] && grep -qF -- "$text" "$work/printed"
}

# converted FOLDER COMMAND...: a copy of traps/ and hand/, each file filtered by the command.
converted() {
	to=$1
	shift
	for file in port/traps/* port/hand/*; do
		mkdir -p "$to/$(dirname "${file#port/}")"
		"$@" <"$file" >"$to/${file#port/}"
	done
}

crlf() {
	sed 's/$/\r/'
}

utf16() {
	printf '\377\376'
	iconv -f UTF-8 -t UTF-16LE
}

# The states are the layers' to say; these do not change.
known_states() {
	"$ntio" port port/beacon | awk '
		$2 ~ /^(DeviceIoControl|CreateFileW|CloseHandle)$/ && $1 ~ /^(supported|difference)$/ { good++ }
		$2 == "STATUS_SUCCESS" && $1 == "supported" { good++ }
		$2 == "IoCreateDevice" && $1 ~ /^(supported|difference)$/ { good++ }
		END { exit good != 5 }' &&
		"$ntio" port port/traps | awk '
		$2 == "PsTrapNobodys" && $1 == "absent" { good++ }
		$2 == "TrapNobodys" && $1 == "unknown" { good++ }
		END { exit good != 2 }'
}

# Drivers and programs are told apart by their includes, and what both share is the driver's.
sides() {
	"$ntio" port --json port/beacon >"$work/json" && python3 - "$work/json" <<'EOF'
import json, sys
port = json.load(open(sys.argv[1]))
sides = {name["name"]: name["side"] for name in port["names"]}
assert sides["CTL_CODE"] == "driver" and sides["ULONG"] == "driver", sides
assert sides["HANDLE"] == sides["UINT"] == sides["LONGLONG"] == "program", sides
assert sides["KDPC"] == "driver", sides
files = {side["side"]: side["files"] for side in port["summary"]}
assert files == {"driver": 3, "program": 3}, files
places = next(name["places"] for name in port["names"] if name["name"] == "PIRP")
assert places == ["driver/beacon.c:9", "driver/beacon.c:31", "driver/beacon.h:16"], places
EOF
}

port_command() {
	claim "port --help" prints "Usage: ntio port" "$ntio" port --help
	claim "port: names of a driver and its program" same port/beacon.names names port/beacon
	claim "port: no hand is needed there" nothing places port/beacon
	claim "port: comments, texts, own names and #if 0 are no uses" same port/traps.names names port/traps
	claim "port: no places there" nothing places port/traps
	claim "port: names where hands are needed" same port/hand.names names port/hand
	claim "port: places that need a hand" same port/hand.places places port/hand
	claim "port: a header beside the folder that was named" nothing sh -c \
		"'$ntio' port port/beacon/driver | grep -E 'missing_header|^(absent|unknown) IOCTL|not among'"
	claim "port: states" known_states
	claim "port --todo leaves out what is supported" nothing sh -c "'$ntio' port --todo port/beacon | grep ^supported"

	converted "$work/crlf" crlf
	converted "$work/utf16" utf16
	for kind in crlf utf16; do
		claim "port: $kind: the same names" same port/traps.names names "$work/$kind/traps"
		claim "port: $kind: the same places" same port/hand.places places "$work/$kind/hand"
	done

	mkdir "$work/empty" "$work/linux"
	printf 'int main(void)\n{\n\treturn copy_from_user();\n}\n' >"$work/linux/a.c"
	head -c 1000 /dev/zero >"$work/zeros.c"
	printf '#include <wdm.h>\nPIRP a = "open\n/* open' >"$work/cut.c"
	claim "port without a folder exits 2" exits 2 "$ntio" port
	claim "port of no folder" says 1 "No such file" "$ntio" port "$work/none"
	claim "port of an empty folder" says 1 "no C or C++ sources" "$ntio" port "$work/empty"
	claim "port of what is no driver" says 1 "no sources of a Windows driver" "$ntio" port "$work/linux"
	claim "port of what is no text" prints "is no text" "$ntio" port "$work/zeros.c"
	claim "port of a file that breaks off" prints PIRP "$ntio" port "$work/cut.c"
	if command -v python3 >/dev/null; then
		claim "port: sides, in JSON" sides
		claim "port --json is JSON without a place, too" is_json "$ntio" port --json port/beacon
	fi
}
