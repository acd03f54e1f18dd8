/* The program: one table of its subcommands. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

/* Run what stands on the command line; returns the exit status. */
int commands_main(int argc, char **argv);

#endif
