#!/bin/sh
# A blind review on the command line: lists hide, decisions judge, show and export reveal.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

echo 'set blind on' >>"$home/.config/verdict/config"
out=$(verdict import "$example")
case $out in *benign*) fail 'import does not tell' "$out" ;; *) pass 'import does not tell' ;; esac
id=$(verdict list --json | json 'd[0]["id"]')
is 'list hides the outputs' "$(verdict list --json | json 'd[0]["outputs"], d[0]["review"]')" '(None, None)'
case $(verdict list) in *benign*) fail 'for people, too' ;; *hidden*) pass 'for people, too' ;; *) fail 'for people, too' ;; esac

status 'there is nothing to approve' 2 verdict approve "$id"
has 'and it says what to do' "$out" 'judge'
status 'nor to override' 2 verdict override "$id" benign=no
status 'deferring is no verdict' 0 verdict defer "$id"
is 'and uncovers nothing' "$(verdict list --json | json 'd[0]["outputs"]')" None
status 'judging is' 0 verdict judge "$id" benign=no
is 'then the list shows' "$(verdict list --json | json 'd[0]["outputs"], d[0]["review"]')" "('benign', 'judged')"
out=$(verdict export "$id" 2>"$home/err")
is 'what is shown then reveals nothing' "$(cat "$home/err")" ''
is 'the verdict was blind' "$(printf '%s' "$out" | json 'd["decision"]["blind"], len(d["blind"])')" '(True, 1)'
status 'a second thought' 0 verdict approve "$id"
verdict undo "$id" >"$home/undone"
verdict undo "$id" >"$home/undone"
verdict undo "$id" >"$home/undone"
is 'changes nothing about it' "$(verdict export "$id" | json 'd["decision"], d["blind"][0]["outputs"]')" "(None, {'Benign': False})"

fresh
verdict import "$example" >"$home/out"
out=$(verdict show "$id" 2>"$home/err")
has 'show of what is undecided shows' "$out" 'benign'
has 'and says that it reveals' "$(cat "$home/err")" 'no longer blind'
is 'which is an event' "$(verdict export "$id" | json '[e["kind"] for e in d["history"]], d["history"][0]["payload"]')" "(['reveal'], {'by': 'show'})"
status 'now it can be approved' 0 verdict approve "$id"
is 'and is not blind' "$(verdict export "$id" | json 'd["decision"]["blind"], d["blind"]')" '(False, [])'
done_testing
