# SPDX-License-Identifier: GPL-2.0
# Whether requests cost no more than was kept: first selftests/bench/kept, then rows of bench-calls.
BEGIN { FS = "[ \t]+" }
{ sub(/\r$/, "") }
/^#/ || !NF { next }
FNR == NR { kept[$1] = $2; next }
{
	seen[$1] = 1
	if ($2 + 0 < 1 || NF < 5) {
		printf "%-16s not measured: %s\n", $1, substr($0, length($1) + 2)
		bad++
		next
	}
	ratio = $3 / $2
	grown = ratio > kept[$1] * 1.02
	bad += grown
	printf "%-16s %6.3f of the floor, kept %6.3f%s\n", $1, ratio, kept[$1],
		grown ? ": MORE THAN 2 % WORSE" : ratio < kept[$1] * 0.98 ? \
		": better, write it down" : ""
}
END {
	for (row in kept)
		if (!(row in seen)) {
			printf "%-16s not measured\n", row
			bad++
		}
	exit (bad > 0)
}
