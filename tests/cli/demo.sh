#!/bin/sh
# The live demonstration: what its model says is true of the example's tree, and it runs without a terminal.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

script=$src/examples/live.script

# ---- every line that is cited is the one that is meant ----
cat >"$home/cited" <<'T'
pond.h:66 lockdep_assert_held(&p->lock);
pond.h:67 p->flags |= bits;
pond.h:73 lockdep_assert_held(&p->feed_mutex);
pond.h:74 p->flags &= ~bits;
pond.h:79 return p->flags & bits;
pond_bus.c:44 writel(status, p->regs + POND_REG_STATUS);
pond_bus.c:45 ret |= pond_irq(p, status);
pond_feed.c:21 lockdep_assert_held(&p->feed_mutex);
pond_feed.c:27 p->flags |= POND_F_OPEN;
pond_feed.c:48 mutex_lock(&p->feed_mutex);
pond_feed.c:49 if (pond_test(p, POND_F_HUNGRY)) {
pond_feed.c:51 pond_clear(p, POND_F_HUNGRY);
pond_feed.c:58 The sensor fires once, so the bit is all that tells of the leak.
pond_feed.c:65 if (pond_test(p, POND_F_LEAK) && pond_test(p, POND_F_OPEN)) {
pond_irq.c:11 if (pond_test(p, POND_F_HUNGRY))
pond_irq.c:29 spin_lock(&p->lock);
pond_irq.c:37 pond_mark(p, POND_F_LEAK);
pond_sysfs.c:52 if (open && pond_test(p, POND_F_LEAK))
T
while read -r place want; do
	file=${place%:*}
	has "$place is as cited" "$(sed -n "${place#*:}p" "$src/examples/tree/drivers/pond/$file")" "$want"
done <"$home/cited"
grep -v '^#' "$script" | grep -oE 'pond[a-z_]*\.[ch]:[0-9]+' | sort -u >"$home/said"
is 'no other line is cited' "$(cut -d' ' -f1 "$home/cited" | sort | comm -13 - "$home/said")" ''

# ---- it runs, fast, and leaves nothing behind ----
sed 's/^pace .*/pace 0/' "$script" >"$home/fast.script"
mkdir "$home/tmp"
TMPDIR=$home/tmp
export TMPDIR
status 'without a terminal it runs headless' 0 \
	sh "$src/tools/demo-live.sh" "$VERDICT_TEST_BUILDDIR" "$home/fast.script"
has 'tools are called' "$out" 'tool grepper'
has 'several in one turn' "$out" '   6 tool read-file drivers/pond/pond_feed.c'
has 'a sub-agent answers a question' "$out" ' agent codeexpert'
has 'with the lines that it found' "$out" 'tool codeexpert In drivers/pond: once a leak'
has 'and it comes to a verdict' "$out" 'harmful  KCSAN: data-race in pond_feed_work / pond_irq'
is 'the store is not the user'"'"'s' "$(find "$home/.local" 2>/dev/null)" ''
is 'and is gone' "$(ls "$home/tmp")" ''

# ---- whoever steers it meets an answer: what a request holds decides, not how many came before ----
prompt='Judge the data race pond_feed_work / pond_irq'
looked='{"role":"model"},"name":"grepper","args":{"Expression": "p->flags"response":{"Contents"'
asked='"name":"codeexpert","args"'
set='{"role":"model"},"name":"set-results","args"'
now='Conclude now. No more source can be read.'
cat >"$home/ask.py" <<'T'
import http.client, sys
c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]))
c.request('POST', '/', sys.argv[2])
r = c.getresponse()
# a thought or a text goes word by word: put together again
print(r.status, r.read().decode().replace('"}]}', '').replace('{"text":"', ''))
T
mkfifo "$home/port"
"$VERDICT_TEST_BUILDDIR/tests/provider/provider" -n -i 20000 "$home/fast.script" >"$home/port" 2>"$home/provider.err" &
server=$!
read -r _ port <"$home/port"
answers() {
	has "$1" "$(python3 "$home/ask.py" "$port" "$2" | tr -d '\n')" "$3"
}
answers 'it begins' "$prompt" '"name":"read-file"'
answers 'F at once' "$prompt $now" '"name":"set-results"'
answers 'F when nothing was read' "$prompt {\"role\":\"model\"},\"name\":\"grepper\",\"args\" $now" '"name":"set-results"'
answers 'F when something was' "$prompt $looked $now" '"name":"set-results"'
answers 'F in the sub-agent' 'Question. Answer now: nothing more can be looked up' 'told to answer before'
answers 'F when the results are set' "$prompt $looked $set $now" 'Remedy'
answers 'and when nothing was read till then' "$prompt $set $now" 'asked '
answers 'a word of the reviewer' "$prompt $looked A person who reviews this run says: look" 'pond_sysfs.c'
answers 'is taken up once' "$prompt $looked \"args\":{\"File\": \"drivers/pond/pond_sysfs.c\" A person who reviews this run says: look" '"name":"codeexpert"'
answers 'the expert was denied' "$prompt $looked $asked the reviewer did not allow this call" '"name":"set-results"'
answers 'the expert was denied its calls' 'Question. the reviewer did not allow this call' 'the reviewer did not allow a call'
answers 'the results were denied' "$prompt $looked $set {\"role\":\"model\"} You have not called set-results yet" '"name":"set-results"'
answers 'and set after all' "$prompt $looked $set You have not called set-results yet {\"role\":\"model\"}" 'Remedy'
kill "$server"
is 'nothing was strange to it' "$(cat "$home/provider.err")" ''

# ---- what the provider says is no picture on the screen ----
echo nonsense >"$home/bad.script"
status 'a provider that does not start is an error' 4 \
	sh "$src/tools/demo-live.sh" "$VERDICT_TEST_BUILDDIR" "$home/bad.script"
has 'a file has what the provider said' "$(cat "$home"/tmp/verdict-demo-*.log)" 'nonsense'
has 'that is named' "$out" "see $home/tmp/verdict-demo-"
is 'and nothing else is seen of it' "$(printf '%s\n' "$out" | grep -c '^provider: ')" 0
done_testing
