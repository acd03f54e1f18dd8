#!/bin/sh
# All fuzz targets for a minute in all, as a test: `make check TESTS=tests/fuzz/short.sh`, which ./dev test runs too.
# It is no part of `make check`, because it compiles the program a second time.
set -u

fuzz=$VERDICT_TEST_SRCDIR/tools/fuzz.sh
dir=${VERDICT_FUZZ_DIR-$VERDICT_TEST_BUILDDIR/fuzz}
targets=$("$fuzz" list)
count=$(printf '%s\n' "$targets" | wc -l)
jobs=${FUZZ_JOBS-$(nproc 2>/dev/null || echo 1)}
seconds=$((60 * jobs / count))
[ "$seconds" -gt 0 ] || seconds=1

why=$("$fuzz" why "$dir")
if [ -n "$why" ]; then
	echo "1..0 # SKIP $why"
	exit 0
fi
echo "1..$count"
if ! "$fuzz" build "$dir" >"$dir/build.out" 2>&1; then
	sed 's/^/# /' "$dir/build.out"
	echo "Bail out! the fuzz targets do not build"
	exit 1
fi
lines=$("$fuzz" run "$dir" "$seconds")
n=0
for t in $targets; do
	n=$((n + 1))
	line=$(printf '%s\n' "$lines" | grep "^$t: ")
	case $line in
	*" s, ok") echo "ok $n - $line" ;;
	*)
		echo "not ok $n - ${line:-$t: no result}"
		tail -n 40 "$dir/log/$t" | sed 's/^/# /'
		;;
	esac
done
