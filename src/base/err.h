/* What went wrong, in one sentence, with the class that becomes the exit status. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* The values are the program's exit statuses (verdict(1), EXIT STATUS). */
enum err_class {
	ERR_NONE = 0,
	ERR_NO = 1,    /* the answer is no, or some items failed */
	ERR_USAGE = 2, /* the command's words are off */
	ERR_INPUT = 3, /* bad input data */
	ERR_NET = 4,   /* network or provider */
	ERR_TOOL = 5,  /* a needed tool, terminal or workspace is missing */
	ERR_STORE = 6, /* the store cannot be read or written */
};

struct err {
	enum err_class cls;
	char msg[512]; /* what failed, on what, why, where; may hold bytes from outside: escape before showing */
};

/*
 * Fill `e` (may be NULL) and return -1, so that a failing function ends with one line.
 * Form: cannot VERB 'SUBJECT': WHERE: WHY, lower case, no full stop.  A longer text is cut at a character.
 */
int err_set(struct err *e, enum err_class cls, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Put "what: " in front of the message that `e` holds, keeping its class.  Returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As err_set, with ": " and the text of `errnum` added. */
int err_sys(struct err *e, enum err_class cls, int errnum, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
