#!/bin/sh
# Build and run the libFuzzer targets of tests/fuzz in a tree of their own, because all code under them must be compiled
# by clang with its coverage hooks.
set -eu

usage() {
	cat <<'T'
usage: tools/fuzz.sh COMMAND DIR [ARGUMENT...]

  why DIR                    print what is missing, nothing where fuzzing can be done
  build DIR                  configure and build all targets in DIR
  run DIR SECONDS [TARGET...]  run all targets (or those named), SECONDS each, FUZZ_JOBS at a time (default: the cores)
  list                       the names of the targets

Inputs that were worth keeping stay in DIR/corpus/TARGET, findings in DIR/findings.  Seeds are read where they lie:
examples/, and what $VERDICT_TEST_DATA holds.
T
}

top=$(cd "$(dirname "$0")/.." && pwd)
command=${1-help}
dir=${2-}
[ -z "$dir" ] || { mkdir -p "$dir" && dir=$(cd "$dir" && pwd); }
[ $# -lt 2 ] || shift 2
sanitize=address,undefined
cc=${FUZZ_CC-clang}

targets() {
	for f in "$top"/tests/fuzz/*.c; do basename "$f" .c; done
}

why() {
	command -v "$cc" >/dev/null || { echo "no $cc (Debian package clang)"; return; }
	probe=$(mktemp -d)
	echo 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n) { return p == 0 && n != 0; }' >"$probe/p.c"
	"$cc" -fsanitize=fuzzer,$sanitize -o "$probe/p" "$probe/p.c" 2>/dev/null ||
		echo "$cc has no fuzzer runtime (Debian package libclang-rt-dev)"
	rm -rf "$probe"
}

build() {
	flags="-g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,$sanitize -fno-sanitize-recover=undefined"
	mkdir -p "$dir/tree" "$dir/bin"
	if [ ! -f "$dir/tree/Makefile" ]; then
		(cd "$dir/tree" && "$top/configure" CC="$cc" CFLAGS="$flags" >configure.out 2>&1) ||
			{ cat "$dir/tree/configure.out" >&2; exit 1; }
	fi
	make -s -C "$dir/tree" Makefile >&2 # else what it prints when it is made anew would count as libraries
	# what the screen is linked with is all that there is to fuzz
	libs=$(cd "$dir/tree" && printf 'include Makefile\nfuzz-libs:\n\t@echo $(UI_LIBS)\n' | make -s -f - fuzz-libs)
	archives=
	for l in $libs; do
		case $l in src/*.a) archives="$archives $l" ;; esac
	done
	# shellcheck disable=SC2086
	make -s -C "$dir/tree" -j"${FUZZ_JOBS-$(nproc)}" $archives
	for t in $(targets); do
		# shellcheck disable=SC2086
		(cd "$dir/tree" && "$cc" -std=c11 -Wall -Wextra $flags -fsanitize=fuzzer -I"$top" -I"$top/src" -Isrc \
			-o "$dir/bin/$t" "$top/tests/fuzz/$t.c" $libs)
	done
}

# seeds TARGET: its seeds as links in DIR/seeds/TARGET, so that nothing is copied
seeds() {
	s=$dir/seeds/$1
	data=${VERDICT_TEST_DATA-}
	rm -rf "$s"
	mkdir -p "$s"
	case $1 in
	import) set -- "$data"/*.txt "$data"/syzkaller-trajectories/*.json "$top"/examples/*.json "$top"/examples/*.txt ;;
	span_lines) set -- "$data"/syzkaller-trajectories/*.json "$top"/tests/fuzz/seeds/span_lines ;;
	journal) set -- "$top"/tests/fuzz/seeds/journal ;;
	job_json | html_page) set -- "$top"/tests/fuzz/seeds/"$1"* "$top"/examples/*.json ;;
	crash_log) set -- "$data"/other-reports/*.txt "$top"/examples/report.txt ;;
	text_page | claim) set -- "$data"/*.txt ;;
	span_json) set -- "$data"/syzkaller-trajectories/*.json "$top"/examples/*.json ;;
	report) set -- "$data"/kcsan-reports/collected/*.txt "$data"/kcsan-reports/syzkaller/[0-9]* \
		"$data"/other-reports/*.txt "$top"/examples/report.txt ;;
	function | clex | lens | lvalue) set -- "$top"/examples/tree/drivers/pond/* ;;
	json) set -- "$data"/syzkaller-trajectories/*.json "$data"/llm-streams/* "$top"/examples/*.json ;;
	llm) set -- "$data"/llm-streams/gemini-* "$data"/llm-streams/openai-* ;;
	keymap) set -- "$top"/keymaps/* ;;
	theme) set -- "$top"/themes/* ;;
	utf8) set -- "$data"/*.txt "$data"/llm-streams/* ;;
	*) set -- "$top/tests/fuzz/seeds/$1" ;;
	esac
	for f; do
		[ ! -f "$f" ] || ln -sf "$f" "$s/"
	done
	# files of lines, one seed a line
	for f in "$s"/go_map "$s"/event "$s"/conf; do
		[ ! -f "$f" ] || (cd "$s" && split -l 1 "$f" line- && rm -f "$f")
	done
}

# one TARGET SECONDS: one line on standard output, "TARGET: N runs, S s, ok" or the finding
one() {
	seeds "$1"
	mkdir -p "$dir/corpus/$1" "$dir/findings" "$dir/log"
	rc=0
	(cd "$dir" && TMPDIR=${FUZZ_TMPDIR-${TMPDIR-/tmp}} ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1" \
		LC_ALL=C.UTF-8 TZ=UTC "bin/$1" -max_total_time="$2" -max_len="${FUZZ_MAX_LEN-16384}" -timeout=20 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="findings/$1-" "corpus/$1" "seeds/$1" >"log/$1" 2>&1) || rc=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log/$1")
	seconds=$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) second.*/\1/p' "$dir/log/$1")
	if [ "$rc" = 0 ]; then
		echo "$1: ${runs:-0} runs, ${seconds:-0} s, ok"
	else
		echo "$1: ${runs:-0} runs, FINDING: $(grep -m1 -E 'ERROR|SUMMARY|runtime error|deadly' "$dir/log/$1" || tail -n 1 "$dir/log/$1")"
	fi
	return "$rc"
}

run() {
	seconds=$1
	shift
	[ $# -gt 0 ] || set -- $(targets)
	[ -n "$(ls -A "$dir/bin" 2>/dev/null)" ] || build
	mkdir -p "$dir"
	printf '%s\n' "$@" | xargs -P "${FUZZ_JOBS-$(nproc)}" -I '{}' "$top/tools/fuzz.sh" one "$dir" '{}' "$seconds"
}

case $command in
why) why ;;
build) build ;;
run) run "$@" ;;
one) one "$@" ;;
list) targets ;;
*) usage; [ "$command" = help ] || exit 2 ;;
esac
