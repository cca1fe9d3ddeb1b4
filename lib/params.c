#include "params.h"

#include <string.h>

#include "arena.h"
#include "conf.h"
#include "form.h"
#include "program.h"
#include "req.h"

/* What came, before it is sorted. */
struct form {
	struct rc_form_pair *pairs;
	size_t count;
};

/* Return where the parameter is looked for. */
static const struct form *
place(const struct rc_req *rq, const struct rc_param *param,
    const struct form *query, const struct form *body)
{

	if ((param->flags & RC_PARAM_QUERY) || rq->method != RC_METHOD_POST)
		return query;
	return body;
}

/* Collect the values of a parameter; empty ones count as absent. */
static void
collect(struct rc_req *rq, const struct rc_param *param,
    const struct form *form, struct rc_list *list)
{
	const char **items = NULL;
	size_t i, came = 0;

	for (i = 0; i < form->count; i++) {
		if (strcmp(form->pairs[i].name, param->name) != 0)
			continue;
		came++;
		if (form->pairs[i].value[0] == '\0')
			continue;
		if (items == NULL)
			items = rc_alloc(
			    rq->mem, (form->count - i) * sizeof(*items));
		items[list->count++] = form->pairs[i].value;
	}
	list->items = items;
	if (came > 1 && !(param->flags & RC_PARAM_MANY) && rq->repeated == NULL)
		rq->repeated = param->name;
}

static bool
parse(struct rc_req *rq, const char *text, struct form *form)
{

	return rc_form_parse(rq->mem, text, &form->pairs, &form->count);
}

enum rc_err
rc_params_take(struct rc_req *rq)
{
	const struct rc_program *program = rq->program;
	struct form query = { NULL, 0 }, body = { NULL, 0 };
	struct rc_list *params;
	size_t i;

	params = rc_alloc(rq->mem, program->nparams * sizeof(*params));
	rq->params = params;
	if (!parse(rq, rq->query, &query))
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the query has a broken escape or is no UTF-8");
	if (rq->method == RC_METHOD_POST &&
	    (strlen(rq->body) != rq->len || !parse(rq, rq->body, &body)))
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "the form has a broken escape or is no UTF-8");
	for (i = 0; i < program->nparams; i++)
		collect(rq, &program->params[i],
		    place(rq, &program->params[i], &query, &body), &params[i]);
	if (rq->repeated != NULL && program->errors == RC_ERRORS_JSON)
		return rc_fail(rq, RC_ERR_INVALID_REQUEST,
		    "%s must not come more than once", rq->repeated);
	return RC_OK;
}
