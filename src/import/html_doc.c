#include "import/html_doc.h"

#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>

#include "base/mem.h"
#include "base/utf8.h"

static const char *const tags[HTML_TAGS] = {
	"title", "h1", "table", "caption", "tr", "th", "td", "details", "summary", "div", "pre", "b", "a",
};

/* ---- before libxml2: its input ---- */

static bool same_word(struct slice s, const char *lower)
{
	size_t n = strlen(lower);

	for (size_t i = 0; i < n; i++)
		if (i >= s.n || (s.p[i] | 0x20) != lower[i])
			return false;
	return s.n == n || !(((s.p[n] | 0x20) >= 'a' && (s.p[n] | 0x20) <= 'z') ||
			     (s.p[n] >= '0' && s.p[n] <= '9'));
}

/*
 * The end of the tag that begins at `at`, behind its '>'; 0 where it is too long, the end of the page where
 * it has none.
 */
static size_t tag_end(struct slice page, size_t at)
{
	size_t bare = 0;

	for (size_t i = at; i < page.n; i++) {
		char c = page.p[i];

		if (c == '>')
			return i + 1;
		if (++bare > HTML_TAG_MAX)
			return 0;
		/* a quote that does not follow '=' is a part of a name */
		if ((c == '"' || c == '\'') && page.p[i - 1] == '=') {
			i = slice_chr(page, c, i + 1);
			if (i == SLICE_NONE)
				break;
		}
	}
	return page.n;
}

/* Where the script or style that begins with the tag at `at` ends: at its closing tag. */
static size_t raw_end(struct slice page, size_t from, const char *name)
{
	for (size_t i = from; (i = slice_find(page, "</", i)) != SLICE_NONE; i += 2)
		if (same_word(slice_sub(page, i + 2, page.n), name))
			return i;
	return page.n;
}

/* Only the front: what is left of a script is long. */
static struct slice skip_blanks(struct slice s)
{
	size_t i = 0;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r'))
		i++;
	return slice_sub(s, i, s.n);
}

/* "rawData = [" in a script: the text from the bracket on. */
static void look_for_data(struct html_doc *d, struct slice script)
{
	for (size_t i = 0; !d->data.p && !d->no_data && (i = slice_find(script, "rawData", i)) != SLICE_NONE;) {
		struct slice rest = slice_sub(script, i + strlen("rawData"), script.n);

		i += strlen("rawData");
		rest = skip_blanks(rest);
		if (!slice_eat(&rest, "="))
			continue;
		rest = skip_blanks(rest);
		if (slice_starts(rest, "["))
			d->data = rest;
		else
			d->no_data = slice_starts(rest, "null");
	}
}

/* Copy `s` without what the parser would drop silently, or end at. */
static void add_clean(struct html_doc *d, struct buf *to, struct slice s)
{
	size_t from = 0, i = 0;

	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t cp = c;
		size_t n = c < 0x80 ? 1 : utf8_decode(slice_sub(s, i, s.n), &cp);

		if (cp >= UTF8_BROKEN || (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || cp == 0xfffe ||
		    cp == 0xffff) {
			buf_add_slice(to, slice_sub(s, from, i));
			buf_adds(to, "\xef\xbf\xbd");
			d->replaced++;
			from = i + n;
		}
		i += n;
	}
	buf_add_slice(to, slice_sub(s, from, s.n));
}

/* The page without scripts, styles and comments, whose `rawData` is looked for on the way. */
static void prepare(struct html_doc *d, struct slice page, struct buf *to)
{
	size_t from = 0, at = 0;

	while ((at = slice_chr(page, '<', at)) != SLICE_NONE && !d->left) {
		struct slice tag = slice_sub(page, at + 1, page.n);
		const char *raw = same_word(tag, "script") ? "script" : same_word(tag, "style") ? "style" : NULL;
		size_t end;

		if (slice_starts(tag, "!--")) {
			add_clean(d, to, slice_sub(page, from, at));
			end = slice_find(page, "-->", at + 4);
			from = at = end == SLICE_NONE ? page.n : end + 3;
			continue;
		}
		if (tag.n == 0 || !(((*tag.p | 0x20) >= 'a' && (*tag.p | 0x20) <= 'z') || *tag.p == '/' ||
				    *tag.p == '!')) {
			at++;
			continue;
		}
		end = tag_end(page, at);
		if (end == 0) {
			d->left = "a tag is longer than 1024 bytes";
			page.n = at;
		} else if (raw) {
			add_clean(d, to, slice_sub(page, from, at));
			from = at = raw_end(page, end, raw);
			look_for_data(d, slice_sub(page, end, at));
		} else {
			at = end;
		}
	}
	add_clean(d, to, slice_sub(page, from, page.n));
}

/* ---- libxml2's events ---- */

struct parse {
	struct html_doc *d;
	htmlParserCtxtPtr ctxt;
	uint32_t open[HTML_DEEP]; /* kept elements that are open */
	unsigned nopen;
	bool stopped;
};

static uint32_t keep_attr(struct html_doc *d, const xmlChar *value)
{
	size_t at = d->attrs.n;

	if (!value || !*value)
		return 0;
	buf_adds(&d->attrs, (const char *)value);
	buf_addc(&d->attrs, '\0');
	return (uint32_t)at;
}

static void stop(struct parse *p, const char *why)
{
	p->d->left = why;
	p->stopped = true;
	xmlStopParser(p->ctxt);
}

static int tag_of(const xmlChar *name)
{
	int t = 0;

	while (t < HTML_TAGS && strcmp((const char *)name, tags[t]) != 0)
		t++;
	return t;
}

static void on_open(void *ctx, const xmlChar *name, const xmlChar **attrs)
{
	struct parse *p = ctx;
	struct html_doc *d = p->d;
	int tag = tag_of(name);
	struct html_el *el;

	if (p->stopped)
		return;
	if (p->ctxt->nameNr >= HTML_DEEP || p->nopen == HTML_DEEP) {
		stop(p, "its elements are nested more than 256 deep");
		return;
	}
	if (tag == HTML_TAGS) {
		if (strcmp((const char *)name, "br") == 0)
			buf_addc(&d->text, '\n');
		return;
	}
	if (d->n == HTML_COUNT) {
		stop(p, "it has more than 8388608 elements");
		return;
	}
	d->el = mem_grow(d->el, &d->cap, d->n + 1, sizeof *d->el);
	el = &d->el[d->n];
	*el = (struct html_el){.tag = (uint8_t)tag, .from = (uint32_t)d->text.n};
	for (size_t i = 0; attrs && attrs[i]; i += 2) {
		if (strcmp((const char *)attrs[i], "id") == 0)
			el->id = keep_attr(d, attrs[i + 1]);
		else if (strcmp((const char *)attrs[i], "class") == 0)
			el->cls = keep_attr(d, attrs[i + 1]);
		else if (strcmp((const char *)attrs[i], "href") == 0)
			el->href = keep_attr(d, attrs[i + 1]);
	}
	p->open[p->nopen++] = (uint32_t)d->n++;
}

static void close_top(struct parse *p)
{
	struct html_el *el = &p->d->el[p->open[--p->nopen]];

	el->to = (uint32_t)p->d->text.n;
	el->end = (uint32_t)p->d->n;
}

static void on_close(void *ctx, const xmlChar *name)
{
	struct parse *p = ctx;
	int tag = tag_of(name);
	unsigned k = p->nopen;

	if (tag == HTML_TAGS || p->stopped)
		return;
	while (k && p->d->el[p->open[k - 1]].tag != tag)
		k--;
	if (k == 0)
		return;
	while (p->nopen >= k)
		close_top(p);
}

static void on_text(void *ctx, const xmlChar *text, int n)
{
	struct parse *p = ctx;

	if (n > 0 && !p->stopped)
		buf_add(&p->d->text, text, (size_t)n);
}

static void parse(struct parse *p, struct slice page)
{
	htmlSAXHandler sax = {
		.startElement = on_open, .endElement = on_close, .characters = on_text, .ignorableWhitespace = on_text,
		.cdataBlock = on_text,
	};

	*p->ctxt->sax = sax;
	p->ctxt->userData = p;
	htmlCtxtReadMemory(p->ctxt, page.p, (int)page.n, NULL, "UTF-8",
			   HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
				   (int)XML_PARSE_HUGE);
	while (p->nopen)
		close_top(p);
}

int html_doc_read(struct html_doc *d, struct slice page, struct err *e)
{
	struct parse p = {.d = d};
	struct buf clean = BUF_INIT;
	int rc = 0;

	*d = (struct html_doc){.n = 0};
	buf_addc(&d->attrs, '\0');
	prepare(d, page, &clean);
	p.ctxt = htmlNewParserCtxt();
	if (!p.ctxt)
		rc = err_set(e, ERR_INPUT, "cannot read a web page: libxml2 does not start");
	else if (clean.n > INT32_MAX || clean.over)
		rc = err_set(e, ERR_INPUT, "cannot read a web page of more than 2 GiB");
	else if (clean.n)
		parse(&p, buf_slice(&clean));
	if (p.ctxt)
		htmlFreeParserCtxt(p.ctxt);
	buf_release(&clean);
	return rc;
}

void html_doc_release(struct html_doc *d)
{
	free(d->el);
	buf_release(&d->text);
	buf_release(&d->attrs);
	*d = (struct html_doc){.n = 0};
}

struct slice html_doc_text(const struct html_doc *d, size_t i)
{
	return slice_sub(buf_slice(&d->text), d->el[i].from, d->el[i].to);
}

struct slice html_doc_attr(const struct html_doc *d, uint32_t offset)
{
	return slice_str(d->attrs.p + offset);
}

size_t html_doc_find(const struct html_doc *d, size_t i, size_t after, enum html_tag tag)
{
	for (size_t k = after + 1; k < d->el[i].end; k++)
		if (d->el[k].tag == tag)
			return k;
	return SIZE_MAX;
}
