#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdlib.h>

/*
 * UNIT_MAIN("name", test, ...):
 * The main of a unit test program: one suite of the START_TEST functions named,
 * each in its own process unless CK_FORK=no; exit status by result.
 */
#define UNIT_MAIN(name, ...)                                        \
	int main(void)                                              \
	{                                                           \
		const TTest *const tests[] = { __VA_ARGS__ };       \
		return unit_run(                                    \
		    name, tests, sizeof(tests) / sizeof(tests[0])); \
	}

static inline int
unit_run(const char *name, const TTest *const tests[], size_t n)
{
	Suite *suite = suite_create(name);
	TCase *cases = tcase_create(name);
	SRunner *runner;
	size_t i;
	int failed;

	tcase_set_timeout(cases, 300);
	for (i = 0; i < n; i++)
		tcase_add_test(cases, tests[i]);
	suite_add_tcase(suite, cases);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
