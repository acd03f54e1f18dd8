/* The CPU line of the footer: "CPU: 1 UID: 0 PID: 3040 Comm: dhcpcd Not tainted 6.1.0 #0". */
#ifndef REPORT_FOOTER_H
#define REPORT_FOOTER_H

#include "model/crash.h"

/*
 * Parse what follows "CPU: " into cpu, pid, comm and release of `c`.  False where it is no such line.  An
 * empty release may mean that the line was wrapped.
 */
bool footer_parse(struct slice s, struct crash *c);

#endif
