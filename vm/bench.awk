# SPDX-License-Identifier: GPL-2.0
# The table of vm/bench: rows of bench-calls, as a service runs and then plain.
BEGIN { FS = "\t" }
{ sub(/\r$/, "") }

FNR == 1 { setting++ }
setting == 1 { order[++rows] = $1 }
{
	if (NF < 5)
		odd[$1, setting] = $2
	hand[$1, setting] = $2
	ntio[$1, setting] = $3
	must[$1] = $4
	goal[$1] = $5
}

function verdict(name, setting,    percent)
{
	if ((name, setting) in odd)
		return "MISS: " odd[name, setting]
	if (!must[name])
		return ""
	percent = 100 * ntio[name, setting] / hand[name, setting]
	if (percent <= goal[name])
		return "GOAL"
	return percent <= must[name] ? "PASS" : "MISS"
}

function line(name, setting)
{
	if ((name, setting) in odd)
		return sprintf("%8s %8s %6s", "-", "-", "-")
	return sprintf("%8d %8d %6.3f", hand[name, setting],
		       ntio[name, setting],
		       ntio[name, setting] / hand[name, setting])
}

END {
	printf "%-20s %24s   %24s\n", "", "as a service runs", "plain"
	printf "%-20s %8s %8s %6s   %8s %8s %6s   %5s %5s\n", "call", "floor",
		"ntio", "ratio", "floor", "ntio", "ratio", "must", "goal"
	printf("{ \"kernel\": \"%s\", \"unit\": \"guest instructions\", " \
		"\"rows\": [\n", kernel) > json
	for (i = 1; i <= rows; i++) {
		name = order[i]
		result = verdict(name, 1)
		missed += result ~ /^MISS/
		targets = must[name] ? sprintf("%5.2f %5.2f", must[name] / 100,
			goal[name] / 100) : "    -     -"
		printf "%-20s %s   %s   %s  %s\n", name, line(name, 1),
			line(name, 2), targets, result
		printf("%s{ \"row\": \"%s\", \"service\": [%d, %d], " \
			"\"plain\": [%d, %d], \"must\": %.2f, " \
			"\"goal\": %.2f, \"result\": \"%s\" }",
			i > 1 ? ",\n" : "", name, hand[name, 1],
			ntio[name, 1], hand[name, 2], ntio[name, 2],
			must[name] / 100, goal[name] / 100, result) > json
	}
	printf "\n] }\n" > json
	exit (missed > 0)
}
