#!/bin/sh
# verdict index --config: a configuration is applied in the cache.  make is a script here that does as kbuild does, so that neither
# a compiler nor a kernel is needed; tools/check-kernel.sh takes a real one.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

tree=$home/linux builds=$home/.cache/verdict/builds
cp -R "$src/tests/kernel/tree" "$tree"
chmod -R u+w "$tree"
mkdir "$home/bin"
for p in flex bison bc ld gcc; do printf '#!/bin/sh\nexit 1\n' >"$home/bin/$p"; done
cat >"$home/bin/make" <<'M'
#!/bin/sh
for w; do
	case $w in O=*) obj=${w#O=} ;; -n) ask=1 ;; esac
	goal=$w
done
src=$2
echo "$*" >>"$HOME/made"
cd "$obj" || exit 2
case $goal in
olddefconfig)
	if [ -p "$HOME/fifo" ]; then
		touch half
		exec 9<>"$HOME/alive"
		sleep 1000 &
		echo $! >"$HOME/fifo"
		wait
	fi
	grep -v LOST .config >new && mv new .config ;;
prepare)
	grep -q BABBLE .config && exec yes a line that nobody wants to read
	if grep -q BROKEN .config; then
		printf '***\n*** The source tree is not clean, please run make mrproper\n*** in %s\n***\nmake: *** [prepare] Error 1\n' "$src" >&2
		exit 2
	fi
	mkdir -p include/generated && echo '#define CONFIG_REEF_STATS 1' >include/generated/autoconf.h ;;
modules)
	[ "$ask" ] || exit 3
	for f in drivers/reef/reef_core drivers/reef/reef_ops; do
		echo "set -e;  echo '  gcc -nostdinc -c -o $f.o $src/$f.c'; gcc -nostdinc -I$src/include -DCONFIG_REEF_STATS=1" \
			"-DKBUILD_MODNAME='\"reef\"' -DKBUILD_BASENAME='\"x\"' -I./include -c -o $f.o $src/$f.c ; ./tools/objtool/objtool $f.o"
	done
	echo "  gcc -D__ASSEMBLY__ -c -o entry.o $src/entry.S"
	exit 2 ;; # no rule for vmlinux: nothing was compiled
*.o)
	[ -e barren ] && echo 'make: *** no error: low tide' >&2 && exit 2
	echo '#define TIDE_LOW 1' >include/tide.h ;;
esac
M
chmod +x "$home"/bin/*
PATH=$home/bin:$PATH
export PATH
cat >"$home/config" <<'C'
# Automatically generated file; DO NOT EDIT.
CONFIG_REEF=y
CONFIG_KCSAN_LOST=y
# CONFIG_OTHER is not set
C

if [ ! -x "$VERDICT_TEST_BUILDDIR/src/verdict-index" ]; then
	skip 'a configuration is applied' 'this build is without libclang'
	done_testing
	exit
fi

# ---- applied once ----
status 'a configuration is applied' 0 verdict index --kernel "$tree" --config "$home/config" drivers/reef/reef_core.c
has 'each step is said' "$out" 'applying the configuration: make olddefconfig'
has 'so is what did not hold' "$out" '1 option of the configuration did not hold in this tree with this compiler, as CONFIG_KCSAN_LOST'
has 'and how much is known' "$out" 'ready: it is known how 2 files are compiled'
has 'the file is indexed' "$out" '1 file indexed, 0 with errors, 0 not'
build=$(printf '%s\n' "$out" | sed -n 's/.* --build //p')
has 'where it lies is said' "$build" "$builds/"
is 'make says how files are compiled' "$(json '[d[0]["file"], d[0]["arguments"][0], d[0]["arguments"][4]]' <"$build/compile_commands.json")" \
	"['$tree/drivers/reef/reef_core.c', 'gcc', '-DKBUILD_MODNAME=\"reef\"']"
is 'tools can ask' "$(verdict tool codesearch-definition-source --kernel "$tree" --build "$build" --name reef_open | sed -n 1p)" \
	"$(verdict tool codesearch-definition-source --kernel "$tree" --name reef_open | sed -n 1p)"
before=$(wc -l <"$home/made")
status 'again it is ready' 0 verdict index --kernel "$tree" --config "$home/config" --all
is 'and make is not run' "$(wc -l <"$home/made")" "$before"
is 'nothing is written to the tree' "$(cd "$tree" && find . -newer "$home/bin/make" -type f | head -n 3)" ''
gzip -c "$home/config" >"$home/config.gz"
status 'it may be compressed' 0 verdict index --kernel "$tree" --config "$home/config.gz" --all
is 'and is the same' "$(wc -l <"$home/made")" "$before"
status 'a setting names it too' 0 verdict index --kernel "$tree" --set config="$home/config" --all
has 'and it is that one' "$out" "--build $build"
status 'a build directory goes before it' 0 verdict index --kernel "$tree" --set config="$home/none" --build "$build" --all
status 'a setting that names none' 3 verdict index --kernel "$tree" --set config="$home/none" --all

# ---- what is made for a file alone ----
printf '#include "tide.h"\nint tide_low = TIDE_LOW;\n' >>"$tree/drivers/reef/reef_ops.c"
touch "$build/barren"
status 'a header that is generated for a file' 0 verdict index --kernel "$tree" --config "$home/config" --all
has 'make is told to compile it' "$(tail -n 1 "$home/made")" ' -k CONFIG_OBJTOOL= CONFIG_STACK_VALIDATION= CONFIG_DEBUG_INFO_BTF= drivers/reef/reef_ops.o'
has 'where that fails it is missing' "$out" "'tide.h' file not found"
has 'and it is said why' "$out" 'what they miss could not be made: cannot prepare the kernel: make failed: make: *** no error: low tide'
has 'the others are as they are' "$out" '2 files indexed, 1 with errors, 0 not'
rm "$build/barren"
status 'when it can be made' 0 verdict index --kernel "$tree" --config "$home/config" --all
has 'it is' "$out" '1 file includes what is made when they are compiled: make drivers/reef/reef_ops.o'
has 'and found' "$out" '2 files indexed, 0 with errors, 0 not'
before=$(wc -l <"$home/made")
status 'and then it is there' 0 verdict index --kernel "$tree" --config "$home/config" --all
is 'for good' "$(wc -l <"$home/made")" "$before"
cp "$src/tests/kernel/tree/drivers/reef/reef_ops.c" "$tree/drivers/reef/reef_ops.c"

# ---- what cannot be done ----
status 'a file that is no configuration' 3 verdict index --kernel "$tree" --config "$tree/Kconfig" --all
has 'is refused' "$out" 'it is no kernel configuration'
status 'nor is one that is not there' 3 verdict index --kernel "$tree" --config "$home/none" --all
status 'not with a build directory' 2 verdict index --kernel "$tree" --config "$home/config" --build "$build"
{ cat "$home/config"; echo CONFIG_BROKEN=y; } >"$home/broken"
status 'where make fails' 5 verdict index --kernel "$tree" --config "$home/broken" --all
has 'it is said why, in its words' "$out" 'make prepare failed: The source tree is not clean, please run make mrproper'
is 'and nothing is left' "$(ls -d "$builds"/*/ | wc -l)" 1
{ cat "$home/config"; echo CONFIG_BABBLE=y; } >"$home/babble"
status 'where make writes without end' 5 verdict index --kernel "$tree" --config "$home/babble" --all
has 'that is said' "$out" 'cannot prepare the kernel: make prepare wrote more than 16 MiB'
is 'and nothing is left there either' "$(ls -d "$builds"/*/ | wc -l)" 1
{ echo '# Linux/arm64 6.1.0 Kernel Configuration'; cat "$home/config"; } >"$home/arm"
status 'another architecture' 5 env PATH="$home/bin" "$VERDICT_TEST_BUILDDIR/src/verdict" index --kernel "$tree" --config "$home/arm" --all
has 'needs its compiler, which is named' "$out" 'is not installed: apt install gcc-aarch64-linux-gnu'
printf '#!/bin/sh\n' >"$home/bin/aarch64-linux-gnu-gcc"
chmod +x "$home/bin/aarch64-linux-gnu-gcc"
status 'with it' 0 verdict index --kernel "$tree" --config "$home/arm" --all
has 'it is used' "$(tail -n 1 "$home/made")" 'ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-'
sed 's/arm64/vax/' "$home/arm" >"$home/vax"
status 'one that is unknown' 5 verdict index --kernel "$tree" --config "$home/vax" --all
has 'is said' "$out" 'it is for an architecture that this program does not know'
mkdir "$home/none"
ln -s "$home/bin/make" "$home/none/make"
status 'without programs' 5 env PATH="$home/none" "$VERDICT_TEST_BUILDDIR/src/verdict" index --kernel "$tree" --config "$home/broken" --all
has 'all that are missing are named' "$out" 'apt install flex bison bc binutils gcc'

# ---- interrupted, killed, two at once ----
sed s/REEF/SHOAL/ "$home/config" >"$home/config2"
mkfifo "$home/fifo" "$home/alive"
for sig in INT KILL; do
	# not a background job of this shell, which would ignore SIGINT
	/usr/bin/python3 -c 'import signal, os, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$VERDICT_TEST_BUILDDIR/src/verdict" index --kernel "$tree" --config "$home/config2" --all >"$home/out" 2>&1 &
	read -r sleeper <"$home/fifo"
	exec 8<"$home/alive" # which ends when nobody is left who could write to it
	kill -$sig $!
	wait $! && got=0 || got=$?
	if [ $sig = INT ]; then
		is 'an interrupted one ends as such' "$got" 1
		has 'says so' "$(cat "$home/out")" 'interrupted: the kernel is not prepared'
		status 'all that it started is gone' 0 timeout 20 cat <&8
		is 'and so is what was half made' "$(find "$builds" -name half)" ''
	else
		is 'a killed one leaves it' "$(find "$builds" -name half | wc -l)" 1
		kill "$sleeper"
	fi
	exec 8<&-
done
rm "$home/fifo" "$home/made"
for i in 1 2; do verdict index --kernel "$tree" --config "$home/config2" --all >"$home/out$i" 2>&1 & done
wait
is 'of two at once one prepares' "$(grep -c olddefconfig "$home/made")" 1
has 'both go on' "$(cat "$home/out1")" '2 files indexed'
has 'with it' "$(cat "$home/out2")" '2 files indexed'
is 'and what was half made is gone' "$(find "$builds" -name half)" ''

# ---- a run ----
cat >"$home/script" <<'S'
request
call codesearch-definition-source {"Name": "reef_look"}
finish
request
status 401
raw {"error": {"code": 401, "message": "who are you?"}}
request
call codesearch-definition-source {"Name": "reef_open"}
finish
request
call set-results {"Benign": true}
finish
request
text Nothing of it matters.
finish
S
mkfifo "$home/port"
"$VERDICT_TEST_BUILDDIR/tests/provider/provider" -n -i 60000 "$home/script" >"$home/port" 2>"$home/served" &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$home"' EXIT
read -r _ port <"$home/port"
rm "$home/made"
{ cat "$home/config"; echo CONFIG_RUN=y; } >"$home/config3"
status 'a run with a configuration that halts' 4 verdict run --headless --anyway --kernel "$tree" --config "$home/config3" --provider gemini --model m \
	--base-url "http://127.0.0.1:$port" "$src/examples/report.txt"
is 'has it applied' "$(grep -c olddefconfig "$home/made")" 1
id=$(printf '%s\n' "$out" | sed -n 's/^run  *\([0-9a-f]*\).*/\1/p')
status 'and goes on' 0 verdict resume --headless "$id"
is 'with what was prepared' "$(grep -c olddefconfig "$home/made")" 1
spans=$(verdict export --format spans "$id")
has 'records where' "$spans" "\"KernelObj\":\"$builds/"
has 'and its tools look there' "$spans" '"SourceFile":"drivers/reef/reef_core.c"'
case $spans in *Approximate*) fail 'so that they are exact' "$spans" ;; *) pass 'so that they are exact' ;; esac
status 'it can be replayed' 0 verdict replay "$id"

done_testing
