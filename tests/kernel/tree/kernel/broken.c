// SPDX-License-Identifier: Apache-2.0
#include <linux/compiler.h>
#include <linux/no_such_header.h>

/* It does not parse as a whole. */
int broken_answer(int x)
{
	return x + no_such_thing;
}
