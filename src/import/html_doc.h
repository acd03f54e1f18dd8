/*
 * A web page as a flat list of the elements that job pages are made of, each with its text.  The one file
 * that knows libxml2; broken pages are taken as far as its tolerant parser gets.
 */
#ifndef IMPORT_HTML_DOC_H
#define IMPORT_HTML_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

enum html_tag {
	HTML_TITLE, HTML_H1, HTML_TABLE, HTML_CAPTION, HTML_TR, HTML_TH, HTML_TD, HTML_DETAILS, HTML_SUMMARY, HTML_DIV,
	HTML_PRE, HTML_B, HTML_A, HTML_TAGS
};

struct html_el {
	uint8_t tag;         /* enum html_tag; others are not kept, but their text is */
	uint32_t from, to;   /* its text: bytes of html_doc.text */
	uint32_t end;        /* index behind its last descendant */
	uint32_t id, cls, href; /* attributes: bytes of html_doc.attrs, each ended with NUL; 0 is the empty one */
};

struct html_doc {
	struct html_el *el; /* owned; in document order */
	size_t n, cap;
	struct buf text, attrs;
	struct slice data;  /* of the page as given: the script's text from the '[' of its rawData on; or empty */
	bool no_data;       /* rawData is there and null */
	size_t replaced;    /* bytes that cannot stand in HTML, replaced by U+FFFD */
	const char *left;   /* why the rest of the page was left out, or NULL */
};

/* Ceilings: of open elements in one another, of elements, of a tag without its quoted values. */
enum { HTML_DEEP = 256, HTML_COUNT = 8 << 20, HTML_TAG_MAX = 1024 };

/* Read `page`, which must outlive the result for `data`.  -1: ERR_INPUT.  Release in any case. */
int html_doc_read(struct html_doc *d, struct slice page, struct err *e);
void html_doc_release(struct html_doc *d);

/* The text of element `i`; its attribute at `offset`. */
struct slice html_doc_text(const struct html_doc *d, size_t i);
struct slice html_doc_attr(const struct html_doc *d, uint32_t offset);

/* The first element of this tag below `i` and behind `after` (`i` itself for the first), or SIZE_MAX. */
size_t html_doc_find(const struct html_doc *d, size_t i, size_t after, enum html_tag tag);

#endif
