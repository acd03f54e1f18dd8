#!/bin/sh
# Every #include of the program against the tables of src/README.md, and the libraries against theirs.
src=$VERDICT_TEST_SRCDIR/src
echo 1..5

allowed() { # the folders that folder $1 may include
	awk -F'|' -v want="$1" '/^\| folder/ { on = 1 } /^## Libraries/ { on = 0 }
		on { gsub(/ /, "", $2); if ($2 == want) print $3 }' "$src/README.md"
}

bad=
for dir in "$src"/*/; do
	layer=$(basename "$dir")
	may=$(allowed "$layer")
	grep -q "^| $layer " "$src/README.md" || bad="$bad
# $layer has no row in src/README.md"
	for include in $(grep -hoE '^#include "[a-z_]+/' "$dir"*.c "$dir"*.h 2>/dev/null | sed 's/.*"//; s,/,,' | sort -u); do
		case " $layer $may " in
		*" $include "*) ;;
		*) bad="$bad
# $layer includes $include: $(grep -lE "^#include \"$include/" "$dir"*.[ch] | xargs -n1 basename | tr '\n' ' ')" ;;
		esac
	done
done
if [ -z "$bad" ]; then echo "ok 1 - layers include only what lies below them"; else
	echo "not ok 1 - layers include only what lies below them$bad"
fi

bad=
only() { # header pattern, files that may include it
	hits=$(cd "$src" && grep -rlE "^ *# *include *[<\"]($1)" . | sed 's,^\./,,' | grep -vE "^($2)$")
	[ -z "$hits" ] || bad="$bad
# $1 is included by: $hits"
}
only '(ncursesw/|ncurses/)?n?curses\.h|(ncursesw/)?term\.h' 'ui/term\.c'
only 'histedit\.h' 'ui/prompt\.c'
only 'pcre2\.h' 'base/search\.c'
only 'sqlite3\.h' '(store|index)/.*'
only 'clang-c/' 'indexer/.*'
only 'cjson/' 'base/json\.c'
only 'openssl/' 'base/sha256\.c'
only 'curl/' 'net/.*'
only '(zlib|zstd)\.h' 'base/inflate\.c'
only 'libxml/' 'import/html_doc\.c'
only 'md4c\.h' 'ui/markdown_block\.c'
if [ -z "$bad" ]; then echo "ok 2 - each library is included where it belongs"; else
	echo "not ok 2 - each library is included where it belongs$bad"
fi

bad=$(cd "$src" && grep -nE '\b(exit|abort|printf|puts|perror) *\(' ./base/*.c ./sys/*.c ./net/*.c ./conf/*.c ./model/*.c ./report/*.c \
	./import/*.c ./llm/*.c ./index/*.c ./source/*.c ./race/*.c ./workspace/*.c ./agent/*.c ./store/*.c ./export/*.c ./app/*.c | grep -vE '_exit|sha256\.c|^\./sys/proc\.c|snprintf|^[^:]*:[0-9]+:[[:space:]]*(/?\*|//)')
if [ -z "$bad" ]; then echo "ok 3 - nothing below cli and ui prints or exits"; else
	echo "not ok 3 - nothing below cli and ui prints or exits"
	echo "$bad" | sed 's/^/# /'
fi

bad=$(cd "$src" && grep -nE '\b(traj_field|traj_member|evidence_file|evidence_line) *\(|\brun(->|\.)(outputs|explanation)\b' \
	ui/*.c app/find.c app/find_raw.c
	grep -nE '\b(traj_field|traj_member) *\(' app/*.c | grep -v '^app/session_show\.c:')
if [ -z "$bad" ]; then echo "ok 4 - the screen and its search see a run through the gate (app/session.h) only"; else
	echo "not ok 4 - the screen and its search see a run through the gate (app/session.h) only"
	echo "$bad" | sed 's/^/# /'
fi

# What is drawn of our own must have a form for terminals without UTF-8; text that is looked for in others' may be any.
bad=$(cd "$src" && LC_ALL=C grep -nP '"[^"]*[\x80-\xff]' ui/*.c | grep -vE ':[[:space:]]*(\*|/\*)|/\* [^"]*".*\*/$|slice_starts|sizeof "')
if [ -z "$bad" ]; then echo "ok 5 - signs that are no ASCII are drawn by ui/glyph.h only"; else
	echo "not ok 5 - signs that are no ASCII are drawn by ui/glyph.h only"
	echo "$bad" | sed 's/^/# /'
fi
