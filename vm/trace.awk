# SPDX-License-Identifier: GPL-2.0
# What vm/trace.c counted, by function, from the most expensive on: instructions, and those of them that are locked. First
# come the guest's symbols, then the counts, both sorted by address.
FNR == NR {
	at[++symbols] = $1
	name[symbols] = $2 " " $3
	next
}
$1 == "kind" { next }
$1 == "total" || $1 == "atomic" { print $0; next }
{
	while (here < symbols && at[here + 1] <= $1)
		here++
	cost[here ? name[here] : "the program"] += $2
	locked[here ? name[here] : "the program"] += $3
}
END {
	for (function_name in cost)
		printf "%7d %4d %s\n", cost[function_name], locked[function_name], function_name | "sort -rn"
}
