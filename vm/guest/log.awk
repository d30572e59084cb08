# awk -v marker=TEXT -f log.awk EXPECTED LOG: fail, and print the place, if the kernel's log after the line with
# marker reports anything, or lacks a line that EXPECTED lists. A report that contains an expected text is no fault.

function report(text) {
	if (!faults++)
		first = NR
	if (shown++ < 60)
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

index($0, marker) {
	marked = 1
	next
}

!marked { next }

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
	if (!marked)
		report("the log does not reach back to the start of this program: '" marker "' is gone")
	for (i in expected)
		if (!expected[i])
			report("the log lacks what was expected: " i)
	exit faults > 0
}
