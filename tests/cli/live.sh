#!/bin/sh
# Live runs without a screen, and everything that goes wrong with them: providers, settings, disks, kills, secrets.
# shellcheck disable=SC2030,SC2031 # homes that hold for one subshell are meant so
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

program=$VERDICT_TEST_BUILDDIR/src/verdict
tree=$src/examples/tree
report=$src/examples/report.txt
servers=
trap 'for pid in $servers; do kill "$pid" 2>/dev/null; done; rm -rf "$home"' EXIT
unset GEMINI_API_KEY GOOGLE_API_KEY VERDICT_GEMINI_API_KEY OPENAI_API_KEY VERDICT_OPENAI_API_KEY

# serve NAME: a provider that plays the script on standard input; its address is left in $url, its requests in $log
serve() {
	log=$home/$1.log
	cat >"$home/$1.script"
	: >"$log"
	mkfifo "$home/$1.port"
	"$VERDICT_TEST_BUILDDIR/tests/provider/provider" -n -i 60000 -l "$log" "$home/$1.script" >"$home/$1.port" 2>"$home/$1.served" &
	server=$!
	servers="$servers $server"
	read -r _ port <"$home/$1.port" || { echo "Bail out! no provider: $(cat "$home/$1.served")"; exit 1; }
	url=http://127.0.0.1:$port
}

# in_home NAME COMMAND...: the program, in a home of this name
in_home() {
	name=$1
	shift
	HOME=$home/$name "$program" "$@"
}

# What a script ends with where the run is to come to its verdict.
good='request
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish'

id_of() { sed -n 's/^run  *\([0-9a-f]*\).*/\1/p' "$1" | head -n 1; }

# ---- providers that fail: a sentence, a record, a run that can go on ----

# play NAME: run against $url, resume as often as the run halts, replay and show; what each said is left beside the log
play() (
	name=$1 at=$home/$1
	mkdir -p "$at"
	in_home "$name" run --headless --kernel "$tree" --provider "$dialect" --model m --base-url "$url" "$report" >"$at/run" 2>&1
	echo $? >"$at/status"
	id=$(id_of "$at/run")
	for how in show resume replay; do
		if [ $how = resume ] && [ "$(cat "$at/status")" != 4 ]; then
			echo 0 >"$at/$how.status"
			continue
		fi
		flags=
		[ $how = resume ] && flags=--headless
		# shellcheck disable=SC2086
		in_home "$name" $how $flags "$id" >"$at/$how" 2>&1
		echo $? >"$at/$how.status"
	done
	in_home "$name" show --full "$id" >"$at/full" 2>&1
	in_home "$name" export --format spans "$id" >"$at/spans" 2>&1
)

# scenario NAME STATUS SENTENCE [DIALECT]: play the script on standard input, with both dialects; `judge` looks at it in the end
cases=
players=
scenario() {
	cat >"$home/scenario"
	for dialect in ${4:-gemini openai}; do
		{
			printf 'dialect %s\nmodel m\n' "$dialect"
			sed -n "s/^$dialect: //p; /^gemini: \|^openai: /!p" "$home/scenario"
		} >"$home/now"
		serve "$1-$dialect" <"$home/now"
		printf '%s' "$2" >"$home/$1-$dialect.want"
		printf '%s' "$3" >"$home/$1-$dialect.words"
		play "$1-$dialect" &
		players="$players $!"
		cases="$cases $1-$dialect"
	done
}

judge() {
	for name in $cases; do
		at=$home/$name
		said=$(cat "$at/run" "$at/full")
		is "$name: exit status" "$(cat "$at/status")" "$(cat "$home/$name.want")"
		has "$name: a sentence says what happened" "$said" "$(cat "$home/$name.words")"
		is "$name: the run can be looked at" "$(cat "$at/show.status")" 0
		is "$name: resumed, it comes to its end" "$(cat "$at/resume.status")" 0
		has "$name: the replay is the same" "$(cat "$at/replay")" 'same: '
		is "$name: no span is told twice" "$(cat "$at/run" "$at/resume" 2>/dev/null | grep '^ *[0-9][0-9]* ' | grep -v 'tries again' | awk '{ print $1 }' | sort | uniq -d)" ''
		is "$name: all requests were as wanted" "$(cat "$home/$name.served")" ''
	done
}

scenario page 4 'answered with a page' <<EOF
request
type text/html
raw <html><body>Welcome to the hotel network</body></html>
$good
EOF
scenario unauthorized 4 'HTTP 401: no such key' <<EOF
request
status 401
type application/json
raw {"error": {"code": 401, "message": "no such key", "status": "UNAUTHENTICATED"}}
$good
EOF
scenario unknown-model 4 'HTTP 404: no model m' <<EOF
request
status 404
type application/json
raw {"error": {"code": 404, "message": "no model m", "status": "NOT_FOUND"}}
$good
EOF
scenario long-quota 4 'HTTP 429: come back tomorrow' <<EOF
request
status 429
answer Retry-After: 86400
type application/json
raw {"error": {"code": 429, "message": "come back tomorrow", "status": "RESOURCE_EXHAUSTED"}}
$good
EOF
scenario busy 0 '3 tries again in 1s: HTTP 503: busy' <<EOF
request 3
status 503
answer Retry-After-Ms: 1
type application/json
raw {"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}
request
call set-results {"Benign": false}
finish
request
text It tears.
finish
EOF
scenario cut-character 0 'benign' <<EOF
request
gemini: raw data: {"candidates":[{"content":{"role":"model","parts":[{"text":"half a \\xe2\\x82
openai: raw data: {"choices":[{"index":0,"delta":{"content":"half a \\xe2\\x82
close
$good
EOF
scenario reset 0 'benign' <<EOF
request
text Half a sentence
reset
$good
EOF
scenario broken-for-ever 4 'halted: ' gemini <<EOF
request 4
text Half a sentence
close
$good
EOF
scenario truncated 0 'benign' <<EOF
request
call read-file {"File": "drivers/pond/pond.h"}
close
request
lacks functionResponse
lacks "role":"tool"
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario no-such-tool 0 'tool "rm-rf" does not exist' <<EOF
request
call rm-rf {"Path": "/"}
finish
request
contains does not exist, please correct the name
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario bad-arguments 0 'are not a JSON object' openai <<EOF
request
data {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"read-file","arguments":"{\\"File\\": oops"}}]}}]}
data {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}
data [DONE]
request
contains are not a JSON object
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario strange-arguments 0 'benign' gemini <<EOF
request
call read-file ["drivers/pond/pond.h"]
finish
$good
EOF
scenario eleven 0 'benign' <<EOF
request
$(for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "call read-file {\"File\": \"drivers/pond/pond.h\", \"FirstLine\": $i}"; done)
finish
request
contains none of them was run
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario looping 1 'infinite loop repeating tool call read-file' <<EOF
request 6
call read-file {"File": "drivers/pond/pond.h"}
finish
EOF
scenario outside 0 'benign' <<EOF
request
call read-file {"File": "../../../../etc/passwd"}
call read-file {"File": "/etc/passwd"}
call read-file {"File": "--help"}
call grepper {"Expression": "--open-files-in-pager=touch owned"}
call grepper {"Expression": "pond", "PathPrefix": "../.."}
call codesearch-dir-index {"Dir": "../../.."}
finish
request
lacks root:x:
lacks Usage
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario output-limit 0 'benign' <<EOF
request
text A very long
gemini: finish MAX_TOKENS
openai: finish length
request
contains was cut off at the output limit
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario limit-by-thoughts 4 'before any answer' <<EOF
request 4
thought on and on
gemini: finish MAX_TOKENS
openai: finish length
$good
EOF
scenario overflow 0 'benign' <<EOF
request
call read-file {"File": "drivers/pond/pond.h"}
finish
request
status 400
type application/json
raw {"error": {"code": "context_length_exceeded", "message": "maximum context length is 10 tokens"}}
request
contains Now write the summary
text pond.h was read.
finish
request
contains pond.h was read.
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario overflow-again 1 'maximum context length' <<EOF
request
call read-file {"File": "drivers/pond/pond.h"}
finish
request
status 400
type application/json
raw {"error": {"code": "context_length_exceeded", "message": "maximum context length is 10 tokens"}}
request
text pond.h was read.
finish
request
status 400
type application/json
raw {"error": {"code": "context_length_exceeded", "message": "maximum context length is 10 tokens"}}
EOF
scenario blocked 4 'refused' <<EOF
request
gemini: data {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}
openai: finish content_filter
$good
EOF
scenario no-results 0 'benign' <<EOF
request
text It is benign, I am sure.
finish
request
contains You have not called set-results yet
call set-results {"Benign": "maybe"}
finish
request
call set-results {"Benign": true}
finish
request
text Both sides write the same value.
finish
EOF
scenario only-thoughts 0 'benign' <<EOF
request
thought I wonder
finish
$good
EOF
# shellcheck disable=SC2086
wait $players
judge
for dialect in gemini openai; do
	case $(cat "$home/truncated-$dialect/spans") in
	*'"Name":"read-file"'*) fail "no tool ran from a broken stream ($dialect)" ;;
	*) pass "no tool ran from a broken stream ($dialect)" ;;
	esac
done

# ---- said before anything is sent ----
serve silent <<EOF
dialect gemini
request always
text No.
finish
EOF
mkdir -p "$home/.config/verdict/keys"
# refused NAME STATUS SENTENCE ARGUMENT...
refused() {
	what=$1 want=$2 words=$3
	shift 3
	status "$what: refused" "$want" verdict run --headless --model m "$@"
	has "$what: and said why" "$out" "$words"
	is "$what: in one line" "$(printf '%s\n' "$out" | grep -c '^verdict: ')" "${lines:-1}"
	is "$what: nothing is sent" "$(cat "$log")" ''
}
usual="--kernel $tree --provider gemini --base-url $url"
cd "$home" || exit 1
# shellcheck disable=SC2086
{
	refused 'no tree' 5 'no kernel tree is named' --provider gemini --base-url "$url" "$report"
	refused 'a directory that is not there' 5 'nowhere' --kernel nowhere --provider gemini --base-url "$url" "$report"
	refused 'a file as a tree' 5 'report.txt' --kernel "$report" --provider gemini --base-url "$url" "$report"
	refused 'a commit of a plain tree' 5 'commit' $usual --commit v6.1 "$report"
	refused 'no key for a remote provider' 5 'no key for Gemini' --kernel "$tree" --provider gemini "$report"
	refused 'a base URL that is none' 2 'must begin with https://' --kernel "$tree" --provider gemini --base-url localhost "$report"
	refused 'plain http to another machine' 2 'use https' --kernel "$tree" --provider openai --base-url http://192.0.2.1/v1 "$report"
	refused 'a base URL with a password' 2 'no user' --kernel "$tree" --provider gemini --base-url http://a:b@localhost "$report"
	refused 'an unknown provider' 2 "no provider 'oracle'" --kernel "$tree" --provider oracle "$report"
	refused 'an unknown workflow' 3 "'dowsing'" $usual --workflow dowsing "$report"
	refused 'a workflow that is a path' 3 'workflow' $usual --workflow ../../etc "$report"
	refused 'an unknown way of thinking' 2 "is 'hard': default, none" $usual --thinking hard "$report"
	refused 'an unknown option' 2 'frobnicate' $usual --frobnicate "$report"
	refused 'no report' 2 'REPORT' $usual
	refused 'a report that is not there' 3 'nothing.txt' $usual nothing.txt
	echo 'Dear all, the meeting is on Monday.' >letter
	refused 'a text that is no report' 3 'letter' $usual letter
	: >empty
	refused 'an empty report' 3 'empty' $usual empty
	refused 'nothing on standard input' 3 'standard input' $usual - <empty
	head -c 3000 /dev/zero >zeroes
	refused 'a report of zeroes' 3 'zeroes' $usual zeroes
	refused 'an unknown stored run' 3 'ffffffff' $usual ffffffff
	echo 'sk-secret-that-is-readable' >.config/verdict/keys/gemini
	chmod 644 .config/verdict/keys/gemini
	refused 'a key that others can read' 5 'others can read it' --kernel "$tree" --provider gemini "$report"
	rm .config/verdict/keys/gemini
	: >file
	XDG_DATA_HOME=$home/file lines=1 refused 'a store that cannot be made' 6 "$home/file" $usual "$report"
	sed 's/Not tainted .*/Not tainted 6.1.0-g0123456789ab #1/' "$report" >otherwise
	lines=2 refused 'a report of another kernel' 1 '--anyway' $usual otherwise
}
status 'a run for the screen without one' 5 verdict run --kernel "$tree" --provider gemini --base-url "$url" "$report"
has 'says what would do' "$out" '--headless'
is 'no run of these is stored' "$(verdict list)" ''

# git: a commit that is not there, and a tree in which one is found
mkdir git && cp -r "$tree"/* git/ && (cd git && git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm a)
refused 'a commit that the repository has not' 5 0123456789abcdef --kernel git --commit 0123456789abcdef --provider gemini \
	--base-url "$url" "$report"
refused 'an option as a commit' 2 '--output' --kernel git --commit=--output=owned --provider gemini --base-url "$url" "$report"
is 'no file is made by that' "$(find . -name owned)" ''

# ---- a disk that is full: before the run nothing is sent, in the middle of it the run stops and can go on ----
faults() {
	HOME=$home XDG_DATA_HOME=$1/data LD_PRELOAD=$VERDICT_TEST_BUILDDIR/tests/fault/shim.so FAULT_DIR=$1/data FAULT_MODE=full FAULT_AT=$2 \
		ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0 "$program" run --headless --kernel "$tree" --provider gemini --model m \
		--base-url "$url" "$report"
}

# disk AT: with the disk full from write number AT on; one line: what was wrong, or "early", "stopped", "done"
disk() (
	at=$home/disk$1
	mkdir -p "$at/data"
	faults "$at" "$1" >"$at/out" 2>"$at/err"
	rc=$?
	id=$(id_of "$at/out")
	export XDG_DATA_HOME="$at/data"
	[ $rc = 0 ] && echo 'done' && exit
	[ $rc = 6 ] || { echo "status $rc: $(cat "$at/err")"; exit; }
	[ "$(wc -l <"$at/err")" = 1 ] || { echo "not one sentence: $(cat "$at/err")"; exit; }
	if ! [ "$id" ]; then
		[ -s "$log" ] && echo 'something was sent' && exit
		[ "$(ls "$at/data/verdict/runs" 2>/dev/null)" ] && echo 'a file is left' && exit
		echo early && exit
	fi
	verdict show "$id" >"$at/show" 2>&1 || { echo "show: $(cat "$at/show")"; exit; }
	verdict resume --headless "$id" >"$at/resume" 2>&1 || { echo "resume: $(cat "$at/resume")"; exit; }
	verdict replay "$id" >"$at/replay" 2>&1 || { echo "replay: $(cat "$at/replay")"; exit; }
	echo stopped
)
at=1
players=
while [ $at -lt 160 ]; do
	serve "disk-$at" <<-EOF
		dialect gemini
		request
		call read-file {"File": "drivers/pond/pond.h"}
		finish
		$good
	EOF
	disk $at >"$home/disk$at.said" &
	players="$players $!"
	at=$((at + 6))
done
# shellcheck disable=SC2086
wait $players
said=$(cat "$home"/disk*.said | sort | uniq -c | sed 's/^ *//')
is 'a full disk: nothing else happens than what should' "$(printf '%s\n' "$said" | sed 's/^[0-9]* //')" 'done
early
stopped'

# ---- killed at any instant: the journal cut at every record and inside of it ----
answer2='request
call read-file {"File": "drivers/pond/pond.h"}
call no-such-tool {}
call codeexpert {"Question": "Who else marks a pond?"}
finish'
sub1='request
contains Who else marks
call grepper {"Expression": "pond_mark", "PathPrefix": "drivers"}
finish'
sub2='request
contains pond_irq.c
call set-results {"Answer": "Nobody else."}
finish'
serve begun <<EOF
dialect gemini
model m
request
status 401
type application/json
raw {"error": {"code": 401, "message": "no such key", "status": "UNAUTHENTICATED"}}
$answer2
$sub1
$sub2
$good
EOF
XDG_DATA_HOME=$home/whole status 'a run halts' 4 verdict run --headless --kernel "$tree" --provider gemini --model m --base-url "$url" "$report"
id=$(printf '%s\n' "$out" >out && id_of out)
cp -r whole begun
XDG_DATA_HOME=$home/whole status 'and comes to its end when it is resumed' 0 verdict resume --headless "$id"
journal=$(echo whole/verdict/runs/*)
name=$(cd begun/verdict/runs && echo *.journal)

# cut AT BYTES: what is wrong with a run whose journal has these bytes
cut_at() (
	at=$home/cut$1
	export XDG_DATA_HOME="$at"
	cp -r begun "$at"
	head -c "$1" "$journal" >"$at/verdict/runs/$name"
	verdict show "$id" >"$at/show" 2>&1 || { echo "byte $1: show: $(cat "$at/show")"; exit; }
	verdict resume --headless --base-url "$url" "$id" >"$at/resume" 2>&1 || { echo "byte $1: resume: $(cat "$at/resume")"; exit; }
	case $(verdict replay "$id" 2>&1) in
	same*no\ end) echo "byte $1: it has no end" ;;
	same*) ;;
	*) echo "byte $1: replay: $(verdict replay "$id" 2>&1)" ;;
	esac
)
from=0
players=
while read -r size exchanges; do
	for bytes in "$size" $((from + (size - from) / 2)); do
		[ "$from" = 0 ] && [ "$bytes" != "$size" ] && continue
		[ "$size" = "$(wc -c <"$journal")" ] && [ "$bytes" = "$size" ] && continue
		[ "$bytes" = "$size" ] && had=$exchanges || had=$before
		serve "cut-$bytes" <<-EOF
			dialect gemini
			model m
			$([ "$had" -lt 2 ] && echo "$answer2")
			$([ "$had" -lt 3 ] && echo "$sub1")
			$([ "$had" -lt 4 ] && echo "$sub2")
			$([ "$had" -lt 5 ] && printf '%s\n' "$good" | sed 3q)
			$([ "$had" -lt 6 ] && printf '%s\n' "$good" | sed 1,3d)
			default
			status 401
		EOF
		cut_at "$bytes" >"cut$bytes.said" &
		players="$players $!"
	done
	from=$size before=$exchanges
done <<EOF
$(LC_ALL=C awk '{ n += length($0) + 1 } /^{"exchange"/ { x++ } { print n, x + 0 }' "$journal")
EOF
# shellcheck disable=SC2086
wait $players
is 'cut at every record and inside of it: it shows, goes on, and replays' "$(cat cut*.said)" ''
is 'at so many places' "$([ "$(find . -name 'cut*.said' | wc -l)" -ge 30 ] && echo enough)" enough

# ---- a sub-agent: in the middle of a turn, at its limit, with a provider that fails, and a question that is none ----
mkdir -p limited/.config/verdict/workflows/assessment-kcsan
sed 's/"limits": {"turns": 250, "calls": 10, "compress-at": 150000, "keep": 20000, "tokens": 0, "output-tokens": 0, "result-bytes": 0}$/"limits": {"turns": 1}/' \
	"$src/workflows/assessment-kcsan/workflow.json" >limited/.config/verdict/workflows/assessment-kcsan/workflow.json
for dialect in gemini openai; do
	serve "sub-$dialect" <<-EOF
		dialect $dialect
		model m
		request
		contains "codeexpert"
		call read-file {"File": "drivers/pond/pond.h"}
		call codeexpert {"Question": "Who else marks a pond?"}
		call codeexpert {}
		call grepper {"Expression": "pond_clear"}
		finish
		request
		contains Who else marks
		contains You are an expert
		lacks Judge the data race
		lacks "codeexpert"
		call grepper {"Expression": "pond_mark", "PathPrefix": "drivers"}
		finish
		request
		contains Answer now
		lacks codesearch-dir-index
		status 401
		type application/json
		raw {"error": {"code": 401, "message": "no such key", "status": "UNAUTHENTICATED"}}
		request
		contains Answer now
		text Nobody else, as far as I looked.
		usage 100 10
		finish
		request
		contains Nobody else, as far as I looked.
		contains missing argument
		contains Judge the data race
		lacks Who looks where
		call codeexpert {"Question": "Who looks where?"}
		finish
		request
		contains Who looks where
		lacks as far as I looked
		call grepper {"Expression": "pond_test"}
		finish
		request
		call grepper {"Expression": "pond_test"}
		finish
		request
		contains agent reached max iterations limit (1)
		$(printf '%s\n' "$good" | sed 1d)
	EOF
	in_home limited run --headless --kernel "$tree" --provider $dialect --model m --base-url "$url" "$report" >"sub-$dialect.out" 2>&1
	is "$dialect: a provider that fails a sub-agent halts the run" $? 4
	id=$(id_of "sub-$dialect.out")
	in_home limited resume --headless "$id" >"sub-$dialect.out" 2>&1
	is "$dialect: and it goes on in the middle of it" $? 0
	is "$dialect: all requests were as wanted" "$(cat "sub-$dialect.served")" ''
	has "$dialect: the replay is the same" "$(in_home limited replay "$id")" 'same: '
	seen=$(in_home limited show --full "$id")
	has "$dialect: its answer is the result of the call" "$seen" 'Nobody else, as far as I looked.'
	has "$dialect: a failure of it is one of the call only" "$seen" 'agent reached max iterations limit (1)'
	is "$dialect: its spans stand within the call" "$(in_home limited export --format spans "$id" | python3 -c '
import json, sys
for s in json.load(sys.stdin):
    if s.get("Finished"): print(s["Nesting"], s["Type"], s["Name"])' | sed -n '5,12p' | tr '\n' ',')" \
		'2 tool read-file,2 tool codeexpert,3 agent codeexpert,4 llm codeexpert,4 tool grepper,4 llm codeexpert,2 tool codeexpert,2 tool grepper,'
done

# ---- two programs, signals ----
for signal in TERM INT HUP; do
	serve "waits-$signal" <<-EOF
		dialect openai
		request
		call read-file {"File": "drivers/pond/pond.h"}
		finish
		request
		thought Half a thought and then nothing
		stall
		default
		stall
	EOF
	mkfifo "lines-$signal"
	(trap - INT && exec "$program" run --headless --kernel "$tree" --provider openai --model m --base-url "$url" "$report") >"lines-$signal" 2>"said-$signal" &
	pid=$!
	exec 5<"lines-$signal"
	while read -r line <&5; do
		case $line in
		run*) id=$(printf '%s\n' "$line" | awk '{ print $2 }') ;;
		*read-file*) break ;;
		esac
	done
	if [ $signal = TERM ]; then
		status 'a second program cannot go on with a run' 1 verdict resume --headless "$id"
		has 'and says why' "$out" 'another program'
		is 'in one line' "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 1
		status 'but can look at it' 0 verdict show "$id"
		has 'as it is' "$out" running
	fi
	kill -$signal $pid
	wait $pid
	is "SIG$signal ends a run with status 1" $? 1
	has "SIG$signal: it says how to go on" "$(cat "said-$signal")" "verdict resume $id goes on"
	status "SIG$signal: the list has it" 0 verdict list
	has "SIG$signal: as interrupted" "$(printf '%s\n' "$out" | grep "^$id")" interrupted
	status "SIG$signal: it can be looked at" 0 verdict show "$id"
	has "SIG$signal: as what it is" "$out" interrupted
	exec 5<&-
	serve "goes-on-$signal" <<-EOF
		dialect openai
		$good
	EOF
	status "SIG$signal: it goes on" 0 verdict resume --headless --base-url "$url" "$id"
	has "SIG$signal: and replays" "$(verdict replay "$id")" 'same: '
	status "SIG$signal: what has its end is not resumed" 1 verdict resume --headless "$id"
done

# ---- reports from everywhere ----
serve many <<EOF
dialect gemini
$good
$good
$good
EOF
: >none
usual="--kernel $tree --provider gemini --model m --base-url $url"
# shellcheck disable=SC2086
{
	status 'several reports: one that is none fails, the others run' 1 verdict run --headless $usual "$report" none "$report"
	has 'and the count is said' "$out" '1 of 3 runs came to no verdict'
	is 'each is a run' "$(printf '%s\n' "$out" | grep -c '^done ')" 2
	id=$(verdict list | sed -n 1p | cut -c1-12)
	status 'the report of a stored run is run again' 0 verdict run --headless $usual "$id"
	serve piped <<-EOF
		dialect gemini
		$good
	EOF
	status 'a report on standard input' 0 verdict run --headless --kernel "$tree" --provider gemini --model m --base-url "$url" - <"$report"
}

# ---- the program that answers calls: beside verdict, else verdict itself ----

real=$VERDICT_TEST_BUILDDIR/src/verdict-tool
mkdir "$home/both" "$home/alone"
cp "$program" "$home/both/verdict"
cp "$program" "$home/alone/verdict"
printf '#!/bin/sh\necho "$1" >>%s\nexec %s "$@"\n' "$home/calls" "$real" >"$home/both/verdict-tool"
chmod +x "$home/both/verdict-tool"
for where in both alone; do
	serve "tool-$where" <<EOF
$good
EOF
	status "calls are answered where verdict lies $where" 0 "$home/$where/verdict" run --headless --kernel "$tree" --provider gemini --model m \
		--base-url "$url" "$report"
	has 'with what was set' "$out" 'benign'
done
is 'by the program beside it' "$(cat "$home/calls")" 'set-results'

# ---- a tree that has changed since ----
cp -r "$tree" changing
(cd changing && git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm a && echo '/* dirty */' >>drivers/pond/pond.h)
serve changing <<EOF
dialect gemini
request
status 401
$good
EOF
out=$(verdict run --headless --anyway --kernel changing --provider gemini --model m --base-url "$url" "$report" 2>&1)
id=$(printf '%s\n' "$out" >out && id_of out)
echo '/* dirtier */' >>changing/drivers/pond/pond.h
status 'a tree that has changed since is said before more is sent' 1 verdict resume --headless "$id"
has 'with what to do' "$out" '--anyway'
is 'nothing is sent' "$(wc -l <"$log" | tr -d ' ')" 1
status 'and can be gone on with' 0 verdict resume --headless --anyway "$id"
has 'the record says so' "$(verdict export --format spans "$id"; cat .local/share/verdict/runs/*)" 'the kernel tree was changed since'

# ---- what is said before a run goes on ----
serve gone <<EOF
dialect gemini
request
status 401
default
status 500
EOF
cp -r "$tree" moving
out=$(verdict run --headless --kernel moving --provider gemini --model m --base-url "$url" "$report" 2>&1)
id=$(printf '%s\n' "$out" >out && id_of out)
journal=$(echo .local/share/verdict/runs/"$id"*.journal)
mv moving moved
status 'a tree that is gone' 5 verdict resume --headless "$id"
has 'is named' "$out" moving
mv moved moving
status 'a provider without its key' 5 verdict resume --headless --base-url https://example.org "$id"
status 'a run that is none' 3 verdict resume --headless ffffffff
cp "$journal" kept
sed 3s/span/spin/ kept >"$journal"
status 'a journal that was changed' 1 verdict resume --headless "$id"
has 'where it differs is said' "$out" 'would not go on as it began: line'
sed '3s/.*/garbage/' kept >"$journal"
status 'a journal with garbage in it' 3 verdict resume --headless "$id"
has 'is named with the line' "$out" 'line 3'
cp kept "$journal"
is 'nothing is sent meanwhile' "$(wc -l <"$log" | tr -d ' ')" 1

# ---- secrets ----
# A git that tells its environment and that of the tool that started it, through a pipe: tools can write no files.
mkdir -p bin secret
mkfifo environment
sed '/^THE END$/q' <>environment >told &
teller=$!
# shellcheck disable=SC2016
printf '#!/bin/sh\n{ env; tr "\\0" "\\n" </proc/$PPID/environ; } >%s/environment\nexec %s "$@"\n' "$home" "$(command -v git)" >bin/git
chmod 755 bin/git
with_keys() {
	GEMINI_API_KEY=s3cret-gemini-0123456789 GOOGLE_API_KEY=s3cret-google-0123456789 \
		VERDICT_GEMINI_API_KEY=s3cret-vgemini-0123456789 OPENAI_API_KEY=s3cret-openai-0123456789 \
		VERDICT_OPENAI_API_KEY=s3cret-vopenai-0123456789 HOME="$home/secret" PATH="$home/bin:$PATH" "$@"
}
for dialect in gemini openai; do
	[ $dialect = gemini ] && key=s3cret-vgemini-0123456789 || key=s3cret-vopenai-0123456789
	serve "echo-$dialect" <<-EOF
		dialect $dialect
		request
		status 503
		answer Retry-After-Ms: 1
		answer x-request-id: $key
		type application/json
		raw {"error": {"code": 503, "message": "busy, you sent x-goog-api-key: $key and Authorization: Bearer $key", "status": "$key"}}
		request
		status 503
		answer Retry-After-Ms: 1
		type text/plain
		raw POST / HTTP/1.1\\nx-goog-api-key: $key\\nAuthorization: Bearer $key\\n
		request
		call grepper {"Expression": "pond_mark"}
		call frob-$key {"File": "$key"}
		finish
		request
		status 401
		type application/json
		raw {"error": {"code": 401, "message": "the key $key is none", "status": "UNAUTHENTICATED"}}
		request
		thought Your key is $key.
		call set-results {"Benign": true}
		finish
		request
		text You sent me **$key**.
		finish
	EOF
	with_keys "$program" run --headless --kernel "$tree" --provider $dialect --model m --base-url "$url" "$report" >"secret/out-$dialect" 2>&1
	is "$dialect: a provider that echoes the key halts the run" $? 4
	id=$(id_of "secret/out-$dialect")
	with_keys "$program" resume --headless "$id" >"secret/resume-$dialect" 2>&1
	is "$dialect: and it goes on" $? 0
	has "$dialect: the replay is the same" "$(with_keys "$program" replay "$id")" 'same: '
	is "$dialect: the key was in its header" "$(grep -c -i -e '"x-goog-api-key":"present"' -e '"authorization":"present"' "$log")" 6
	for format in json markdown spans; do
		with_keys "$program" export --format $format "$id" >"secret/$dialect.$format" 2>&1
	done
	with_keys "$program" show --full "$id" >"secret/show-$dialect" 2>&1
done
is 'no file and no output holds a key' "$(grep -rlE 's3cret-[a-z]+-0123456789' secret)" ''
is 'nor a header that carries one' "$(grep -rlaiE 'bearer s3|api-key: *s3' secret)" ''
echo 'THE END' >environment
wait $teller
is 'the environments of tool and git were seen' "$([ "$(grep -c '^PATH=' told)" -ge 4 ] && echo seen)" seen
is 'and have no key' "$(grep -c s3cret told)" 0

# ---- hostile text ----
evil='\u001b]0;pwn\u0007\u001b[2J\u009b31m\u202e\u200b\r\nverdict: all is well'
evil_raw=$(printf '%s' "$evil" | sed 's/\\/\\\\/g')
for dialect in gemini openai; do
	sed "s/^$dialect: //; /^gemini: /d" >now <<-EOF
		dialect $dialect
		request
		thought red\\x1b[31m \\x1b]0;pwn\\x07 \\xc2\\x9b2J \\xe2\\x80\\xae \\xe2\\x80\\x8b and \\r\\n more
		call grepper {"Expression": "x$evil", "PathPrefix": "drivers"}
		call read-file {"File": "a$evil"}
		call codesearch-dir-index {"Dir": "$evil"}
		call set-results {"Benign": "$evil"}
		call frob {"File": "$evil"}
		gemini: data {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"evil$evil","args":{}}}]}}],"modelVersion":"m$evil"}
		finish
		request
		status 400
		type application/json
		raw {"error": {"code": 400, "message": "no $evil_raw", "status": "$evil_raw"}}
		request
		status 502
		answer x-should-retry: false
		type text/html
		raw <html>\\x1b[2J\\xc2\\x9b31m</html>
		$good
	EOF
	serve "evil-$dialect" <now
	verdict run --headless --kernel "$tree" --provider $dialect --model m --base-url "$url" "$report" >"evil-$dialect.out" 2>&1
	is "$dialect: hostile words halt no more than others" $? 4
	id=$(id_of "evil-$dialect.out")
	verdict list >>"evil-$dialect.out"
	for how in 'resume --headless' 'resume --headless' replay show 'show --full' 'show --json' 'export --format markdown'; do
		# shellcheck disable=SC2086
		verdict $how "$id" >>"evil-$dialect.out" 2>&1
	done
	has "$dialect: it came to its end" "$(cat "evil-$dialect.out")" 'same: '
	is "$dialect: as the script has it" "$(cat "evil-$dialect.served")" ''
	is "$dialect: nothing of it reaches a terminal raw" \
		"$(LC_ALL=C grep -caP '\x1b|\x07|\r|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]' "evil-$dialect.out")" 0
	is "$dialect: and makes no lines of its own" "$(grep -c '^verdict: all is well' "evil-$dialect.out")" 0
done
# ---- tools that write to the cache ----
if command -v git >/dev/null; then
	cp -R "$tree" "$home/history"
	chmod -R u+w "$home/history"
	(
		cd "$home/history"
		export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A \
			GIT_COMMITTER_EMAIL=a@example.org
		git init -q && git config gc.auto 0 && git add -A -f && git commit -qm 'The first pond'
	)
	printf 'struct fin {\n\tint left, right;\n};\n' >"$home/history/drivers/pond/fin.h"
	printf '#include "fin.h"\nstruct fin one;\n' >"$home/history/drivers/pond/fin.c"
	printf '[{"directory":"%s","file":"drivers/pond/fin.c","command":"gcc -w"}]' "$home/history" >"$home/history/compile_commands.json"
	serve history <<-EOF
		dialect gemini
		request
		call git-log {"PathPrefix": "drivers"}
		call codesearch-definition-source {"Name": "fin", "ContextFile": "drivers/pond/fin.c"}
		finish
		$good
	EOF
	in_home history run --headless --anyway --kernel "$home/history" --provider gemini --model m --base-url "$url" "$report" \
		>"$home/history.run" 2>&1
	seen=$(in_home history show --full "$(id_of "$home/history.run")")
	has 'git-log answers in a run' "$seen" 'The first pond'
	if [ -x "$VERDICT_TEST_BUILDDIR/src/verdict-index" ]; then
		has 'and so does the index' "$seen" 'struct fin {'
	else
		skip 'and so does the index' 'this build is without libclang'
	fi
else
	skip 'tools that write to the cache' 'git is absent'
fi

# ---- a report without places, and a vmlinux that gives them ----
if command -v cc >/dev/null && command -v nm >/dev/null && command -v addr2line >/dev/null; then
	cp -R "$tree" "$home/bottom"
	chmod -R u+w "$home/bottom"
	mkdir "$home/bottom/lib"
	cat >"$home/bottom/lib/bottom.c" <<-'EOF'
		const char linux_banner[] = "Linux version 6.18.0-bottom (a@b) #1";
		volatile int level;
		void bottom_rise(int n)
		{
			level = n; /* the bottom rises */
		}
		int bottom_look(void)
		{
			return level + 1; /* it is looked at */
		}
		int main(void)
		{
			bottom_rise(level);
			return bottom_look();
		}
	EOF
	(cd "$home/bottom" && cc -g -O1 -o "$home/vmlinux" "$PWD/lib/bottom.c")
	length() { # FUNCTION
		nm -n "$home/vmlinux" | awk -v f="$1" '$3 == f {a = $1; next} a {print "0x" $1, "0x" a; exit}' |
			while read -r e b; do printf '0x%x' $((e - b)); done
	}
	placeless() { # RELEASE
		printf 'BUG: KCSAN: data-race in bottom_look / bottom_rise\n\n'
		printf 'write to 0xffff888100a10040 of 4 bytes by task 71 on cpu 0:\n bottom_rise+0x1/%s\n\n' "$(length bottom_rise)"
		printf 'read to 0xffff888100a10040 of 4 bytes by task 72 on cpu 1:\n bottom_look+0x1/%s\n\n' "$(length bottom_look)"
		printf 'Reported by Kernel Concurrency Sanitizer on:\nCPU: 1 PID: 72 Comm: fisher Not tainted %s #7\n' "$1"
	}
	placeless 6.18.0-bottom >"$home/placeless"
	placeless 6.18.0-other >"$home/foreign"
	serve places <<-EOF
		dialect gemini
		request
		contains the bottom rises
		contains it is looked at
		$(printf '%s\n' "$good" | sed 1d)
	EOF
	status 'a run without a screen takes places from a vmlinux' 0 in_home places run --headless --anyway --kernel "$home/bottom" \
		--vmlinux "$home/vmlinux" --provider gemini --model m --base-url "$url" "$home/placeless"
	is 'and its agent gets the source of both functions' "$(cat "$home/places.served")" ''
	sent=$(wc -l <"$log")
	status 'one of another kernel is a disagreement' 1 in_home places run --headless --kernel "$home/bottom" \
		--vmlinux "$home/vmlinux" --provider gemini --model m --base-url "$url" "$home/foreign"
	has 'which is said' "$out" "vmlinux is of kernel 6.18.0-bottom, and the report of 6.18.0-other: it gives no places"
	is 'and nothing is sent' "$(wc -l <"$log")" "$sent"
else
	skip 'places from a vmlinux' 'no compiler'
fi

done_testing
