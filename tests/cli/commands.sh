#!/bin/sh
# The subcommands: what they print, what they change, how they end.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

# ---- looking changes nothing ----
status 'show of a file works without a store' 0 verdict show "$example"
has 'show names the verdict in words' "$out" 'benign'
is 'showing a file leaves nothing behind' "$(find "$home/.local" 2>/dev/null)" ''
status 'list without a store is empty' 0 verdict list
is 'list without a store prints nothing' "$out" ''

# ---- import ----
status 'import takes a recording in' 0 verdict import "$example"
has 'a new run is said to be new' "$out" 'new'
id=$(printf '%s' "$out" | awk '{ print $2 }')
status 'importing again finds the run again' 0 verdict import "$example"
has 'a known run is said to be known' "$out" "known  $id"
out=$(verdict import - <"$example")
has 'on standard input it has the same id' "$out" "known  $id"
is 'the recording is stored once' "$(find "$home/.local/share/verdict/runs" -type f | wc -l | tr -d ' ')" 1
cmp -s "$example" "$home/.local/share/verdict/runs/"* && pass 'the recording is stored byte by byte' ||
	fail 'the recording is stored byte by byte'
has 'list shows the run' "$(verdict list)" "$id  unreviewed"
is 'list --json has it too' "$(verdict list --json | json 'd[0]["review"]')" unreviewed

# ---- deciding by command ----
status 'an override names the output' 0 verdict override "$id" Benign=false --reason 'missed lock' --comment 'two locks, one word'
show=$(verdict show "$id" --json)
is 'the decision stands' "$(printf '%s' "$show" | json 'd["review"]["state"]')" overridden
is 'with its outputs' "$(printf '%s' "$show" | json 'd["review"]["outputs"]')" "{'Benign': False}"
is 'with its reason' "$(printf '%s' "$show" | json 'd["review"]["reasons"]')" "['missed lock']"
is 'with its comment' "$(printf '%s' "$show" | json 'd["review"]["comment"]')" 'two locks, one word'
is 'by its reviewer' "$(printf '%s' "$show" | json 'd["review"]["reviewer"]')" 'Rita Reviewer <rita@example.org>'
is 'a decision by command says so' "$(verdict export "$id" | json 'd["history"][0]["via"]')" command
status 'undo takes it back' 0 verdict undo "$id"
is 'then nothing stands' "$(verdict show "$id" --json | json 'd["review"]["state"]')" unreviewed
status 'redo brings it back' 0 verdict redo "$id"
is 'then it stands again' "$(verdict show "$id" --json | json 'd["review"]["state"]')" overridden
status 'nothing more to redo is the answer no' 1 verdict redo "$id"
status 'a file names its stored run' 0 verdict show "$example"
has 'and shows its decision' "$out" 'overridden'
status 'the words of an output do as well' 0 verdict override "$id" harmful
status 'defer needs no outputs' 0 verdict defer "$id" --comment 'ask the maintainer'
is 'a deferral is the newest word' "$(verdict show "$id" --json | json 'd["review"]["state"]')" deferred
is 'without a day it waits for none' "$(verdict show "$id" --json | json 'd["review"]["until"]')" None
status 'a day is told in words' 2 verdict defer "$id" --until someday
has 'that are known' "$out" '2026-12-01, tomorrow, monday, 3d or 2w'
status 'a run can wait until a day' 0 verdict defer "$id" --until 2w
day=$(verdict show "$id" --json | json 'd["review"]["until"]')
is 'the list has it too' "$(verdict list --json | json 'd[0]["until"]')" "$day"
has 'also for people' "$(verdict list)" "until $day"
is 'it does not wait for a decision now' "$(verdict list --filter state=waiting)" ''
is 'and is found as deferred' "$(verdict list --filter 'state=deferred pond_IRQ' --sort -title | wc -l | tr -d ' ')" 1
status 'an order that is none' 2 verdict list --sort colour
status 'a state that is none' 2 verdict list --filter state=colour
status 'an order is of cases' 2 verdict list --all --sort title
status 'an override' 0 verdict override "$id" harmful
has 'is listed with what the AI said and what was decided' "$(verdict list | tr -s ' ')" 'benign decided harmful'
status 'approve' 0 verdict approve "$id" --argument flawed --remedy lock --confidence high
is 'a right verdict may rest on a wrong argument' "$(verdict show "$id" --json | json 'd["review"]["argument"]')" flawed

# ---- two reviewers ----
status 'another reviewer disagrees' 0 verdict override "$id" Benign=no --set 'reviewer=Otto <otto@example.org>'
has 'that is said at once' "$out" conflict
is 'and is a conflict, not the last word' "$(verdict show "$id" --json | json 'd["review"]["state"]')" conflict
status 'one who has seen the others settles it' 0 verdict override "$id" Benign=no --settle --set 'reviewer=Otto <otto@example.org>'
is 'then that stands' "$(verdict show "$id" --json | json 'd["review"]["state"]')" overridden
status 'a word of it is corrected' 0 verdict override "$id" Benign=no --comment 'as said on the list' --set 'reviewer=Otto <otto@example.org>'
is 'and it still stands' "$(verdict show "$id" --json | json 'd["review"]["state"]')" overridden
status 'undo touches only what is one'"'"'s own' 0 verdict undo "$id"
has 'here the approval' "$out" 'approve'

# ---- notes ----
fresh
verdict import "$example" >/dev/null
status 'a comment on a span' 0 verdict comment "$id" 'not true' --on span:8
status 'on a source line and the report at once' 0 verdict comment "$id" 'look here' --on drivers/pond/pond.h:67 --on report
show=$(verdict show "$id" --json)
is 'notes are kept with their places' \
	"$(printf '%s' "$show" | json '[len(a["places"]) for a in d["review"]["annotations"]]')" '[1, 2]'
is 'a source line keeps what stands there' \
	"$(printf '%s' "$show" | json 'd["review"]["annotations"][1]["places"][0]["excerpt"].strip()')" 'p->flags |= bits;'
status 'lines are a place, with what stands on each' 0 verdict comment "$id" 'a block' --on drivers/pond/pond.h:66-67
is 'a range of lines keeps its lines' \
	"$(verdict show "$id" --json | json '[a["places"][0][k] for a in d["review"]["annotations"][2:] for k in ("first", "last")]')" '[66, 67]'
has 'what it was said on is told' "$(verdict comment "$id" 'more' --on span:8 --on span:5 --on report)" 'span 8 Thoughts and 2 more places'
status 'lines from the end to the beginning are no place' 2 verdict comment "$id" x --on drivers/pond/pond.h:67-66
status 'a place that is none is refused' 2 verdict comment "$id" x --on nowhere
status 'an empty comment is refused' 2 verdict comment "$id" '  '

# ---- what is not allowed, in words and by status ----
status 'an override that changes nothing' 2 verdict override "$id" Benign=true
status 'an unknown output' 2 verdict override "$id" Bening=false
has 'the message names the known ones' "$out" Benign
status 'an unknown reason' 2 verdict override "$id" Benign=false --reason because
has 'the message lists the reasons' "$out" 'missed lock'
status 'reason other without a comment' 2 verdict override "$id" Benign=false --reason other
status 'judging a run that gave a verdict' 2 verdict judge "$id" Benign=false
status 'an unknown command' 2 verdict frobnicate
status 'no command' 2 verdict
status 'an unknown option' 2 verdict list --wat
status 'too many words' 2 verdict show a b
status 'an unknown run' 3 verdict show ffffffff
status 'a file that is not there' 3 verdict show ./nothing.json
status 'help' 0 verdict --help
status 'help of a command' 0 verdict override --help
has 'help shows the options' "$out" '--reason'
status 'version' 0 verdict --version
status 'keys' 0 verdict keys
has 'keys come from the keymap' "$out" 'approve'

# ---- workflows ----
status 'workflows' 0 verdict workflows
has 'workflows have their words' "$out" 'Benign: benign or harmful'
has 'and their sub-agents' "$out" '    sub-agent: codeexpert'
mine=$home/.config/verdict/workflows/mine
mkdir -p "$mine"
echo '{"title":"Mine","outputs":[{"name":"Leaky","true":"leaky","false":"tight","description":"d"}]}' >"$mine/workflow.json"
echo judge >"$mine/instruction.md"
echo report >"$mine/prompt.md"
printf '%s\n' '{"Seq":0,"Nesting":0,"Type":"flow","Name":"mine","Started":"2026-01-01T00:00:00Z","Finished":"2026-01-01T00:00:01Z","Results":{"Leaky":true}}' >"$home/mine.json"
has 'a workflow of the user joins them' "$(verdict workflows)" 'Leaky: leaky or tight'
has 'its recordings are shown in its words' "$(verdict show "$home/mine.json")" 'AI verdict   leaky'
status 'and decided on in them' 0 verdict override "$home/mine.json" tight --reason 'missed lock'
has 'so is the review' "$(verdict show "$home/mine.json")" 'overridden: tight'
rm -r "$mine"
status 'review without a terminal' 5 sh -c 'setsid "$0" review "$1" </dev/null' "$VERDICT_TEST_BUILDDIR/src/verdict" "$example"

# ---- exports ----
for format in json markdown spans; do
	status "export $format" 0 verdict export "$id" --format $format
done
status 'an unknown format' 2 verdict export "$id" --format xml
is 'the same state gives the same bytes' "$(verdict export "$id" | sha256sum)" "$(verdict export "$id" | sha256sum)"
is 'who returned which lines is exported' \
	"$(verdict export "$id" | json '[d["evidence"][0][k] for k in ("path","whole")], d["evidence"][0]["ranges"][0]')" \
	"(['drivers/pond/pond_irq.c', False], {'span': 6, 'first': 1, 'last': 48, 'kind': 'read'})"
is 'spans come back whole' "$(verdict export "$example" --format spans | json 'len(d)')" 23
status 'full text for people' 0 verdict show "$example" --full

# ---- bad input: one clear message, status 3, nothing changed ----
fresh
bad() { # NAME, content in the syntax of printf
	# shellcheck disable=SC2059
	printf "$2" >"$home/bad"
	status "$1: refused" 3 verdict import "$home/bad"
	is "$1: one line" "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 1
	has "$1: the file is named" "$out" "$home/bad"
}
bad 'an empty file' ''
bad 'a binary file' '\177ELF\002\001\001\000\000\000'
bad 'an unknown text' 'hello\n'
bad 'not UTF-8' '\377\376\000x'
bad 'JSON that is no span array' '{"a":1}'
bad 'an empty array' '[]'
is 'nothing was stored' "$(verdict list)" ''

head -c 20000 "$example" >"$home/cut.json"
status 'a half-written run opens' 0 verdict show "$home/cut.json" --json
is 'as unfinished' "$(verdict show "$home/cut.json" --json | json 'd["state"]')" running
is 'with a warning' "$(verdict show "$home/cut.json" --json | json 'len(d["warnings"]) > 0')" True

# ---- hostile text never reaches the terminal raw ----
printf '[{"Seq":0,"Nesting":0,"Type":"flow","Name":"x\\u001b]0;pwn\\u0007","Started":"2026-01-01T00:00:00Z","Finished":"2026-01-01T00:00:01Z","Results":{"Benign":true,"Explanation":"a\\u001b[31mred\\u009bz \\u202e evil \\u200b"}}]' >"$home/evil.json"
for how in 'show' 'show --full' 'show --json' 'export --format markdown' 'export --format json'; do
	# shellcheck disable=SC2086
	verdict $how "$home/evil.json" >"$home/out" 2>&1
	if LC_ALL=C grep -qP '\x1b|\x07|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]' "$home/out"; then
		fail "$how shows control characters and sends none"
	else
		pass "$how shows control characters and sends none"
	fi
done
status 'a hostile name in a message' 3 verdict show "$(printf './no\033[2Jfile')"
case $out in *"$(printf '\033')"*) fail 'is escaped' ;; *) pass 'is escaped' ;; esac

verdict comment "$home/evil.json" 'forged' --on "$(printf 'a\nb.c:3')" >"$home/out"
is 'a line end in a name makes no second line' "$(wc -l <"$home/out" | tr -d ' ')" 1

# ---- settings ----
echo 'set nonsense 1' >>"$home/.config/verdict/config"
status 'a wrong line in the settings is a warning' 0 verdict list
has 'that names file and line' "$out" 'config:2'
# every report of a log
cat "$src/examples/report.txt" "$src/examples/report.txt" >"$home/log"
is 'report --all gives every report' "$(verdict report --all "$home/log" | grep -c '^KCSAN: ')" 2
is 'report --all --json is an array of them' "$(verdict report --all --json "$home/log" | json 'len(d), d[0] == d[1]')" '(2, True)'

done_testing
