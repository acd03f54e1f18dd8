#!/bin/sh
# verdict tool and verdict tree: for an agent in JSON, for people by options; what they refuse, and how they end.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

tree=$src/examples/tree
as_agent() { printf '%s' "$1" | verdict_tool "$2" --json --kernel "$tree"; }

# ---- for an agent: an answer is status 0, also where it is an error ----
is 'read-file answers in JSON' \
	"$(as_agent '{"File":"drivers/pond/pond.h","FirstLine":67,"LineCount":1}' read-file | json 'd["Contents"]')" \
	"$(printf '  67:\t\tp->flags |= bits;\n')"
is 'dir-index too' "$(as_agent '{"Dir":""}' codesearch-dir-index)" '{"Subdirs":["arch","drivers"],"Files":[]}'
is 'grepper too' "$(as_agent '{"Expression":"pond_mark\\("}' grepper | json 'd["Output"].count(":64:")')" 1
is 'a wrong call is an answer' "$(as_agent '{"File":"x"}' read-file)" '{"error":"missing argument \"FirstLine\""}'
is 'so is what is no object' "$(as_agent '[]' read-file | json '"must be a map" in d["error"]')" True
is 'and no JSON at all' "$(as_agent 'rm -rf' read-file | json '"no JSON" in d["error"]')" True
as_agent '{}' read-file >/dev/null
is 'with status 0' $? 0
is 'the program for agents is the command for people' "$(verdict_tool; verdict_tool grepper --kernel "$tree" --expression pond_mark)" \
	"$(verdict tool; verdict tool grepper --kernel "$tree" --expression pond_mark)"
is 'with its exit statuses' "$(verdict_tool rm >/dev/null 2>&1; echo $?; verdict_tool read-file --kernel "$home/none" --file x >/dev/null 2>&1; echo $?)" \
	"$(printf '2\n5')"
is 'set-results echoes what it takes' \
	"$(printf '{"Explanation":"e","Benign":true,"x":1}' | verdict tool set-results --json --outputs Benign:boolean,Explanation:string)" \
	'{"Benign":true,"Explanation":"e"}'
is 'and says what it does not' "$(printf '{"Benign":"yes"}' | verdict tool set-results --json --outputs Benign:boolean)" \
	'{"error":"argument \"Benign\" has wrong type: got string, want bool"}'

# ---- for people ----
status 'tool lists the tools' 0 verdict tool
listed=$out
for tool in codesearch-dir-index read-file grepper git-log git-show git-blame set-results; do
	has "tool lists $tool" "$listed" "$tool"
	status "help of $tool" 0 verdict tool $tool --help
done
has 'an option that is needed stands without brackets' "$(verdict tool git-show --help)" 'git-show --commit TEXT ['
has 'one that is not with them' "$(verdict tool codesearch-references --help)" ' [--line N] --name TEXT ['
status 'arguments are options' 0 verdict tool read-file --kernel "$tree" --file drivers/pond/pond.h --first-line 67 --line-count=1
is 'and the answer is text' "$out" "$(printf '  67:\t\tp->flags |= bits;')"
is 'what people leave out has a default' \
	"$(verdict tool read-file --kernel "$tree" --file drivers/pond/pond_irq.c | head -n 1)" "$(head -n 1 "$tree/drivers/pond/pond_irq.c" | sed 's/^/   1:	/')"
is 'options and --json' "$(verdict tool codesearch-dir-index --json --kernel "$tree" --dir drivers)" '{"Subdirs":["pond"],"Files":[]}'
# JSON has a point, whatever the decimal sign of the user is
if localedef -i de_DE -f UTF-8 "$home/de_DE.UTF-8" 2>/dev/null; then
	call='{"File":"drivers/pond/pond.h","FirstLine":6.7e1,"LineCount":1}'
	is 'numbers are read alike in every language' "$(export LOCPATH="$home" LC_ALL=de_DE.UTF-8 ASAN_OPTIONS=detect_leaks=0; as_agent "$call" read-file)" \
		"$(as_agent "$call" read-file)"
else
	skip 'numbers are read alike in every language' 'no localedef'
fi
status 'an error is a message and status 1' 1 verdict tool read-file --kernel "$tree" --file none.c
is 'in one line' "$out" 'verdict: the file does not exist'
status 'no match is the answer no' 1 verdict tool grepper --kernel "$tree" --expression 'no such thing'
status 'an argument that is needed' 2 verdict tool read-file --kernel "$tree"
has 'is named' "$out" '--file'
status 'a number that is none' 2 verdict tool read-file --kernel "$tree" --file x --first-line many
status 'an unknown tool' 2 verdict tool rm
status 'an unknown option' 2 verdict tool grepper --dir x
status 'outputs that are none' 2 sh -c '"$0" tool set-results --outputs Benign </dev/null' "$VERDICT_TEST_BUILDDIR/src/verdict"

# ---- which tree ----
status 'a tree that is not there' 5 verdict tool codesearch-dir-index --kernel "$home/none"
status 'no tree at all' 5 sh -c 'cd / && "$0" tool codesearch-dir-index' "$VERDICT_TEST_BUILDDIR/src/verdict"
has 'says what to set' "$out" '--kernel DIR'
status 'the setting names it' 0 verdict tool codesearch-dir-index --set "kernel=$tree"
mkdir -p "$home/linux/kernel"
printf 'VERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL = 0\nEXTRAVERSION = -rc4\n' >"$home/linux/Makefile"
: >"$home/linux/Kconfig"
status 'the current directory, where it is a kernel' 0 sh -c 'cd "$1" && "$0" tool codesearch-dir-index' \
	"$VERDICT_TEST_BUILDDIR/src/verdict" "$home/linux"
has 'is read' "$out" '  kernel'

# ---- hostile trees ----
printf 'a\033[31mred\033[0m \302\233 \342\200\256evil\n' >"$home/linux/evil.c"
ln -s /etc/passwd "$home/linux/link.c"
status 'a link out of the tree is refused' 1 verdict tool read-file --kernel "$home/linux" --file link.c
is 'JSON holds no raw control characters' "$(verdict tool read-file --json --kernel "$home/linux" --file evil.c | LC_ALL=C grep -c "$(printf '\033')")" 0
if command -v script >/dev/null; then
	script -qec "'$VERDICT_TEST_BUILDDIR/src/verdict' tool read-file --kernel '$home/linux' --file evil.c" /dev/null >"$home/seen" </dev/null
	is 'a terminal gets none either' "$(LC_ALL=C grep -c "$(printf '\033')" "$home/seen")" 0
else
	skip 'a terminal gets none either' 'script(1) is absent'
fi

# ---- tree ----
status 'tree says what a tree is' 0 verdict tree --kernel "$home/linux"
has 'with its version' "$out" '6.18.0-rc4'
if command -v git >/dev/null; then
	git init -q "$home/whole" && git -C "$home/whole" -c user.name=a -c user.email=a@b commit -q --allow-empty -m a &&
		git -C "$home/whole" -c user.name=a -c user.email=a@b commit -q --allow-empty -m b && git clone -q --depth 1 "file://$home/whole" "$home/cut"
	has 'a shallow one is told' "$(verdict tree --kernel "$home/cut")" 'history   cut (shallow)'
	is 'from a whole one' "$(verdict tree --kernel "$home/whole" | grep -c shallow)" 0
else
	skip 'a shallow one is told' 'git is absent'
fi
status 'a folder that is no kernel is the answer no' 1 verdict tree --kernel "$src/tests/cli"
has 'and says so' "$out" 'is no kernel tree'
status 'a report that is not of it is the answer no' 1 verdict tree --kernel "$home/linux" --report "$src/examples/report.txt"
has 'with what differs' "$out" 'drivers/pond/pond.h, where the crash happened, is not in the tree'
printf 'Dear all,\nnothing crashed today.\n' >"$home/letter"
status 'a file without a report cannot be compared' 3 verdict tree --kernel "$home/linux" --report "$home/letter"
if command -v git >/dev/null; then
	cp -R "$tree/drivers" "$home/linux"
	rm "$home/linux/link.c"
	export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A \
		GIT_COMMITTER_EMAIL=a@example.org
	(cd "$home/linux" && git init -q && git config gc.auto 0 && git add -A && git commit -qm 'A pond')
	is 'a clean checkout is not dirty' "$(verdict tree --kernel "$home/linux" --json | json 'd["dirty"]')" False
	echo more >>"$home/linux/Kconfig"
	is 'a changed one is' "$(verdict tree --kernel "$home/linux" --json | json 'd["dirty"]')" True
	is 'git-log searches its history' "$(verdict tool git-log --kernel "$home/linux" --path-prefix drivers | cut -c 14-)" 'A pond'
	is 'an option that is given twice is a list' \
		"$(verdict tool git-log --kernel "$home/linux" --message-regexp POND --message-regexp '^a' | cut -c 14-)" 'A pond'
	is 'both must match' "$(verdict tool git-log --kernel "$home/linux" --message-regexp pond --message-regexp '^b')" ''
	is 'git-show shows a file at a commit' \
		"$(verdict tool git-show --kernel "$home/linux" --commit HEAD:Makefile | head -n 1)" 'VERSION = 6'
	is 'git-blame says where a line comes from' \
		"$(verdict tool git-blame --kernel "$home/linux" --file Makefile --start 2 --end 2 | cut -c 13-)" ' 2) PATCHLEVEL = 18'
	is 'and answers an agent' "$(echo '{"File":"Makefile","Start":0,"End":2}' | verdict tool git-blame --json --kernel "$home/linux")" \
		'{"error":"Start must be at least 1"}'
	status 'a file as it was at a commit' 1 verdict tool read-file --kernel "$home/linux" --file Kconfig --at HEAD
	has 'is not the one that lies in a tree with changes' "$out" 'it has only 0 lines'
	is 'who changed a line' "$(verdict tool lines-blame --json --kernel "$home/linux" --file Makefile --start 2 --end 2 |
		json '[(x["Line"], x["Subject"], x["Text"]) for x in d["Lines"]]')" "[(2, 'A pond', 'PATCHLEVEL = 18')]"
	status 'a commit that is not there' 1 verdict tool lines-log --kernel "$home/linux" --file Makefile --start 1 --end 2 --at none
	has 'is said' "$out" "commit 'none' is not in"
	status 'a search for nothing is refused' 1 verdict tool git-log --kernel "$home/linux"
	has 'with what is needed' "$out" 'at least one of CodeRegexp'
	status 'a commit of it is checked out in the cache' 0 verdict tree --kernel "$home/linux" --commit HEAD --json
	is 'as it was' "$(cat "$(printf '%s' "$out" | json 'd["dir"]')/Kconfig")" ''
	is 'and is clean' "$(printf '%s' "$out" | json 'd["dirty"]')" False
	status 'a commit that is missing' 5 verdict tree --kernel "$home/linux" --commit 0123456789012345678901234567890123456789
	has 'comes with the command that fetches it' "$out" "git -C $home/linux fetch https://git.kernel.org/"
	status 'a commit that is an option' 2 verdict tree --kernel "$home/linux" --commit --all
else
	skip 'trees under git' 'git is absent'
fi

done_testing
