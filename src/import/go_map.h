/*
 * Go's rendering of Args and Results on dashboard pages, "map[Benign:true Explanation:…]", back into JSON
 * (syzkaller-workflow §8.4).  Texts stand in it without quotes, so it is read by the known keys of the span,
 * and only where these allow one reading.
 */
#ifndef IMPORT_GO_MAP_H
#define IMPORT_GO_MAP_H

#include "base/arena.h"
#include "base/slice.h"
#include "model/span.h"
#include "model/traj.h"

/*
 * Decode `raw`, FIELD_ARGS or FIELD_RESULTS of a span of this type and name.  DECODE_JSON: it was JSON,
 * `*json` is it; DECODE_SCHEMA: `*json` is a JSON object, allocated in `a`; DECODE_RAW: it has no reading, or
 * more than one; DECODE_NONE: it is "null", an absent map.  `*json` is {0} then.
 */
enum traj_decode go_map_decode(struct arena *a, enum span_type type, struct slice name, enum traj_field f,
			       struct slice raw, struct slice *json);

#endif
