#!/bin/sh
# verdict index and the tools that ask it, on the tree of tests/kernel: what is expected there was worked out by hand.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

tree=$home/linux
cp -R "$src/tests/kernel/tree" "$tree"
chmod -R u+w "$tree" # a distribution's files may not be

# Flags as a kernel's build has them, with those that clang does not know.
commands() { # FILE...
	for f in "$@"; do
		printf ',{"directory":"%s","file":"%s","command":"gcc -nostdinc -I./include -DCONFIG_REEF_STATS=1 %s -c %s"}\n' \
			"$tree" "$f" "-DKBUILD_MODNAME='\\\"reef\\\"' -mpreferred-stack-boundary=3 -O2" "$f"
	done | sed '1s/,/[/; $s/$/]/'
}
commands drivers/reef/reef_core.c drivers/reef/reef_ops.c kernel/broken.c >"$tree/compile_commands.json"

have=yes
[ -x "$VERDICT_TEST_BUILDDIR/src/verdict-index" ] || have=

# ---- verdict index ----
status 'files or --all are needed' 2 verdict index --kernel "$tree"
status 'not both' 2 verdict index --kernel "$tree" --all kernel/broken.c
if [ $have ]; then
	status 'a file is indexed' 0 verdict index --kernel "$tree" drivers/reef/reef_core.c
	is 'which is said' "$out" '1 file indexed, 0 with errors, 0 not'
	status 'all are' 0 verdict index --kernel "$tree" --all
	has 'one has errors' "$out" "3 files indexed, 1 with errors, 0 not"
	has 'which are named' "$out" "'linux/no_such_header.h' file not found"
	status 'again costs nothing' 0 verdict index --kernel "$tree" --all
	status 'one that is in no list has the flags of others' 0 verdict index --kernel "$tree" kernel/off.c
	status 'a path out of the tree is refused' 1 verdict index --kernel "$tree" ../x.c
	has 'and said' "$out" "cannot index '../x.c': path is outside of the source tree"
	status 'so is what is not there' 1 verdict index --kernel "$tree" none.c
	cp -R "$tree" "$home/bare" && rm "$home/bare/compile_commands.json"
	status 'without flags there is no index' 5 verdict index --kernel "$home/bare" --all
	has 'and it is said what is missing' "$out" 'there is no compile_commands.json with files of'

	# a worker that dies costs its file only
	mkdir "$home/bin"
	cp "$VERDICT_TEST_BUILDDIR/src/verdict" "$home/bin/verdict"
	printf '#!/bin/sh\njob=$(cat)\ncase $job in *reef_ops*) kill -SEGV $$ ;; esac\nprintf %%s "$job" | "%s"\n' \
		"$VERDICT_TEST_BUILDDIR/src/verdict-index" >"$home/bin/verdict-index"
	chmod +x "$home/bin/verdict-index"
	rm -rf "$home/.cache"
	status 'a worker that crashes' 1 "$home/bin/verdict" index --kernel "$tree" --all
	has 'costs its file' "$out" 'drivers/reef/reef_ops.c is not indexed: verdict-index was ended by signal 11'
	has 'only' "$out" '2 files indexed, 1 with errors, 1 not'
	rm -rf "$home/.cache"
else
	skip 'files are indexed' 'this build is without libclang'
fi

# ---- a program without its worker ----
mkdir "$home/alone"
cp "$VERDICT_TEST_BUILDDIR/src/verdict" "$home/alone/verdict"
status 'without verdict-index there is no index' 5 "$home/alone/verdict" index --kernel "$tree" --all
has 'which is said' "$out" 'verdict-index, which needs libclang, is not installed beside verdict'

done_testing
