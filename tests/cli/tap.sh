# Sourced by the shell tests: TAP output, a fresh home, the program under test as `verdict`.
# shellcheck shell=sh

n=0
home=$(mktemp -d "${TMPDIR:-/tmp}/verdict-cli-XXXXXX")
trap 'rm -rf "$home"' EXIT
export HOME="$home" GIT_CONFIG_NOSYSTEM=1
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME NO_COLOR VISUAL EDITOR
src=$VERDICT_TEST_SRCDIR
example=$src/examples/pond-race.json
mkdir -p "$home/.config/verdict"
echo 'set reviewer "Rita Reviewer <rita@example.org>"' >"$home/.config/verdict/config"

verdict() { "$VERDICT_TEST_BUILDDIR/src/verdict" "$@"; }
verdict_tool() { "$VERDICT_TEST_BUILDDIR/src/verdict-tool" "$@"; }

# A home without runs and decisions.
fresh() { rm -rf "$home/.local"; }

pass() { n=$((n + 1)); echo "ok $n - $1"; }
fail() { n=$((n + 1)); echo "not ok $n - $1"; shift; printf '%s\n' "$@" | sed 's/^/# /'; }
skip() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }
done_testing() { echo "1..$n"; }

# is NAME GOT WANT
is() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:  $2" "want: $3"; fi; }

# has NAME TEXT PART
has() { case $2 in *"$3"*) pass "$1" ;; *) fail "$1" "no '$3' in:" "$2" ;; esac; }

# status NAME WANT COMMAND...: the exit status; its output is left in $out
status() {
	name=$1 want=$2
	shift 2
	out=$("$@" 2>&1) && got=0 || got=$?
	if [ "$got" = "$want" ]; then pass "$name"; else fail "$name" "status $got, not $want:" "$out"; fi
}

# json EXPRESSION: of the JSON document on standard input, as the Python expression over `d` says
json() { /usr/bin/python3 -c 'import json, sys
d = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1"; }
