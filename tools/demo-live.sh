#!/bin/sh
# demo-live.sh BUILD-DIRECTORY [SCRIPT]: a live run on the example, with a scripted provider in the part of the model.
# No key, no network; settings, store and cache of its own, which are gone afterwards.  Without a terminal there is no
# screen, but a line a span.
set -eu

build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
script=${2-examples/live.script}
mode=--headless
[ ! -t 0 ] || [ ! -t 1 ] || mode=

own=$(mktemp -d "${TMPDIR:-/tmp}/verdict-demo-XXXXXX")
log=$own.log # what the provider says: never on the screen; kept where there was something wrong
provider=
end() {
	rc=$?
	[ -z "$provider" ] || kill "$provider" 2>/dev/null || :
	rm -rf "$own"
	if [ -s "$log" ]; then
		echo "demo: the scripted provider had to complain: see $log" >&2
	else
		rm -f "$log"
	fi
	exit "$rc"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# It says its port when it listens; reading that is the wait for it.
mkfifo "$own/port"
"$build/tests/provider/provider" -n -i 0 "$script" >"$own/port" 2>"$log" &
provider=$!
read -r _ port <"$own/port" || exit 4

unset VERDICT_GEMINI_API_KEY GEMINI_API_KEY GOOGLE_API_KEY
export XDG_CONFIG_HOME="$own/config" XDG_DATA_HOME="$own/data" XDG_STATE_HOME="$own/state" XDG_CACHE_HOME="$own/cache"
url=http://127.0.0.1:$port

# The run that was left before it came to its end; nothing where there is none.
unfinished() {
	"$build/src/verdict" list --json 2>/dev/null | grep -B9 '"state": "interrupted"' | sed -n 's/.*"id": "\(.\{12\}\).*/\1/p' | head -n 1
}

rc=0
"$build/src/verdict" run $mode --kernel examples/tree --provider gemini --base-url "$url" examples/report.txt || rc=$?
while run=$(unfinished) && [ -n "$run" ] && [ -z "$mode" ]; do
	echo "demo: here Enter resumes it; q and Enter end the demonstration, and the run is gone" >&2
	read -r answer && [ "$answer" != q ] || break
	rc=0
	"$build/src/verdict" resume --base-url "$url" "$run" || rc=$?
done
if [ -n "$run" ]; then
	echo "demo: run $run lived in the demonstration only, so nothing resumes it now; one of your own stays" >&2
elif [ $rc = 0 ]; then
	echo "demo: this run and what was decided are gone now; README.md says how to run an agent of your own" >&2
fi
exit "$rc"
