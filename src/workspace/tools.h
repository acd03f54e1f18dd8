/* The rows of the table of tools, one file each. */
#ifndef WORKSPACE_TOOLS_H
#define WORKSPACE_TOOLS_H

#include "workspace/tool.h"

extern const struct tool tool_dir_index, tool_read_file, tool_grepper, tool_git_log, tool_git_show, tool_git_blame;
extern const struct tool tool_definitions, tool_references, tool_layout;
extern const struct tool tool_lines_blame, tool_lines_log, tool_lines_since; /* for people: no workflow has them */
extern const struct tool tool_file_index, tool_definition_comment, tool_definition_source, tool_find_references, tool_struct_layout;

#endif
