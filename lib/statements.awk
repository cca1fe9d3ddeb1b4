# Make C of sql/statements.sql:
#	awk -v mode=h -f statements.awk statements.sql > statements.h
#	awk -v mode=c -f statements.awk statements.sql > statements.c
# Comments stay behind: only "-- name:" lines mean something here.  A "--" is
# a comment only at the start of a line.

function die(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
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
