#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel's own style checker over the module and its tests, a result per
# file. It lies in a Linux source tree: LINUX_SRC, or the one that make check
# has unpacked.
#
# What it may not complain about, since we are outside of the kernel's tree:
#  FILE_PATH_CHANGES, MAINTAINERS	we have none
#  CAMELCASE, SPLIT_STRING		decided by eye
#  NEW_TYPEDEFS				types of their own are the point of two
#  UNCOMMENTED_DEFINITION		kernel-doc says what a lock is for
#  ENOSYS				a row of the status table
#  COMPLEX_MACRO, MACRO_*		X-macro tables and variants of tests
# Nor over what is in Windows' words and style: the headers for Windows drivers,
# and such drivers.
set -eu
cd "$(dirname "$0")/../.."
src=${LINUX_SRC:-build/kernels/source-tools}
checkpatch=$src/scripts/checkpatch.pl

echo "TAP version 13"
if [ ! -f "$checkpatch" ]; then
	echo "1..0 # SKIP no $checkpatch; set LINUX_SRC to a Linux source tree"
	exit 0
fi
if ! perl "$checkpatch" --version >/dev/null 2>&1 </dev/null; then
	echo "1..0 # SKIP perl cannot run $checkpatch"
	exit 0
fi

n=0
failed=0
for file in $(find module selftests docs vm -name '*.[ch]' ! -name '*.mod.c' \
	! -path 'module/wdm/include/*' ! -path 'selftests/wdm/drivers/*' | sort); do
	n=$((n + 1))
	ignore=FILE_PATH_CHANGES,SPLIT_STRING,CAMELCASE
	ignore=$ignore,NEW_TYPEDEFS,UNCOMMENTED_DEFINITION,ENOSYS
	ignore=$ignore,COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_PRECEDENCE
	ignore=$ignore,MACRO_ARG_UNUSED,MACRO_WITH_FLOW_CONTROL
	ignore=$ignore,MULTISTATEMENT_MACRO_USE_DO_WHILE
	# The harness' own words look like functions to it, and so do those of
	# trace events.
	case $file in
	module/include/trace/*)
		ignore=$ignore,OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT
		ignore=$ignore,LONG_LINE_STRING ;;
	# A pointer to va_list is a product to it.
	module/wdm/layer.h)
		ignore=$ignore,SPACING ;;
	selftests/*)
		ignore=$ignore,MISSING_BLANK_LINE,LINE_SPACING,SPACING
		ignore=$ignore,PREFER_DEFINED_ATTRIBUTE_MACRO,OPEN_ENDED_LINE
		ignore=$ignore,USLEEP_RANGE,BRACES,PARENTHESIS_ALIGNMENT
		ignore=$ignore,MACRO_ARG_SEMICOLON,TRAILING_SEMICOLON,AVOID_EXTERNS
		ignore=$ignore,STATIC_CONST_CHAR_ARRAY ;;
	esac
	# What is written as Windows' programs are.
	case $file in
	selftests/win32/programs/*)
		ignore=$ignore,COMPARISON_TO_NULL,VOLATILE,LONG_LINE
		ignore=$ignore,LOGICAL_CONTINUATIONS,NAKED_SSCANF ;;
	esac
	if report=$(perl "$checkpatch" --no-tree --strict --terse --quiet \
			--no-summary --ignore "$ignore" --file "$file" 2>&1)
	then
		echo "ok $n $file"
	else
		echo "$report" | sed 's/^/# /'
		echo "not ok $n $file"
		failed=$((failed + 1))
	fi
done
echo "1..$n"
[ "$failed" -eq 0 ]
