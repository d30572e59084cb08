# SPDX-License-Identifier: GPL-2.0
# awk -v from=TEXT -v to=TEXT -f log.awk EXPECTED LOG: fail, and print the place, if the kernel's log between the
# lines with these texts reports anything, or lacks what the lines of EXPECTED say. A report that contains such a
# text is no fault.

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

function end_of_block() {
	if (block != "" && !is_expected(block))
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
/BUG: KASAN:/				{ end_of_block(); block = $0; last = "=========="; next }
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
	for (i in expected)
		if (!expected[i])
			report("the log lacks what was expected: " i)
	exit faults > 0
}
