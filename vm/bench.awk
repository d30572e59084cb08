# SPDX-License-Identifier: GPL-2.0
# The table of vm/bench: what vm/trace.c counted as a service runs, of which only how many instructions were locked is
# wanted here, by the other side and by ntio in turn; then rows of bench-calls, as a service runs and then plain.
BEGIN { FS = "\t" }

# -v batch=REQUESTS in one call of a ring.
function requests(row, ntio)
{
	return row ~ /^ring/ || (ntio && row ~ /^registered/) ? batch : 1
}

{ sub(/\r$/, "") }

FNR == 1 { file++ }
file == 1 {
	if (split($0, word, " ") == 3 && word[1] == "kind")
		locked[++kinds] = word[3]
	next
}
FNR == 1 { setting++ }
setting == 1 {
	order[++rows] = $1
	if ($1 !~ /bytes$/ && NF >= 5) {
		locks[$1] = sprintf("%.0f/%.0f",
				    locked[kind + 1] / requests($1, 0),
				    locked[kind + 2] / requests($1, 1))
		kind += 2
	}
}
{
	if (NF < 5)
		odd[$1, setting] = $2
	hand[$1, setting] = $2
	ntio[$1, setting] = $3
	more[$1] = $4 ~ /^\+/
	total[$1] = sub(/^=/, "", $4)
	must[$1] = $4 + 0
	goal[$1] = $5
}

# What is shown: the ratio in percent, or what it costs more.
function figure(name, setting)
{
	if (more[name])
		return ntio[name, setting] - hand[name, setting]
	return 100 * ntio[name, setting] / hand[name, setting]
}

# What the targets are about: this, or all that it costs.
function aimed(name)
{
	return total[name] ? ntio[name, 1] : figure(name, 1)
}

function verdict(name)
{
	if ((name, 1) in odd)
		return "MISS: " odd[name, 1]
	if (!must[name])
		return ""
	if (aimed(name) <= goal[name])
		return "GOAL"
	return aimed(name) <= must[name] ? "PASS" : "MISS"
}

# 1.234, or +123
function shown(name, value)
{
	return more[name] ? sprintf("%+d", value) : \
		sprintf("%.3f", value / 100)
}

function line(name, setting)
{
	if ((name, setting) in odd)
		return sprintf("%8s %8s %6s", "-", "-", "-")
	return sprintf("%8d %8d %6s", hand[name, setting],
		       ntio[name, setting],
		       shown(name, figure(name, setting)))
}

# A target: as what is shown, or a number of instructions.
function target(name, value)
{
	return total[name] ? value + 0 : shown(name, value)
}

function targets(name)
{
	if (!must[name])
		return "    -     -"
	return sprintf("%5s %5s", target(name, must[name]),
		       target(name, goal[name]))
}

END {
	printf "%-19s %24s %5s   %24s\n", "", "as a service runs", "", "plain"
	printf "%-19s %8s %8s %6s %5s  %8s %8s %6s  %5s %5s\n", "call",
		"floor", "ntio", "ratio", "locks", "floor", "ntio", "ratio",
		"must", "goal"
	printf("\"rows\": [\n") > json
	for (i = 1; i <= rows; i++) {
		name = order[i]
		result = verdict(name)
		missed += result ~ /^MISS/
		printf "%-19s %s %5s  %s  %s  %s\n", name, line(name, 1),
			locks[name], line(name, 2), targets(name), result
		printf("%s{ \"row\": \"%s\", \"service\": [%d, %d], " \
			"\"plain\": [%d, %d], \"locked\": \"%s\", " \
			"\"must\": \"%s\", \"goal\": \"%s\", " \
			"\"result\": \"%s\" }", i > 1 ? ",\n" : "", name,
			hand[name, 1], ntio[name, 1], hand[name, 2],
			ntio[name, 2], locks[name], target(name, must[name]),
			target(name, goal[name]), result) > json
	}
	printf "\n]\n" > json
	exit (missed > 0)
}
