# Make a table of what bench/run measured.  A line of the input is one run:
#   what connections side rate p50 p99 answers refused errors
# with the sides A and B in turn; AIMS says "what=ratio" for some.

function median(key, n,    i, j, v, sorted)
{
	for (i = 1; i <= n; i++) {
		v = value[key, i] + 0
		for (j = i - 1; j >= 1 && sorted[j] > v; j--)
			sorted[j + 1] = sorted[j]
		sorted[j + 1] = v
	}
	least = sorted[1]
	most = sorted[n]
	return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

function side(row, s)
{
	return sprintf("%.0f | %.2f / %.2f",
	    median(row SUBSEP s SUBSEP "rate", runs[row, s]),
	    median(row SUBSEP s SUBSEP "p50", runs[row, s]),
	    median(row SUBSEP s SUBSEP "p99", runs[row, s]))
}

{
	row = $1 SUBSEP $2
	if (!(row in known)) {
		known[row] = 1
		order[++rows] = row
	}
	i = ++runs[row, $3]
	value[row, $3, "rate", i] = $4
	value[row, $3, "p50", i] = $5
	value[row, $3, "p99", i] = $6
	bad[row] += $8 + $9
}

END {
	for (i = split(AIMS, pairs, " "); i >= 1; i--) {
		split(pairs[i], pair, "=")
		aim[pair[1]] = pair[2]
	}
	printf "| what | connections | %s /s | p50 / p99 ms | %s /s | p50 / p99 ms | ratio | least - most | aim | |\n", A, B
	print "|---|---|---|---|---|---|---|---|---|---|"
	for (r = 1; r <= rows; r++) {
		row = order[r]
		split(row, name, SUBSEP)
		n = runs[row, "B"]
		for (i = 1; i <= n; i++)
			value[row, "ratio", i] = value[row, "B", "rate", i] > 0 ? \
			    value[row, "A", "rate", i] / value[row, "B", "rate", i] : 0
		ratio = median(row SUBSEP "ratio", n)
		low = least
		high = most
		verdict = name[1] in aim ? (ratio >= aim[name[1]] ? "reached" : "missed") : ""
		if (bad[row] > 0) {
			verdict = sprintf("NOT VALID: %d failed", bad[row])
			invalid = 1
		}
		printf "| %s | %s | %s | %s | %.2f | %.2f - %.2f | %s | %s |\n",
		    name[1], name[2], side(row, "A"), side(row, "B"), ratio, low,
		    high, name[1] in aim ? aim[name[1]] : "-", verdict
	}
	exit invalid
}
