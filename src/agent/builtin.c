#include "agent/builtin.h"

#include <stddef.h>

#define TEXTS(id) workflow_##id##_json, workflow_##id##_instruction, workflow_##id##_prompt
#define DECLARE(id) extern const char workflow_##id##_json[], workflow_##id##_instruction[], workflow_##id##_prompt[]

/* made by tools/embed.sh */
DECLARE(assessment_kcsan);
DECLARE(assessment_security);
DECLARE(moderation);

const struct builtin builtins[] = {
	{"assessment-kcsan", TEXTS(assessment_kcsan)},
	{"assessment-security", TEXTS(assessment_security)},
	{"moderation", TEXTS(moderation)},
	{NULL, NULL, NULL, NULL},
};
