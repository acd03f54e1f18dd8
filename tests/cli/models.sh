#!/bin/sh
# verdict models, against the scripted provider.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

cat >"$home/script" <<'T'
type application/json
framing length
request always
raw {"data":[{"id":"tiny\u001b[31m","max_model_len":4096},{"id":"big","name":"A big one","context_length":131072}]}
T
"$VERDICT_TEST_BUILDDIR/tests/provider/provider" -n -i 20000 "$home/script" >"$home/port" &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$home"' EXIT
while ! grep -q PORT "$home/port"; do :; done
url=http://127.0.0.1:$(sed -n 's/^PORT //p' "$home/port")

status 'a local server needs no key' 0 verdict models --provider openai --base-url "$url"
has 'its models are listed with what they take' "$out" 'big                                      131072'
is 'nothing of a name is obeyed by the terminal' "$(printf '%s' "$out" | grep -c "$(printf '\033')")" 0
is 'as JSON too' "$(verdict models --provider openai --base-url "$url" --json | json '[m["id"] for m in d][1], d[1]["input_tokens"]')" "('big', 131072)"
is 'what is not known is null' "$(verdict models --provider openai --base-url "$url" --json | json '[d[0]["title"], d[0]["output_tokens"]]')" '[None, None]'
status 'nobody there' 4 verdict models --provider openai --base-url http://127.0.0.1:1
unset GEMINI_API_KEY GOOGLE_API_KEY VERDICT_GEMINI_API_KEY OPENAI_API_KEY VERDICT_OPENAI_API_KEY
has 'says why' "$out" 'cannot list the models'
status 'no key' 5 verdict models --provider gemini
has 'says where to put one' "$out" GEMINI_API_KEY
status 'no such provider' 2 verdict models --provider oracle
done_testing
