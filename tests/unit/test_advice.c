#include "unit.h"

#include "advice.h"
#include "request.h"

#define CODE "'client_name':'a','grant_types':['authorization_code']"
#define KEY "{'kty':'OKP','crv':'Ed25519'}"
#define NAMED "{'kid':'a'}"

/* clang-format off */
/* What is registered, and pointer and rule of each warning. */
static const struct {
	const char *metadata, *warnings;
} cases[] = {
	{ "{" CODE ",'redirect_uris':['https://c.example/cb']}", "" },
	{ "{" CODE ",'redirect_uris':['http://127.0.0.1/','http://[::1]/',"
	    "'com.example.app:/cb']}", "" },
	{ "{" CODE ",'redirect_uris':['http://localhost/cb']}",
	    "/redirect_uris/0 redirect_uri.localhost" },
	{ "{" CODE ",'redirect_uris':['https://c.example/','cursor://x/']}",
	    "/redirect_uris/1 redirect_uri.private_use" },
	{ "{" CODE ",'redirect_uris':['https://c.example/',"
	    "'https://c.example/']}",
	    "/redirect_uris/1 redirect_uri.repeated" },
	{ "{'grant_types':['client_credentials'],"
	    "'redirect_uris':['https://c.example/']}",
	    "/redirect_uris redirect_uris.unused" },
	{ "{'grant_types':['client_credentials']}", "" },
	{ "{'grant_types':['authorization_code']}",
	    "/client_name client_name.missing" },
	{ "{" CODE ",'logo_uri':'http://c.example/','tos_uri':"
	    "'https://c.example/'}", "/logo_uri uri.clear" },
	{ "{" CODE ",'scope':'read offline_access'}",
	    "/grant_types grant_types.offline_access" },
	{ "{'client_name':'a','grant_types':['authorization_code',"
	    "'refresh_token'],'scope':'openid'}",
	    "/scope scope.offline_access" },
	{ "{'client_name':'a','grant_types':['authorization_code',"
	    "'refresh_token'],'scope':'read'}", "" },
	{ "{'client_name':'a','grant_types':['authorization_code',"
	    "'refresh_token'],'scope':'openid offline_access'}", "" },
	{ "{" CODE ",'jwks':{'keys':[" KEY "]}}", "" },
	{ "{" CODE ",'jwks':{'keys':[" KEY "," NAMED "]}}",
	    "/jwks/keys/0 jwk.kid" },
};

/* What is sent, and pointer, rule and hint of each warning. */
static const struct {
	const char *wanted, *warnings;
} ignored[] = {
	{ "{'client_name':'a','client_name#ja':'b','redirect_uris':null}",
	    "" },
	{ "{'redirect_uri':'a'}",
	    "/redirect_uri unknown_member redirect_uris?" },
	{ "{'Grant_Types':[]}", "/Grant_Types unknown_member grant_types?" },
	{ "{'scope#ja':'a'}", "/scope#ja unknown_member scope" },
	{ "{'x/y':'a'}", "/x~1y unknown_member -" },
	{ "{'client_id':'a','client_secret':'b',"
	    "'registration_access_token':'c'}",
	    "/client_id assigned_member leave it out; "
	    "/client_secret assigned_member leave it out; "
	    "/registration_access_token assigned_member leave it out" },
};
/* clang-format on */

static const char *
list_warnings(struct rc_req *rq, bool hints)
{
	const char *text = "", *hint;
	size_t i;

	for (i = 0; i < rc_json_count(rq->warnings); i++) {
		const struct rc_json *one = rc_json_at(rq->warnings, i);

		hint = rc_json_text(one, "hint");
		text = rc_printf(rq->mem, "%s%s%s %s%s%s", text,
		    i > 0 ? "; " : "", rc_json_text(one, "pointer"),
		    rc_json_text(one, "rule"), hints ? " " : "",
		    !hints         ? ""
		    : hint != NULL ? hint
				   : "-");
	}
	return text;
}

START_TEST(what_is_unwise_is_told)
{
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rq = unit_request("");
		rq->warnings = rc_json_new_array(rq->mem);
		rc_advice_give(rq, unit_json(rq, cases[i].metadata));
		ck_assert_str_eq(list_warnings(rq, false), cases[i].warnings);
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(what_is_ignored_is_told)
{
	struct rc_req *rq;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		rq = unit_request("");
		rq->warnings = rc_json_new_array(rq->mem);
		rc_advice_ignored(rq, unit_json(rq, ignored[i].wanted));
		ck_assert_str_eq(list_warnings(rq, true), ignored[i].warnings);
		unit_request_free(rq);
	}
}
END_TEST

START_TEST(who_does_not_ask_is_not_told)
{
	struct rc_req *rq = unit_request("");

	rc_advice_ignored(rq, unit_json(rq, "{'x':1}"));
	rc_advice_give(rq, unit_json(rq, "{'jwks':{}}"));
	ck_assert_ptr_null(rq->warnings);
	unit_request_free(rq);
}
END_TEST

/* With openid_refresh_token = always there is nothing to miss. */
START_TEST(refresh_tokens_may_come_always)
{
	struct rc_req *rq = unit_request("openid_refresh_token = always");

	rq->warnings = rc_json_new_array(rq->mem);
	rc_advice_give(
	    rq, unit_json(rq, "{'client_name':'a','grant_types':["
			      "'authorization_code','refresh_token'],"
			      "'scope':'openid'}"));
	ck_assert_uint_eq(rc_json_count(rq->warnings), 0);
	unit_request_free(rq);
}
END_TEST

UNIT_MAIN("advice", what_is_unwise_is_told, what_is_ignored_is_told,
    who_does_not_ask_is_not_told, refresh_tokens_may_come_always)
