# SPDX-License-Identifier: GPL-2.0
# What vm/bench has of `bench --contenders`: prints the costs of the contenders by size, and from which size on locking
# costs less than copying. Compares that with what is kept in selftests/bench/crossover, which is read first. Writes a
# file of sizes and costs for each contender, for the pictures, and a part of the results.
#
# -v out=FOLDER -v json=FILE; ends with 1 if a crossover is not where it was.
BEGIN {
	FS = "\t"
	few = 48	# a place moves by so many bytes for as few instructions
	columns = split("0 8 512 4096 65536 1048576 16777216", column, " ")
	# Those that do the same work as which of ntio's.
	beside["floor_copy"] = "ntio_copy"
	beside["floor_lock"] = "ntio_lock"
	beside["floor_map"] = "ntio_map"
	beside["ntio_lock_long"] = "ntio_auto"
	beside["ntio_copied"] = "ntio_auto"
	beside["floor_copy_huge"] = "ntio_copy_huge"
	beside["floor_lock_huge"] = "ntio_lock_huge"
	beside["floor_map_huge"] = "ntio_map_huge"
	beside["dev_zero"] = "ntio_copy"
	beside["process_vm_readv"] = "ntio_copy"
	beside["null_blk_direct"] = "ntio_lock"
	beside["cuse"] = "ntio_copy"
}
{ sub(/\r$/, "") }
FNR == NR {
	if (!/^#/ && NF) {
		split($0, word, /[ \t]+/)
		kept[word[1]] = word[2]
	}
	next
}
!($2 in known) {
	known[$2] = 1
	order[++contenders] = $2
}
$1 == "missing" { missing[$2] = missing[$2] (missing[$2] ? "; " : "") $3 }
$1 == "size" {
	cost[$2, $3] = $4
	filled[$2, $3] = $5
	if (!($3 in is_size)) {
		is_size[$3] = 1
		size[++sizes] = $3
	}
}

function bytes(n)
{
	if (n >= 1048576 && n % 1048576 == 0)
		return n / 1048576 " MiB"
	return n >= 1024 && n % 1024 == 0 ? n / 1024 " KiB" : n " B"
}

# What ntio's is of it, at a size where both have filled all bytes.
function ratio(name, n,    ours)
{
	ours = beside[name]
	if (!ours || !((name, n) in cost) || !((ours, n) in cost) ||
	    filled[name, n] != n || filled[ours, n] != n)
		return "      -"
	return sprintf("%7.3f", cost[ours, n] / cost[name, n])
}

function row(name,    i, n)
{
	printf "%-17s", name
	for (i = 1; i <= columns; i++) {
		n = column[i]
		if ((name, n) in cost)
			printf " %9d", cost[name, n]
		else
			printf " %9s", "-"
	}
	printf "  %s %s%s\n", ratio(name, 4096), ratio(name, 1048576),
		missing[name] ? "  not to be had: " missing[name] : ""
}

# The size at which the cheaper one changes, between two that were measured.
function crossing(copy, lock,    i, n, before, here, last)
{
	for (i = 1; i <= sizes; i++) {
		n = size[i]
		if (!((copy, n) in cost) || !((lock, n) in cost))
			continue
		here = cost[copy, n] - cost[lock, n]
		if (here >= 0 && last == "")
			return n
		if (here >= 0) {
			here = (n - last) * before / (before - here)
			return int(last + here)
		}
		before = here
		last = n
	}
	return -1
}

function cross(copy, name,    at, off)
{
	at = crossing(copy, name)
	off = at > kept[name] ? at - kept[name] : kept[name] - at
	off = !kept[name] || off > kept[name] * 0.05 && off > few
	moved += off
	printf("%-17s %9d bytes, kept %d%s\n", name, at, kept[name],
	       off ? ": NOT WHERE IT WAS" : "")
	printf("%s\"%s\": %d", crossings++ ? ", " : "", name, at) > json
}

function cross_all(    who, what, pages, w, p, i)
{
	split("floor ntio", who, " ")
	split("lock map", what, " ")
	pages[1] = ""
	pages[2] = "_huge"
	printf("\"crossover\": { ") > json
	for (i = 1; i <= 2; i++)
		for (w = 1; w <= 2; w++)
			for (p = 1; p <= 2; p++)
				cross(who[i] "_copy" pages[p],
				      who[i] "_" what[w] pages[p])
	cross("ntio_copied", "ntio_lock_long")
	printf(" },\n") > json
}

function results(    i, j, name, first)
{
	printf("\"contenders\": [\n") > json
	for (i = 1; i <= contenders; i++) {
		name = order[i]
		printf("%s{ \"contender\": \"%s\", \"missing\": \"%s\", " \
		       "\"costs\": [", i > 1 ? ",\n" : "", name,
		       missing[name]) > json
		first = 1
		for (j = 1; j <= sizes; j++) {
			if (!((name, size[j]) in cost))
				continue
			printf("%s[%d, %d, %d]", first ? "" : ", ", size[j],
			       cost[name, size[j]], filled[name, size[j]]) > json
			# A size of 0 has no place on a logarithmic scale.
			print (size[j] ? size[j] : 1), cost[name, size[j]] > \
				(out "/size-" name)
			first = 0
		}
		printf("] }") > json
	}
	printf("\n]\n") > json
}

END {
	printf "%-17s", "contender"
	for (i = 1; i <= columns; i++)
		printf " %9s", bytes(column[i])
	printf "  %7s %7s\n", "ntio 4K", "ntio 1M"
	for (i = 1; i <= contenders; i++)
		row(order[i])
	print "\nFrom where on locking costs less than copying, by hand and " \
		"with ntio; map: through one address"
	cross_all()
	results()
	exit (moved > 0)
}
