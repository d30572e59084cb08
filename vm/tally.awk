# SPDX-License-Identifier: GPL-2.0
# awk -v where=NAME -f vm/tally.awk LOG...: count the results in what vm/guest/check (or vm/check, for programs on
# the host) printed. Prints a line "FAILED where: program: what" for each failure, and "passed failed skipped" last.
# What is not known to be right is a failure: no plan, a plan that does not match, a status that does not fit,
# a program or a run that did not end.

function fail(what) {
	failed++
	program_failed++
	print "FAILED " where ": " (program == "" ? "run" : program) ": " what
}

function end_of_program(status) {
	if (plan < 0 && !bailed)
		fail("no plan (1..N); exit status " status)
	else if (plan != results && !bailed)
		fail("planned " plan " results, gave " results "; exit status " status)
	else if (status != 0 && !program_failed && !(status == 4 && program_skipped))
		fail("exit status " status ", though no result failed")
	program = ""
}

/^## begin / {
	if (program != "")
		fail("did not end")
	program = $3
	plan = -1
	results = program_failed = program_skipped = bailed = 0
	next
}

/^## end / {
	end_of_program($4)
	next
}

/^## done$/ {
	done = 1
	next
}

/^Bail out!/ {
	bailed = 1
	fail($0)
	next
}

program == "" { next }

/^1\.\.[0-9]+/ {
	if (plan >= 0)
		fail("a second plan: " $0)
	plan = substr($1, 4) + 0
	if (plan == 0) {
		skipped++
		program_skipped++
		if (!/# *[Ss][Kk][Ii][Pp]/)
			fail("planned nothing, and does not say why (1..0 # SKIP reason)")
	}
	next
}

/^(not )?ok( |$)/ {
	results++
	number = /^not/ ? $3 : $2
	if (number != results)
		fail("result " results " is numbered " number ": " $0)
	else if (/^not/)
		fail($0)
	else if (/# *[Ss][Kk][Ii][Pp]/) {
		skipped++
		program_skipped++
	} else
		passed++
}

END {
	if (program != "")
		fail("did not end")
	program = ""
	if (!done)
		fail("did not come to its end")
	if (!passed)
		fail("nothing passed")
	print passed + 0, failed + 0, skipped + 0
}
