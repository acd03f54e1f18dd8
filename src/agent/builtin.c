#include "agent/builtin.h"

#include <stddef.h>

#define DECLARE(id) extern const char workflow_##id##_json[], workflow_##id##_instruction[], workflow_##id##_prompt[]
#define TEXTS(id) \
	{"workflow.json", workflow_##id##_json}, {"instruction.md", workflow_##id##_instruction}, {"prompt.md", workflow_##id##_prompt}

/* made by tools/embed.sh */
DECLARE(assessment_kcsan);
DECLARE(assessment_security);
DECLARE(moderation);
extern const char workflow_assessment_kcsan_codeexpert[];

const struct builtin builtins[] = {
	{"assessment-kcsan", {TEXTS(assessment_kcsan), {"codeexpert.md", workflow_assessment_kcsan_codeexpert}}},
	{"assessment-security", {TEXTS(assessment_security)}},
	{"moderation", {TEXTS(moderation)}},
	{NULL, {{NULL, NULL}}},
};
