#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdio.h>

struct rc_arena;

/* What a column holds; cells are text as PostgreSQL writes it. */
enum table_kind {
	TABLE_TEXT,
	TABLE_NUMBER,
	TABLE_BOOL, /* t or f */
	TABLE_TIME, /* s since 1970 */
	TABLE_JSON /* shown as words where it is an array */
};

struct table_column {
	const char *name; /* of the member; the title is made of it */
	enum table_kind kind;
};

/*
 * table_print(out, mem, columns, ncolumns, cells, nrows):
 * Print ${nrows} rows of ${ncolumns} cells each under a line of titles, in
 * aligned columns.  Times are local, in ISO 8601 with the offset.  A NULL or
 * empty cell is "-"; what a terminal would not show as itself is "?".
 */
void table_print(FILE *out, struct rc_arena *mem,
    const struct table_column *columns, size_t ncolumns,
    const char *const *cells, size_t nrows);

/*
 * table_record(out, mem, columns, ncolumns, cells):
 * Print one row, a line for each cell behind its title.
 */
void table_record(FILE *out, struct rc_arena *mem,
    const struct table_column *columns, size_t ncolumns,
    const char *const *cells);

/*
 * table_json(out, mem, columns, ncolumns, cells, nrows),
 * table_json_record(out, mem, columns, ncolumns, cells):
 * Print an array of objects, one a row; one object.  Times are numbers.
 */
void table_json(FILE *out, struct rc_arena *mem,
    const struct table_column *columns, size_t ncolumns,
    const char *const *cells, size_t nrows);
void table_json_record(FILE *out, struct rc_arena *mem,
    const struct table_column *columns, size_t ncolumns,
    const char *const *cells);

/*
 * table_put_json(out, json):
 * Print JSON so that a terminal does nothing else with it: what it would not
 * show as itself is escaped, which is the same to a program.
 */
void table_put_json(FILE *out, const char *json);

/*
 * table_text(mem, kind, cell):
 * Return a cell as table_print shows it.
 */
const char *table_text(
    struct rc_arena *mem, enum table_kind kind, const char *cell);

#endif
