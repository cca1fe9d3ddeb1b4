# Make C of sql/statements.sql:
#	awk -v mode=h -f statements.awk statements.sql > statements.h
#	awk -v mode=c -f statements.awk statements.sql > statements.c
# Comments stay behind: only "-- name:" and "-- part:" lines mean something
# here.  A "--" is a comment only at the start of a line.  What several
# statements have in common is a part, said once: "{{NAME}}" stands for it.

function die(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
}

# Put parts in the place of their names.
function fill(line,    name)
{
	while (match(line, /[{][{][a-z_]+[}][}]/)) {
		name = substr(line, RSTART + 2, RLENGTH - 4)
		if (!(name in parts))
			die("there is no part " name " above")
		line = substr(line, 1, RSTART - 1) parts[name] \
		    substr(line, RSTART + RLENGTH)
	}
	return line
}

# Write a line of SQL as a C string literal; a newline follows unless it is
# the last.
function literal(line, last,    out, i, c)
{
	out = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\\" || c == "\"")
			out = out "\\"
		out = out (c == "\t" ? " " : c)
	}
	return "\"" out (last ? "" : "\\n") "\""
}

BEGIN {
	failed = 0
	open = 0
	count = 0
	if (mode != "h" && mode != "c") {
		print "statements.awk: mode must be h or c" > "/dev/stderr"
		failed = 1
		exit 1
	}
}

/^-- name:/ {
	if (open)
		die("the statement before this one has no end")
	if (NF != 3 || $3 !~ /^[a-z][a-z0-9_]*$/)
		die("a name is made of a-z, 0-9 and _")
	if ($3 in seen)
		die($3 " is there twice")
	seen[$3] = 1
	names[count] = $3
	body[count] = ""
	open = 1
	part = ""
	next
}

/^-- part:/ {
	if (open)
		die("the statement before this one has no end")
	if (NF != 3 || $3 !~ /^[a-z_]+$/)
		die("the name of a part is made of a-z and _")
	if ($3 in parts)
		die($3 " is there twice")
	part = $3
	parts[part] = ""
	open = 1
	next
}

/^[ \t]*--/ || /^[ \t]*$/ {
	next
}

{
	if (!open)
		die("a statement needs a name")
	sub(/[ \t]+$/, "")
	last = sub(/;$/, "")
	$0 = fill($0)
	if (part != "") {
		sub(/^[ \t]+/, "")
		parts[part] = parts[part] (parts[part] == "" ? "" : " ") $0
		open = !last
		next
	}
	body[count] = body[count] \
	    (body[count] == "" ? "" : "\n") "\t    " literal($0, last)
	if (last) {
		open = 0
		count++
	}
}

END {
	if (failed)
		exit 1
	if (open)
		die("the last statement has no end")
	if (count == 0)
		die("there are no statements")
	print "/* Made from sql/statements.sql by lib/statements.awk. */"
	if (mode == "h") {
		print "#ifndef RC_STATEMENTS_H"
		print "#define RC_STATEMENTS_H"
		print ""
		print "enum rc_sql {"
		for (i = 0; i < count; i++)
			print "\tRC_SQL_" toupper(names[i]) ","
		print "\tRC_SQL__MAX"
		print "};"
		print ""
		print "/* A statement of the programs: its name and its SQL. */"
		print "struct rc_statement {"
		print "\tconst char *name;"
		print "\tconst char *text;"
		print "};"
		print ""
		print "extern const struct rc_statement rc_statements[RC_SQL__MAX];"
		print ""
		print "#endif"
		exit 0
	}
	print "#include \"statements.h\""
	print ""
	print "/* clang-format off */"
	print "const struct rc_statement rc_statements[RC_SQL__MAX] = {"
	for (i = 0; i < count; i++) {
		print "\t[RC_SQL_" toupper(names[i]) "] = { \"" names[i] "\","
		print body[i] " },"
	}
	print "};"
	print "/* clang-format on */"
}
