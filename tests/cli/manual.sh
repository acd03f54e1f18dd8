#!/bin/sh
# The examples of verdict(1), run as they stand: lines after "$ " are commands that go on after "> ", what follows is what they
# must print; "..." stands for any lines, and "..." within a line for anything.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

mkdir "$home/bin" "$home/desk"
cat >"$home/bin/verdict" <<T
#!/bin/sh
exec "$VERDICT_TEST_BUILDDIR/src/verdict" "\$@"
T
chmod +x "$home/bin/verdict"
PATH=$home/bin:$PATH
cp -R "$src/examples" "$home/desk/examples"
cd "$home/desk" || exit 1

# The text of the examples as a reader sees it, five blanks of indentation taken off.
awk '/^\.Sh EXAMPLES/ { on = 1 } /^\.Sh SEE ALSO/ { on = 0 } /^\.Ed/ { code = 0 }
	on && code { print } on && /^\.Bd/ { code = 1 }' "$src/man/verdict.1" | sed 's/\\e/\\/g; s/\\&//g' >"$home/examples.txt"

check() { # COMMAND, wanted output in $home/want
	sh -c "$1" >"$home/got" 2>&1
	/usr/bin/python3 - "$home/want" "$home/got" <<'P' && pass "${1%%
*}" || fail "${1%%
*}" "$(cat "$home/got")"
import re, sys
want = open(sys.argv[1], encoding="utf-8").read().rstrip("\n")
got = open(sys.argv[2], encoding="utf-8", errors="replace").read().rstrip("\n")
pattern = re.escape(want).replace(re.escape("..."), "(?:.|\n)*")
sys.exit(0 if re.fullmatch(pattern, got) else 1)
P
}

command=
: >"$home/want"
while IFS= read -r line; do
	case $line in
	'$ '*)
		[ -z "$command" ] || check "$command"
		command=${line#'$ '}
		: >"$home/want"
		;;
	'> '*)
		command="$command
${line#'> '}"
		;;
	*) printf '%s\n' "$line" >>"$home/want" ;;
	esac
done <"$home/examples.txt"
[ -z "$command" ] || check "$command"
[ "$n" -gt 5 ] && pass 'the manual has examples' || fail 'the manual has examples'
done_testing
