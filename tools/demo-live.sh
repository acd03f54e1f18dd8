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
provider=
end() {
	[ -z "$provider" ] || kill "$provider" 2>/dev/null || :
	rm -rf "$own"
}
trap end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# It says its port when it listens; reading that is the wait for it.
mkfifo "$own/port"
"$build/tests/provider/provider" -n -i 0 "$script" >"$own/port" &
provider=$!
read -r _ port <"$own/port" || exit 4

unset VERDICT_GEMINI_API_KEY GEMINI_API_KEY GOOGLE_API_KEY
export XDG_CONFIG_HOME="$own/config" XDG_DATA_HOME="$own/data" XDG_STATE_HOME="$own/state" XDG_CACHE_HOME="$own/cache"
rc=0
"$build/src/verdict" run $mode --kernel examples/tree --provider gemini --base-url "http://127.0.0.1:$port" \
	examples/report.txt || rc=$?
[ $rc != 0 ] || echo "demo: this run and what was decided are gone now; README.md says how to run an agent of your own" >&2
exit "$rc"
