#include "unit.h"

#include "field.h"
#include "request.h"

#define META RC_ERR_INVALID_CLIENT_METADATA

static const char *
is_lower(struct rc_req *rq, const char *value, const char **rule)
{

	(void)rq;
	*rule = "lower";
	return strspn(value, "abcdefghijklmnopqrstuvwxyz") == strlen(value)
	           ? NULL
	           : "must be lower case: a to z";
}

static const char *
has_keys(struct rc_req *rq, const struct rc_json *value, const char **rule)
{

	(void)rq;
	*rule = "keys";
	return rc_json_get(value, "keys") != NULL ? NULL : "lacks keys";
}

static const char *const colours[] = { "red", "green", NULL };

/* clang-format off */
static const struct rc_field fields[] = {
	{ "name", RC_STRING, is_lower, NULL, NULL,
	    META, RC_FIELD_LOCALIZED, "here" },
	{ "colour", RC_STRING, NULL, NULL, colours, META, 0, "here" },
	{ "uri", RC_URI, NULL, NULL, NULL,
	    RC_ERR_INVALID_REDIRECT_URI, 0, "here" },
	{ "words", RC_WORDS, NULL, NULL, NULL, META, 0, "here" },
	{ "list", RC_STRINGS, is_lower, NULL, NULL, META, 0, "here" },
	{ "uris", RC_URIS, is_lower, NULL, NULL, META, 0, "here" },
	{ "age", RC_INT, NULL, NULL, NULL, META, 0, "here" },
	{ "flag", RC_BOOL, NULL, NULL, NULL, META, 0, "here" },
	{ "set", RC_OBJECT, NULL, has_keys, NULL, META, 0, "here" },
	{ "shield", RC_BOOL, NULL, NULL, NULL, META, RC_FIELD_UNBUILT, "here" },
	{ "cipher", RC_STRING, NULL, NULL, NULL, META, RC_FIELD_UNBUILT, "here" },
};

/* What is given, what is taken (NULL: refused), what the refusal says. */
static const struct {
	const char *body, *taken, *says;
} cases[] = {
	{ "{}", "{}", NULL },
	{ "{'unknown':[1,{}],'name':'a'}", "{'name':'a'}", NULL },
	{ "{'name':null,'uri':'','words':'','list':[]}", "{}", NULL },
	{ "{'name':''}", NULL, "name must not be empty" },
	{ "{'name':7}", NULL, "name must be a string" },
	{ "{'name':'A'}", NULL, "name must be lower case" },
	{ "{'name#ja':'a','name#zh-CN':'b'}",
	    "{'name#ja':'a','name#zh-CN':'b'}", NULL },
	{ "{'name#ja':'a','name#JA':'b'}", NULL, "twice" },
	{ "{'name#ja':null,'name#JA':'b'}", NULL, "twice" },
	{ "{'name#ja':'a','NAME#JA':'b'}", "{'name#ja':'a'}", NULL },
	{ "{'name#':'a'}", NULL, "malformed language tag" },
	{ "{'name#a_b':'a'}", NULL, "malformed language tag" },
	{ "{'name#abcdefghi':'a'}", NULL, "malformed language tag" },
	{ "{'name#a--b':'a'}", NULL, "malformed language tag" },
	{ "{'name#ja':'A'}", NULL, "name#ja must be lower case" },
	{ "{'colour#ja':'red'}", "{}", NULL },
	{ "{'colour':'red'}", "{'colour':'red'}", NULL },
	{ "{'colour':'blue'}", NULL, "colour has a value" },
	{ "{'colour':'re'}", NULL, "colour has a value" },
	{ "{'uri':['x']}", NULL, "uri must be a string" },
	{ "{'words':true}", NULL, "words must be a string" },
	{ "{'list':'a'}", NULL, "list must be an array of strings" },
	{ "{'list':['a','b']}", "{'list':['a','b']}", NULL },
	{ "{'list':['a',null]}", NULL, "element 1" },
	{ "{'list':['a','']}", NULL, "list[1] must not be empty" },
	{ "{'list':['a','B']}", NULL, "list[1] must be lower case" },
	{ "{'age':0}", "{'age':0}", NULL },
	{ "{'age':9223372036854775807}", "{'age':9223372036854775807}", NULL },
	{ "{'age':9223372036854775808}", NULL, "age must be a whole number" },
	{ "{'age':10000000000000000000000}", NULL, "age must be a whole" },
	{ "{'age':-1}", NULL, "age must not be negative" },
	{ "{'age':1.0}", NULL, "age must be a whole number" },
	{ "{'age':'1'}", NULL, "age must be a whole number" },
	{ "{'flag':false}", "{'flag':false}", NULL },
	{ "{'flag':0}", NULL, "flag must be true or false" },
	{ "{'flag':'true'}", NULL, "flag must be true or false" },
	{ "{'set':{'keys':[]}}", "{'set':{'keys':[]}}", NULL },
	{ "{'set':{}}", NULL, "set lacks keys" },
	{ "{'set':[]}", NULL, "set must be an object" },
	{ "{'shield':true}", NULL, "shield asks for something" },
	{ "{'shield':false}", "{'shield':false}", NULL },
	{ "{'cipher':'A256GCM'}", NULL, "cipher asks for something" },
	{ "{'cipher':null}", "{}", NULL },
	{ "{'age':1,'age':'x'}", NULL, "age must be a whole number" },
	{ "{'age':'x','age':2}", "{'age':2}", NULL },
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(members_are_taken_or_refused)
{
	struct rc_req *rq;
	struct rc_json *out;
	enum rc_err e;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		rq = unit_request("");
		out = rc_json_new_object(rq->mem);
		e = rc_field_take(rq, fields, COUNT(fields),
		    unit_json(rq, cases[i].body), out);
		if (cases[i].taken != NULL) {
			ck_assert_msg(e == RC_OK, "%s", cases[i].body);
			ck_assert_msg(
			    rc_json_equal(out, unit_json(rq, cases[i].taken)),
			    "%s", cases[i].body);
		} else {
			ck_assert_msg(
			    e == META || e == RC_ERR_INVALID_REDIRECT_URI, "%s",
			    cases[i].body);
			ck_assert_msg(strstr(rq->fault.description,
					  cases[i].says) != NULL,
			    "%s: %s", cases[i].body, rq->fault.description);
		}
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(the_error_is_that_of_the_row)
{
	struct rc_req *rq = unit_request("");

	ck_assert_int_eq(
	    rc_field_take(rq, fields, COUNT(fields), unit_json(rq, "{'uri':1}"),
		rc_json_new_object(rq->mem)),
	    RC_ERR_INVALID_REDIRECT_URI);
	unit_request_free(rq);
}
END_TEST

START_TEST(configured_bounds_hold)
{
	struct rc_req *rq = unit_request("max_redirect_uris = 2\n"
					 "max_uri_length = 64\n"
					 "max_string_length = 70\n");
	static const struct {
		const char *name;
		size_t len;
		bool good;
	} bounds[] = { { "uri", 64, true }, { "uri", 65, false },
		{ "name", 70, true }, { "name", 71, false } };
	char text[128], value[80];
	size_t i;

	for (i = 0; i < COUNT(bounds); i++) {
		memset(value, 'a', sizeof(value));
		value[bounds[i].len] = '\0';
		(void)snprintf(
		    text, sizeof(text), "{'%s':'%s'}", bounds[i].name, value);
		ck_assert_int_eq(rc_field_take(rq, fields, COUNT(fields),
				     unit_json(rq, text),
				     rc_json_new_object(rq->mem)) == RC_OK,
		    bounds[i].good);
	}
	ck_assert_int_eq(rc_field_take(rq, fields, COUNT(fields),
			     unit_json(rq, "{'list':['a','b','c']}"),
			     rc_json_new_object(rq->mem)),
	    RC_OK);
	ck_assert_int_eq(rc_field_take(rq, fields, COUNT(fields),
			     unit_json(rq, "{'uris':['a','b','c']}"),
			     rc_json_new_object(rq->mem)),
	    META);
	unit_request_free(rq);
}
END_TEST

/* Comparing tags with each other must not take a stranger's word for it. */
START_TEST(localized_members_and_elements_are_bounded)
{
	struct rc_req *rq = unit_request("");
	struct rc_json *many = rc_json_new_object(rq->mem);
	struct rc_json *list = rc_json_new_array(rq->mem);
	int i;

	for (i = 0; i < 100; i++) {
		rc_json_set_string(
		    many, rc_printf(rq->mem, "name#x%d", i), "a");
		rc_json_append_string(list, "a");
	}
	rc_json_set(many, "list", list);
	ck_assert_int_eq(rc_field_take(rq, fields, COUNT(fields), many,
			     rc_json_new_object(rq->mem)),
	    RC_OK);
	rc_json_set_string(many, "name#y", "a");
	ck_assert_int_eq(rc_field_take(rq, fields, COUNT(fields), many,
			     rc_json_new_object(rq->mem)),
	    META);
	rc_json_remove(many, "name#y");
	rc_json_append_string(list, "a");
	ck_assert_int_eq(rc_field_take(rq, fields, COUNT(fields), many,
			     rc_json_new_object(rq->mem)),
	    META);
	unit_request_free(rq);
}
END_TEST

START_TEST(a_merge_changes_what_is_given_and_drops_what_is_empty)
{
	struct rc_req *rq = unit_request("");
	struct rc_json *out = unit_json(
	    rq, "{'name':'a','name#ja':'b','uri':'x','list':['c'],'age':1}");

	ck_assert_int_eq(
	    rc_field_merge(rq, fields, COUNT(fields),
		unit_json(rq, "{'name':'z','name#JA':'y','uri':'',"
			      "'list':null,'unknown':1,'words':'w'}"),
		out),
	    RC_OK);
	ck_assert(rc_json_equal(out,
	    unit_json(rq, "{'name':'z','name#JA':'y','age':1,'words':'w'}")));
	ck_assert_int_eq(
	    rc_field_merge(rq, fields, COUNT(fields),
		unit_json(rq, "{'name#fr':'a','name#FR':'b'}"), out),
	    META);
	unit_request_free(rq);
}
END_TEST

START_TEST(rows_are_found_by_name_and_tag)
{

	ck_assert_ptr_eq(
	    rc_field_find(fields, COUNT(fields), "name"), &fields[0]);
	ck_assert_ptr_eq(
	    rc_field_find(fields, COUNT(fields), "name#fr"), &fields[0]);
	ck_assert_ptr_null(rc_field_find(fields, COUNT(fields), "colour#fr"));
	ck_assert_ptr_null(rc_field_find(fields, COUNT(fields), "nam"));
	ck_assert_ptr_null(rc_field_find(fields, COUNT(fields), "names"));
	ck_assert_ptr_null(rc_field_find(fields, COUNT(fields), "Name"));
	ck_assert_ptr_null(rc_field_find(fields, COUNT(fields), ""));
}
END_TEST

/* clang-format off */
/* What is given, and POINTER, rule and hint of each fault. */
static const struct {
	const char *body, *faults;
} several[] = {
	{ "{'age':-1,'list':['A','b','','C',4],'name#JA':'x','name#ja':'y',"
	    "'colour':'blue','shield':true,'flag':'true','set':{}}",
	    "/age range -; /list/0 lower a to z; /list/2 empty leave it out; "
	    "/list/3 lower a to z; /list/4 type put it in quotes; "
	    "/name#JA language_tag.repeated upper and lower case are the same; "
	    "/name#ja language_tag.repeated upper and lower case are the same; "
	    "/colour value one of red, green; "
	    "/shield unsupported leave it out; "
	    "/flag type write it without quotes; /set keys -" },
	{ "{'name#a/~b':'x'}", "/name#a~1~0b language_tag "
	    "a tag of BCP 47, such as zh-Hans or pt-BR" },
};
/* clang-format on */

START_TEST(every_fault_is_told)
{
	const struct rc_json *one;
	const char *text, *hint;
	struct rc_req *rq;
	struct rc_json *out;
	size_t i, j;

	for (i = 0; i < COUNT(several); i++) {
		rq = unit_request("");
		out = rc_json_new_object(rq->mem);
		ck_assert_int_eq(rc_field_take(rq, fields, COUNT(fields),
				     unit_json(rq, several[i].body), out),
		    META);
		ck_assert_uint_eq(rc_json_count(out), 0);
		text = "";
		for (j = 0; j < rc_json_count(rq->fault.details); j++) {
			one = rc_json_at(rq->fault.details, j);
			hint = rc_json_text(one, "hint");
			text = rc_printf(rq->mem, "%s%s%s %s %s", text,
			    j > 0 ? "; " : "", rc_json_text(one, "pointer"),
			    rc_json_text(one, "rule"),
			    hint != NULL ? hint : "-");
		}
		ck_assert_str_eq(text, several[i].faults);
		unit_request_free(rq);
	}
}
END_TEST

/* The good ones are taken all the same, for the rules between them. */
START_TEST(what_is_good_is_taken_beside_what_is_not)
{
	struct rc_req *rq = unit_request("");
	struct rc_json *out = rc_json_new_object(rq->mem);

	ck_assert_int_eq(
	    rc_field_take(rq, fields, COUNT(fields),
		unit_json(rq, "{'uri':1,'name':'a','age':'x'}"), out),
	    RC_ERR_INVALID_REDIRECT_URI);
	ck_assert(rc_json_equal(out, unit_json(rq, "{'name':'a'}")));
	unit_request_free(rq);
}
END_TEST

START_TEST(a_misspelled_name_is_guessed)
{
	static const struct {
		const char *given, *meant;
	} names[] = { { "color", "colour" }, { "Colour", "colour" },
		{ "word", "words" }, { "sheld", "shield" }, { "nothing", NULL },
		{ "", NULL }, { "x", NULL } };
	char longest[1000];
	const char *found;
	size_t i;

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ck_assert_ptr_null(rc_field_nearest(fields, COUNT(fields), longest));
	for (i = 0; i < COUNT(names); i++) {
		found = rc_field_nearest(fields, COUNT(fields), names[i].given);
		if (names[i].meant == NULL)
			ck_assert_msg(found == NULL, "%s", names[i].given);
		else
			ck_assert_msg(
			    found != NULL && strcmp(found, names[i].meant) == 0,
			    "%s", names[i].given);
	}
}
END_TEST

UNIT_MAIN("field", members_are_taken_or_refused, the_error_is_that_of_the_row,
    configured_bounds_hold, localized_members_and_elements_are_bounded,
    a_merge_changes_what_is_given_and_drops_what_is_empty,
    rows_are_found_by_name_and_tag, every_fault_is_told,
    what_is_good_is_taken_beside_what_is_not, a_misspelled_name_is_guessed)
