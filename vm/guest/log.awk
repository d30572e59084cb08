# SPDX-License-Identifier: GPL-2.0
# awk -v from=TEXT -v to=TEXT -f log.awk EXPECTED LOG: fail, and print the place, if the kernel's log between the
# lines with these texts reports anything, or lacks what the lines of EXPECTED say. A report that contains such a
# text is no fault. Data races within the kernel proper are none either; lines "note: ..." count and name them.

function ends_with(text) {
	return substr($0, length($0) - length(text) + 1) == text
}

function report(text) {
	if (faults++ < 60)
		print text
}

function is_expected(text, i) {
	for (i in expected)
		if (index(text, i)) {
			expected[i]++
			return 1
		}
	return 0
}

# Whether the line is a place in code that does what its caller asks with the caller's memory: then that is who races.
function is_helper(line) {
	return line ~ /^(_*(mem|str|copy_(to|from)_)[a-z_0-9]*|_*(list|llist|rb|xas?|find)_[a-z_0-9]*)\+/
}

# Whether a module made one of the accesses that a report of KCSAN names: the first place of each of its stacks. Only
# ours are instrumented modules.
function is_our_race(block,    line, n, i, place) {
	n = split(block, line, "\n")
	for (i = 1; i <= n; i++) {
		sub(/^\[ *[0-9.]+\] */, "", line[i])
		if (line[i] ~ /(read|write|assert).* to 0x[0-9a-f]+ of [0-9]+ bytes by /)
			place = 1
		else if (place && line[i] ~ /\+0x/ && !is_helper(line[i])) {
			if (line[i] ~ /\[[a-z0-9_]+\]$/)
				return 1
			place = 0
		}
	}
	return 0
}

function end_of_block(    title) {
	if (block ~ /BUG: KCSAN:/ && !is_our_race(block)) {
		title = substr(block, 1, index(block, "\n") - 1)
		sub(/.*BUG: KCSAN: /, "", title)
		races[title]++
		nraces++
	} else if (block != "" && !is_expected(block))
		report(block)
	block = ""
}

FILENAME != "-" {
	expected[$0] = 0
	next
}

ends_with(from) {
	inside = found = 1
	next
}

ends_with(to) {
	end_of_block()
	inside = 0
}

!inside { next }

# Reports that have an end.
/BUG: K(A|C|M)SAN:/			{ end_of_block(); block = $0; last = "=========="; next }
/-\[ cut here \]-/			{ end_of_block(); block = $0; last = "---[ end trace"; next }
block != "" {
	block = block "\n" $0
	if (index($0, last))
		end_of_block()
	next
}

is_expected($0) { next }

# All others, by their first line or by what they contain.
/WARNING|BUG:|kernel BUG|Oops|KASAN|KCSAN|KMSAN|UBSAN|KFENCE/ ||
/possible (recursive|circular|irq|unsafe)|inconsistent lock state|suspicious RCU|held lock|INFO: .*lock/ ||
/unreferenced object|suspected memory leak|refcount_t|sleeping function|scheduling while atomic/ ||
/general protection fault[,:]|unable to handle|Call Trace|blocked for more than|hung task|detected stall/ {
	report($0)
}

END {
	end_of_block()
	if (!found)
		report("the log does not reach back far enough: '" from "' is gone")
	if (nraces)
		print "note: KCSAN: " nraces " data races within the kernel itself, no access of a module among them:"
	for (i in races)
		print "note:   " races[i] " times " i
	for (i in expected)
		if (!expected[i])
			report("the log lacks what was expected: " i)
	exit faults > 0
}
