/* verdict-tool NAME: "verdict tool" alone, for children, which start it for each call: without screen and network it starts faster. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
	return cli_do(&cli_tool, argc - 1, argv + 1);
}
