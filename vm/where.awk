# SPDX-License-Identifier: GPL-2.0
# Where the instructions of rows go, in a few areas: first the symbols of the guest, sorted by address; then what the
# rows are called, as bench-calls prints them; then what vm/trace.c counted, of each row by hand and with ntio in turn.
# Prints a line for each: its name, and the instructions of each area.
BEGIN {
	areas = split("program|system call|speculation guards|copying|" \
		      "memory|locking|ring|other|driver|ntio", area_name, "|")
	for (i = 1; i <= areas; i++)
		number[area_name[i]] = i
	split(rows, word, " ")
	for (i in word)
		wanted[word[i]] = 1
}
{ sub(/\r$/, "") }
FNR == 1 { file++ }
file == 1 {
	at[++symbols] = $1
	name[symbols] = $2
	module[symbols] = $3
	next
}
file == 2 {
	if (split($0, word, "\t") >= 5 && word[1] !~ /bytes$/)
		row[nr_rows++] = word[1]
	next
}
$1 == "kind" {
	finish()
	here = row[int(kinds / 2)] (kinds % 2 ? " ntio" : " floor")
	kinds++
	next
}
$1 != "total" && $1 != "atomic" {
	which = number[area_of($1)]
	sum[which] += $2
}

function area_of(address,    low, high, mid)
{
	if (address < "8")
		return "program"
	low = 1
	high = symbols
	while (low < high) {
		mid = int((low + high + 1) / 2)
		if (at[mid] <= address)
			low = mid
		else
			high = mid - 1
	}
	if (module[low] == "[ntio]")
		return "ntio"
	if (module[low] ~ /^\[bench_/)
		return "driver"
	return area_of_kernel(name[low])
}

function area_of_kernel(f)
{
	if (f ~ /thunk|srso|retbleed|clear_bhb|untrain/)
		return "speculation guards"
	if (f ~ /copy_|_copy|rep_movs|rep_stos|mem(cpy|set|move)|clear_|[gp]et_user_[1248n]|check_(object|stack|heap)/)
		return "copying"
	if (f ~ /pin_user|gup|follow_|folio|grab|_p[tmu4g]d|pte|vmap|vunmap|vmalloc|vm_area|fault/)
		return "locking"
	if (f ~ /alloc|free|slab|kmem|cgroup|memcg|charge|refill|page_counter|objcg|rmqueue|_page/)
		return "memory"
	if (f ~ /^_*io_|uring|task_work|fallback|^ctx_/)
		return "ring"
	if (f ~ /entry|syscall|sys_|fdget|fget|fput|security|vfs_|^rw_|fsnotify|ioctl|exit_to_user/)
		return "system call"
	return "other"
}

# -v batch=REQUESTS in one call of a ring.
function requests(row)
{
	return row ~ /^ring/ ? batch : 1
}

function finish(    i, line)
{
	split(here, word, " ")
	if (here != "" && word[1] in wanted) {
		line = "\"" here "\""
		for (i = 1; i <= areas; i++)
			line = line " " sum[i] / requests(word[1])
		print line
	}
	for (i = 1; i <= areas; i++)
		sum[i] = 0
}

END { finish() }
