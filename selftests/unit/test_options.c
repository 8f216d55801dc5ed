// SPDX-License-Identifier: GPL-2.0
/* Strings of options in numbers, and each of them against its twin. */
#include "unit.h"

#include "areas.h"

/* The strings of four bytes are in make fuzz-options. */
static void test_all_short_strings(void **state)
{
	u8 *page = deed_page();
	u32 len, i;

	(void)state;
	for (len = 0; len <= 2; len++)
		for (i = 0; i < ARRAY_SIZE(deeds); i++)
			areas_all(page, len, 0, 256, &deeds[i]);
	if (!getenv("TCPATH_STRINGS"))
		areas_all(page, 3, 0, 256, &deeds[5]);
}

/* TCPATH_STRINGS is for processors that are played by a program. */
static void test_random_strings(void **state)
{
	const char *count = getenv("TCPATH_STRINGS");

	(void)state;
	areas_random(deed_page(), count ? strtoull(count, NULL, 0) : 3000000, 0x7c9a7);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_short_strings),
		cmocka_unit_test(test_random_strings),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
