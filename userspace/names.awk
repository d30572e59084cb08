# SPDX-License-Identifier: GPL-2.0
# What is true of each of Windows' names, merged from what knows it:
#
#   awk -f names.awk -v layer=0|1 FILE=... where FILE= before a file tells what it is:
#     statuses  module/uapi/ntio_status.h
#     guide     docs/porting-table.md
#     driver    the source layer's table of names
#     program   the Win32 library's tables of names: docs/win32.md
#     refused   the source layer's list of what is an error of the compiler there, and why
#     driver-header, program-header   headers of the two: a name in them, but not in a comment, is there
#     notes     userspace/names.notes: notes where no layer has one
#     names     docs/windows-names.tsv, the last one
#
# Prints the last one anew: of it only name, kind, side and header are kept. A note that begins with "Layer: " is the
# layer's, one with "Own API: " the guide's.
BEGIN { FS = OFS = "\t" }

function trim(text) {
	gsub(/^[ \t]+|[ \t\r]+$/, "", text)
	return text
}

function plain(text) {
	gsub(/[`*]/, "", text)
	gsub(/\\\|/, "|", text)
	return trim(text)
}

# Adjacent texts of C as one.
function unquoted(text) {
	gsub(/" *\t*"/, "", text)
	gsub(/"/, "", text)
	return trim(text)
}

# Words of the tables for a state, told from each other by how they begin.
function state_of(text) {
	text = tolower(plain(text))
	if (text ~ /differ/)
		return "difference"
	if (text ~ /^(absent|refused|no$|not|none)/)
		return "absent"
	return text ~ /^(supported|yes|same)/ ? "supported" : ""
}

# Columns of a table, by the names in its heading.
function headings(   i, name) {
	split("", column)
	for (i = 1; i <= NF; i++) {
		name = tolower(plain($i))
		sub(/^# */, "", name)
		column[name] = i
	}
}

function cell(name) {
	return name in column ? trim($column[name]) : ""
}

# The names of a cell that lists some; what is no name there is left out.
function listed(text, names,   parts, i, n, count) {
	count = 0
	n = split(plain(text), parts, /, */)
	for (i = 1; i <= n; i++) {
		sub(/\(.*\)$/, "", parts[i])
		if (parts[i] ~ /^[A-Za-z_][A-Za-z0-9_]*$/)
			names[++count] = parts[i]
	}
	return count
}

# What is left of a line of C without its comments; @in_comment goes on to the next.
function code_of(line,   at) {
	for (;;) {
		if (in_comment) {
			at = index(line, "*/")
			if (!at)
				return ""
			line = substr(line, at + 2)
			in_comment = 0
		}
		sub(/\/\/.*/, "", line)
		gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " ", line)
		at = index(line, "/*")
		if (!at)
			return line
		in_comment = 1
		return substr(line, 1, at - 1)
	}
}

function words(side,   rest, text) {
	if (FNR == 1)
		in_comment = 0
	rest = code_of($0)
	# A table of types, X(BEEP, 0x01), which a macro makes names of; and functions that there are for bytes and
	# for characters.
	text = rest
	while (match(text, /X\([A-Z0-9_]+, 0x/)) {
		in_header[side, "FILE_DEVICE_" substr(text, RSTART + 2, RLENGTH - 6)] = 1
		text = substr(text, RSTART + RLENGTH)
	}
	if (rest ~ /##unit##/) {
		text = rest
		gsub(/##unit##/, "Cb", text)
		gsub(/##unit##/, "Cch", rest)
		add_words(side, text)
	}
	add_words(side, rest)
}

function add_words(side, rest,   word) {
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
		word = substr(rest, RSTART, RLENGTH)
		in_header[side, word] = 1
		rest = substr(rest, RSTART + RLENGTH)
	}
}

function remember(side, name,   state) {
	state = state_of(cell("state"))
	if (state == "")
		return
	known[side, name] = state
	stage[side, name] = cell("stage")
	note[side, name] = plain(cell("note"))
	test[side, name] = plain(cell("test"))
	kind[side, name] = cell("kind")
	header[side, name] = cell("header")
	order[++total] = side SUBSEP name
}

FILE == "statuses" && match($0, /X\([A-Z0-9_]+, 0x/) {
	name = "STATUS_" substr($0, RSTART + 2, RLENGTH - 6)
	in_header["driver", name] = in_header["program", name] = 1
}

FILE == "guide" && /^\|/ {
	split($0, cells, / *\| */)
	count = listed(cells[2], names)
	for (i = 1; i <= count; i++)
		if (!(names[i] in guide) && plain(cells[4]) !~ /^(none|the same|not needed)/)
			guide[names[i]] = plain(cells[4])
}

# | `name` | ... | what differs | test |, and below its last heading what is absent.
FILE == "program" && /^## / { absent = /^## Absent/ }
FILE == "program" && /^\| `/ {
	n = split($0, cells, / *\| */)
	count = listed(cells[2], names)
	for (i = 1; i <= count; i++) {
		text = absent ? plain(cells[n - 1]) : plain(cells[n - 2])
		known["program", names[i]] = absent ? "absent" : text == "" ? "supported" : "difference"
		note["program", names[i]] = text
		test["program", names[i]] = absent ? "" : "win32: programs/" plain(cells[n - 1])
		stage["program", names[i]] = ""
		order[++total] = "program" SUBSEP names[i]
	}
}

FILE == "driver" {
	if ($0 ~ /^(# *)?name\t/)
		headings()
	else if ($0 !~ /^#/ && ("name" in column) && cell("name") != "")
		remember(FILE, plain(cell("name")))
}

# The texts of a macro of their own, and of the names that use it.
FILE == "refused" {
	line = $0
	if (continued)
		line = kept line
	continued = line ~ /\\$/ || (line ~ /REFUSED\([^;]*$/ && line !~ /^#/)
	sub(/\\$/, "", line)
	kept = line
	if (continued)
		next
	if (match(line, /^#define NTIO_WDM_NO_[0-9A-Z_]+/)) {
		text = substr(line, RLENGTH + 1)
		why[substr(line, 9, RLENGTH - 8)] = unquoted(text)
	} else if (match(line, /^NTIO_WDM_REFUSED\([A-Za-z_0-9]+,/)) {
		name = substr(line, 18, RLENGTH - 18)
		text = substr(line, RLENGTH + 1)
		sub(/\);.*/, "", text)
		text = trim(text)
		refused[name] = text in why ? why[text] : unquoted(text)
	}
}

FILE == "driver-header" { words("driver") }
FILE == "program-header" { words("program") }

# The names of a row without its own entry: those with A or W at their end, and pointers to a type.
function find(side, name) {
	if ((side, name) in known)
		return name
	if ((side, name "W") in known)
		return name "W"
	return (side, name "A") in known ? name "A" : name
}

function said(text) {
	return text != "" && text != "-"
}

# What stands in a header: the name, its variant for bytes or characters, or a pointer to the type.
function is_in_header(side, name, what) {
	return (side, name) in in_header || (side, name "A") in in_header || (side, name "W") in in_header || \
		(what == "type" && (side, "P" name) in in_header)
}

function judge(side, name, what, from,   as) {
	as = find(side, name)
	judged_state = "absent"
	judged_stage = judged_test = judged_note = "-"
	if ((side, "<" from ">") in own)
		judged_note = own[side, "<" from ">"]
	if ((side, name) in own)
		judged_note = own[side, name]
	if ((side, as) in known) {
		judged_state = known[side, as]
		if (said(stage[side, as]))
			judged_stage = stage[side, as]
		if (said(test[side, as]))
			judged_test = test[side, as]
		if (judged_state == "absent" && said(note[side, as]) && said(judged_note))
			judged_note = "Layer: " note[side, as] "; " judged_note
		else if (said(note[side, as]))
			judged_note = "Layer: " note[side, as]
	} else if (side == "driver" && name in refused) {
		judged_note = "Layer: " refused[name]
	} else if (is_in_header(side, name, what)) {
		judged_state = "supported"
	} else if (side == "driver" && !layer && name in guide) {
		judged_state = "difference"
	}
	if (judged_state == "supported" && judged_note !~ /^Layer: /)
		judged_note = "-"
	if (side == "driver" && judged_note == "-" && judged_state != "supported" && name in guide)
		judged_note = "Own API: " guide[name]
}

FILE == "notes" && !/^#/ { own[$2, $1] = $3 }

FILE == "names" && /^name\t/ { next }
FILE == "names" {
	seen[$3, $1] = 1
	if ($2 == "family")
		family[$3, substr($1, 1, length($1) - 1)] = 1
	if ($2 != "family")
		judge($3, $1, $2, $4)
	else {
		judged_state = "absent"
		judged_stage = judged_test = "-"
		judged_note = ($3, $1) in own ? own[$3, $1] : "-"
	}
	row[++rows] = $1 OFS $2 OFS $3 OFS $4 OFS judged_state OFS judged_stage OFS judged_note OFS judged_test
}

# The layer knows more kinds than matter here.
function kind_of(word) {
	if (word == "keyword")
		return "macro"
	return word ~ /^(macro|type|constant|function)$/ ? word : word == "variable" ? "constant" : "function"
}

function of_layer(side, name) {
	if ((side, name) in seen)
		return
	seen[side, name] = 1
	judge(side, name, "function", "")
	row[++rows] = name OFS kind_of(kind[side, name]) OFS side OFS \
		(said(header[side, name]) ? header[side, name] : side == "driver" ? "wdm.h" : "windows.h") OFS judged_state OFS judged_stage OFS \
		judged_note OFS judged_test
}

# Is NAME of a family? Behind its letters another word begins.
function has_family(side, name,   i) {
	for (i = length(name) - 1; i > 1; i--)
		if ((side, substr(name, 1, i)) in family)
			return substr(name, i + 1, 1) ~ /[A-Z]/ || substr(name, i, 1) == "_"
	return 0
}

# A family is absent, but not those of it that are in a header; nor is what the other side has a row of.
function of_header(side, name,   other) {
	other = side == "driver" ? "program" : "driver"
	if ((side, name) in seen || (side, name) in known || !(has_family(side, name) || (other, name) in seen))
		return
	seen[side, name] = 1
	row[++rows] = name OFS (name ~ /[a-z]/ ? "function" : "constant") OFS side OFS \
		(side == "driver" ? "wdm.h" : "windows.h") OFS "supported" OFS "-" OFS "-" OFS "-"
}

END {
	print "name", "kind", "side", "header", "state", "stage", "note", "test"
	for (i = 1; i <= total; i++) {
		split(order[i], key, SUBSEP)
		of_layer(key[1], key[2])
	}
	for (found in in_header) {
		split(found, key, SUBSEP)
		of_header(key[1], key[2])
	}
	fflush()
	for (i = 1; i <= rows; i++)
		print row[i] | "LC_ALL=C sort -t '\t' -k1,1 -k3,3"
	close("LC_ALL=C sort -t '\t' -k1,1 -k3,3")
}
