#!/bin/sh
# The README: its picture is the screen, and its files and commands exist.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

if sh "$src/tools/readme-screen.sh" | cmp -s - "$src/README.md"; then
	pass 'the picture is what the screen shows'
else
	fail 'the picture is what the screen shows' 'run ./dev screens'
fi
for file in $(grep -oE '`(man|src)/[a-z0-9./-]+`' "$src/README.md" | tr -d '`'); do
	[ -e "$src/$file" ] && pass "$file is there" || fail "$file is there"
done
for word in $(grep -oE '\$ (build/src/)?verdict [a-z]+' "$src/README.md" | awk '{ print $3 }' | sort -u); do
	status "verdict $word is a command" 0 verdict "$word" --help
done
# the run that README and tutorial name is the example's
verdict import "$src/examples/pond-race.json" >/dev/null 2>&1
for id in $(grep -ohE 'verdict (export|override) [0-9a-f]{8}' "$src/README.md" "$src/man/verdict-tutorial.7" | awk '{ print $3 }' | sort -u); do
	status "run $id is there" 0 verdict show "$id"
done
done_testing
