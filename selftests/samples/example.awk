# SPDX-License-Identifier: GPL-2.0
# Print a fenced block of the README that follows the line
# <!-- example:methods -->: the program (want=c) or its output (want=text).
# Without one, a program that says so.
/^<!-- example:methods -->$/ { seen = 1; next }
!seen || done { next }
inside && /^```$/ { inside = 0; done = wanted; next }
inside { if (wanted) { print; printed = 1 } next }
/^```/ {
	inside = 1
	fences++
	wanted = (want == "c" && fences == 1) || (want == "text" && fences == 2)
}
END {
	if (want == "c" && !printed)
		print "#include <stdio.h>\nint main(void)\n{\n" \
			"\tputs(\"README.md has no program\");\n" \
			"\treturn 1;\n}"
}
