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
echo nonsense >"$home/bad.script"
status 'a provider that does not start is an error' 4 \
	sh "$src/tools/demo-live.sh" "$VERDICT_TEST_BUILDDIR" "$home/bad.script"
done_testing
