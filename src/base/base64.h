/* Base64 (RFC 4648), with padding. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"
#include "base/slice.h"

void base64_add(struct buf *b, struct slice s);

#endif
