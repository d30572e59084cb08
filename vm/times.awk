# SPDX-License-Identifier: GPL-2.0
# The table of vm/bench with KVM=1, of what bench-calls prints with BENCH_TIMES: the median of each side, and where most
# are, in nanoseconds.
BEGIN {
	FS = "\t"
	printf "%-19s %9s %15s %9s %15s %6s\n", "call", "floor ns", "most", "ntio ns", "most", "ratio"
}
{ sub(/\r$/, "") }
NF >= 7 {
	printf "%-19s %9d %15s %9d %15s %6.2f\n", $1, $2, $3 ".." $4, $5, $6 ".." $7, $5 / $2
}
