# Make rollcall-sql(7) of what the SQL files say of themselves:
#	awk -f manual.awk migrate/*.sql views.sql verbs.sql roles.sql \
#	    rollcall-sql.7.in > rollcall-sql.7
# The text is that of COMMENT ON; the columns of a view stand before its query,
# and what one without a comment means is said by a table, as views.sql lists
# them.  "-- manual: SECTION" says where the functions behind it belong, save
# those that rollcall_dba may call.  In the template, a line @SECTION@ stands
# for all that belongs there.

function die(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
}

# Write a sentence in lines that roff takes for text.
function sentence(text,    word, n, i, line, out)
{
	gsub(/''/, "'", text)
	gsub(/\\/, "\\e", text)
	if (text !~ /[.]$/)
		text = text "."
	n = split(text, word, " ")
	line = word[1]
	for (i = 2; i <= n; i++) {
		if (length(line) + length(word[i]) > 77) {
			out = out line "\n"
			line = word[i] ~ /^[.']/ ? "\\&" word[i] : word[i]
		} else
			line = line " " word[i]
	}
	return out line "\n"
}

# What COMMENT ON says, quotes and all taken off.
function remark(text)
{
	sub(/^[^']*'/, "", text)
	sub(/';$/, "", text)
	return text
}

# Go through the words in a list "rollcall.NAME(...), ...".
function each_function(list, role,    name)
{
	while (match(list, /rollcall[.][a-z_]+[(]/)) {
		name = substr(list, RSTART + 9, RLENGTH - 10)
		if (role ~ /rollcall_dba/)
			section[name] = "dba"
		list = substr(list, RSTART + RLENGTH)
	}
}

# Take a function's parameters and result from how it is made.
function signature(text,    name, depth, i, c, list)
{
	sub(/^CREATE( OR REPLACE)? FUNCTION rollcall[.]/, "", text)
	name = substr(text, 1, index(text, "(") - 1)
	text = substr(text, index(text, "("))
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		depth += c == "(" ? 1 : c == ")" ? -1 : 0
		if (depth == 0)
			break
	}
	list = substr(text, 2, i - 2)
	gsub(/[ \n\t]+/, " ", list)
	sub(/^ /, "", list)
	text = substr(text, i + 1)
	sub(/[ \n](LANGUAGE|AS)[ \n].*/, "", text)
	gsub(/[ \n\t]+/, " ", text)
	sub(/^ *RETURNS /, "", text)
	result[name] = text
	parameters[name] = list
	if (!(name in section))
		section[name] = place
}

function statement(text,    name, list, pair, n, i)
{
	if (text ~ /^COMMENT ON TABLE /) {
		match(text, /rollcall[.][a-z_]+/)
		name = substr(text, RSTART + 9, RLENGTH - 9)
		if (!(name in comment))
			table[++tables] = name
		comment[name] = remark(text)
	} else if (text ~ /^DROP TABLE /) {
		match(text, /rollcall[.][a-z_]+/)
		delete comment[substr(text, RSTART + 9, RLENGTH - 9)]
	} else if (text ~ /^COMMENT ON VIEW /) {
		match(text, /rollcall[.][a-z_]+/)
		comment[substr(text, RSTART + 9, RLENGTH - 9)] = remark(text)
	} else if (text ~ /^COMMENT ON COLUMN /) {
		match(text, /rollcall[.][a-z_]+[.][a-z_]+/)
		meaning[substr(text, RSTART + 9, RLENGTH - 9)] = remark(text)
	} else if (text ~ /^COMMENT ON FUNCTION /) {
		match(text, /rollcall[.][a-z_]+/)
		name = substr(text, RSTART + 9, RLENGTH - 9)
		if (!(name in does))
			verb[++verbs] = name
		match(text, /[)][ \n]IS[ \n]/)
		does[name] = remark(substr(text, RSTART))
	} else if (text ~ /^CREATE( OR REPLACE)? FUNCTION /) {
		signature(text)
	} else if (text ~ /^CREATE OR REPLACE VIEW /) {
		match(text, /rollcall[.][a-z_]+ [(][^)]*[)] AS\n/)
		if (RSTART == 0)
			die("a view names its columns before its query")
		list = substr(text, RSTART + 9, RLENGTH - 9)
		name = substr(list, 1, index(list, " ") - 1)
		sub(/^[^(]*[(]/, "", list)
		sub(/[)].*/, "", list)
		gsub(/[ \n]+/, "", list)
		view[++views] = name
		columns[name] = list
	} else if (text ~ /^GRANT EXECUTE ON FUNCTION /) {
		n = split(text, pair, /[ \n]TO /)
		each_function(pair[1], pair[n])
	} else if (text ~ /^DO /) {
		while (match(text, /'rollcall[.][a-z_]+',[ \n\t]+'rollcall[.][a-z_]+'/)) {
			split(substr(text, RSTART, RLENGTH), pair, "'")
			origins[substr(pair[2], 10)] = \
			    origins[substr(pair[2], 10)] " " substr(pair[4], 10)
			text = substr(text, RSTART + RLENGTH)
		}
	}
}

function print_columns(name,    column, origin, n, m, i, j, said)
{
	print ".Bl -tag -width Ds -compact"
	n = split(columns[name], column, ",")
	m = split(origins[name], origin, " ")
	for (i = 1; i <= n; i++) {
		said = meaning[name "." column[i]]
		for (j = 1; said == "" && j <= m; j++)
			said = meaning[origin[j] "." column[i]]
		if (said == "")
			die(name "." column[i] " has no comment")
		printf ".It Sy %s\n%s", column[i], sentence(said)
	}
	print ".El"
}

function print_functions(what,    i, j, n, name, parameter, list)
{
	for (i = 1; i <= verbs; i++) {
		name = verb[i]
		if (section[name] != what)
			continue
		printf ".It Fn %s", name
		n = split(parameters[name], parameter, /, /)
		for (j = 1; j <= n; j++)
			if (parameter[j] !~ /^OUT /)
				printf " \"%s\"", parameter[j]
		printf "\n%s", sentence(does[name])
		if (result[name] != "" && result[name] != "boolean")
			printf "%s", sentence("Returns " result[name])
	}
}

FNR == 1 {
	place = "others"
	body = text = ""
}

FILENAME ~ /[.]in$/ {
	if ($0 !~ /^@[a-z]+@$/) {
		print
		next
	}
	what = substr($0, 2, length($0) - 2)
	if (what == "tables")
		for (i = 1; i <= tables; i++) {
			if (!(table[i] in comment))
				continue
			printf ".It Sy %s\n%s", table[i], sentence(comment[table[i]])
		}
	else if (what == "views")
		for (i = 1; i <= views; i++) {
			if (!(view[i] in comment))
				die("view " view[i] " has no comment")
			printf ".It Sy %s\n%s", view[i], sentence(comment[view[i]])
			print_columns(view[i])
		}
	else if (what == "roles")
		for (i = 1; i <= roles; i++)
			printf ".It Sy %s\n%s", role[i], sentence(known[role[i]])
	else
		print_functions(what)
	next
}

/^-- manual: [a-z]+$/ {
	place = $3
}

body == "" && (/^--/ || /^$/) {
	next
}

# The roles that roles.sql makes.
/^\t+ +[(]'rollcall_[a-z]+', (true|false), '/ {
	name = $0
	sub(/^[^']*'/, "", name)
	sub(/'.*/, "", name)
	role[++roles] = name
	said = $0
	sub(/^[^']*'[a-z_]+', (true|false), '/, "", said)
	sub(/'[)]+,?$/, "", said)
	known[name] = said
}

{
	text = text == "" ? $0 : text "\n" $0
	# A body is what stands between one $$ and the next.
	rest = $0
	while ((i = index(rest, "$$")) > 0) {
		body = body == "" ? "in" : ""
		rest = substr(rest, i + 2)
	}
	if (body == "" && /;$/) {
		statement(text)
		text = ""
	}
}

END {
	if (!failed && text != "")
		die("a statement has no end")
	exit failed
}
