# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Claims about what looks things up, for check/run: decode, status and explain.

: "${ntio:?}" "${work:?}"	# of check/run

# at_80_columns COMMAND...: on a terminal of that width no line is longer.
at_80_columns() {
	script -qec "stty cols 80; $*" /dev/null </dev/null >"$work/screen" 2>&1 &&
		tr -d '\r' <"$work/screen" | awk 'length($0) > 80 { print; long = 1 } END { exit long || NR < 3 }'
}

# A word is a line of its own there, and the rule, fact and fix of each are told.
explained() {
	for word in $1; do
		"$ntio" explain "$word" >"$work/explained" 2>&1 || { echo "$word"; return 1; }
		for part in Rule Fact Fix; do
			grep -q "^  $part: " "$work/explained" || { echo "no $part for $word"; return 1; }
		done
		grep -q "^$word, " "$work/explained" || { echo "another name than $word"; return 1; }
	done
}

violations() {
	sed -n 's/^\tX(\([A-Z_]*\),.*/\1/p' ../../module/base/violation.h
}

# Of the source layer, if it is in this tree.
wdm_violations() {
	[ ! -e ../../module/wdm/layer.h ] || sed -n '/define WDM_VIOLATIONS/,/[^\\]$/s/^\tX(\([A-Z_]*\),.*/WDM_VIOLATION_\1/p' \
		../../module/wdm/layer.h
}

all_wdm_violations() {
	for word in $(wdm_violations); do
		prints "${word#WDM_VIOLATION_}, WDM violation" "$ntio" explain "$word" >"$work/wdm" || { echo "$word"; return 1; }
	done
}

reasons() {
	sed -n 's/^\tX(\([A-Z_]*\), [0-9]*,.*/\1/p' ../../module/uapi/ntio_reason.h
}

statuses() {
	sed -n 's/^\tX(\([A-Z0-9_]*\), 0x.*/STATUS_\1/p' ../../module/uapi/ntio_status.h
}

# The errors that programs are given names of.
errors() {
	sed -n 's/^#define \(ERROR_[A-Z_]*\) .*/\1/p' ../win32/include/winerror.h
}

all_errors() {
	for word in $(errors); do
		"$ntio" status "$word" >"$work/printed" || { echo "$word"; return 1; }
	done
}

long_enough() {
	[ "$1" -ge "$2" ] || { echo "$1 found, not $2: has the file another form now?"; false; }
}

lookup() {
	claim "explain --help" prints "Usage: ntio explain" "$ntio" explain --help
	claim "decode" prints "CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)" \
		"$ntio" decode 0x222004
	claim "decode of CTL_CODE()" prints 0x0022e004 "$ntio" decode \
		"CTL_CODE( FILE_DEVICE_UNKNOWN,0x801,METHOD_BUFFERED, (FILE_READ_ACCESS|FILE_WRITE_DATA) )"
	claim "decode of NTIO_CTL_CODE()" prints 0x0022200f "$ntio" decode \
		"NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, 0x803, NTIO_METHOD_NEITHER, NTIO_ANY_ACCESS)"
	for wrong in 0x1ffffffff "CTL_CODE(1, 2, 3)" "CTL_CODE(1, 2, 3, 4)" "CTL_CODE(1, 2, 3, 0, 0)" \
		"CTL_CODE(1, 0x1000, 0, 0)" "XCTL_CODE(1, 2, 3, 0)" nothing; do
		claim "decode of $wrong exits 2" exits 2 "$ntio" decode "$wrong"
	done
	claim "decode of a name of no device exits 1" exits 1 "$ntio" decode IOCTL_NO_SUCH_CODE

	claim "status by NTSTATUS" prints STATUS_ACCESS_VIOLATION "$ntio" status 0xC0000005
	claim "status by signed NTSTATUS" prints STATUS_ACCESS_VIOLATION "$ntio" status -- -1073741819
	claim "status by errno" prints STATUS_INVALID_USER_BUFFER "$ntio" status EFAULT
	claim "status by Win32 error" prints STATUS_DATATYPE_MISALIGNMENT_ERROR "$ntio" status 998
	claim "status by the name of a Win32 error" prints STATUS_ACCESS_VIOLATION "$ntio" status ERROR_NOACCESS
	claim "status by such a name in small letters" prints STATUS_NO_SUCH_FILE "$ntio" status error-file-not-found
	claim "status of a Win32 error that no status becomes" prints "ERROR_BAD_EXE_FORMAT" "$ntio" status 193
	claim "status of every error that a header defines" all_errors
	claim "they were found" long_enough "$(errors | wc -l)" 8
	claim "status by name" prints 0xc0000023 "$ntio" status buffer-too-small
	claim "status that is unknown says so" prints "unknown: Not in the table" "$ntio" status 0xcadbeef0
	claim "status of what is none exits 1" exits 1 "$ntio" status no-such-status
	if command -v script >/dev/null; then
		claim "status at 80 columns" at_80_columns "$ntio" status
		claim "decode at 80 columns" at_80_columns "$ntio" decode 0x22e004
		claim "explain at 80 columns" at_80_columns "$ntio" explain EFAULT COMPLETED_TWICE READ_ONLY
		claim "port at 80 columns" at_80_columns "$ntio" port port/hand
	fi

	claim "explain each violation" explained "$(violations)"
	claim "they were found" long_enough "$(violations | wc -l)" 32
	claim "explain each violation of the source layer" all_wdm_violations
	claim "explain each reason" explained "$(reasons) CALL LENGTH"
	claim "they were found" long_enough "$(reasons | wc -l)" 31
	claim "explain each status" explained "$(statuses)"
	claim "they were found" long_enough "$(statuses | wc -l)" 70
	claim "explain a violation by its whole name" prints "bugcheck 0x44" \
		"$ntio" explain NTIO_VIOLATION_COMPLETED_TWICE
	claim "explain a reason by its number" prints "READ_ONLY, reason 12" "$ntio" explain 12
	claim "explain a control code" prints "METHOD_NEITHER" "$ntio" explain 0x22200f
	claim "explain of nothing known exits 1" exits 1 "$ntio" explain nothing-of-the-kind
	claim "explain of nothing exits 2" exits 2 "$ntio" explain
	if command -v python3 >/dev/null; then
		claim "explain --json is JSON" is_json "$ntio" explain --json EFAULT COMPLETED_TWICE 12 0x222000
	fi
}
