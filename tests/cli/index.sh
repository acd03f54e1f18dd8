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
	broken() { "$home/bin/verdict" tool "$@" --kernel "$tree" 2>&1; }
	died='drivers/reef/reef_ops.c could not be parsed: verdict-index was ended by signal 11.'
	is 'it does not hide what the file defines' "$(broken codesearch-definition-source --name reef_default_ops)" "drivers/reef/reef_ops.c
  20:	const struct reef_ops reef_default_ops = {
  21:		.open = reef_open,
  22:		.close = reef_close,
  23:	};
Approximate, by text and not by a compiler. $died"
	is 'nor that something is used there' "$(broken codesearch-find-references --name reef::fish | tail -n 2)" \
		"function  count  uses  drivers/reef/reef_ops.c  7
1 file that names it could not be parsed, as ${died%% could*}: ${died#*: } Of it all lines are given that name \"fish\", whatever is done there."
	has 'also a function of its own' "$(broken codesearch-find-references --name count --context-file drivers/reef/reef_ops.c)" \
		'function  reef_close  uses  drivers/reef/reef_ops.c  14'
	has 'a file with errors is named where it may matter' "$(broken codesearch-find-references --name broken_answer | tail -n 1)" \
		'1 file that names it does not compile as it is, so that what is done there may be incomplete, as kernel/broken.c: '
	sed -i '$a struct wreck { int mast; };' "$tree/drivers/reef/reef_ops.c"
	status 'a layout has to be known' 1 broken codesearch-struct-layout --name wreck
	has 'and it is said why it is not' "$out" 'drivers/reef/reef_ops.c could not be parsed'
	printf '#!/bin/sh\nexec "%s"\n' "$VERDICT_TEST_BUILDDIR/src/verdict-index" >"$home/bin/verdict-index"
	has 'it is not tried at each question' "$(broken codesearch-file-index --source-file drivers/reef/reef_ops.c)" "$died"
	status 'but when it is named' 0 "$home/bin/verdict" index --kernel "$tree" drivers/reef/reef_ops.c
	is 'and what was found counts' "$(broken codesearch-struct-layout --name wreck)" 'mast  byte 0  4 bytes'
	cp "$src/tests/kernel/tree/drivers/reef/reef_ops.c" "$tree/drivers/reef/reef_ops.c"
	status 'or has changed' 0 "$home/bin/verdict" index --kernel "$tree" drivers/reef/reef_ops.c
	rm -rf "$home/.cache"

	# a hostile tree includes what lies outside of it, so that what is in there is told as an error, or as names of fields
	bad=$home/bad outside=$home/outside
	mkdir "$bad" "$outside"
	echo 'machine hush login joe password hunter' >"$outside/netrc"
	ln -s "$outside/netrc" "$bad/link.h"
	ln -s "$outside" "$bad/dir"
	i=0
	for what in "$outside/netrc" ../outside/netrc link.h dir/netrc; do
		printf 'struct told%d {\n#define machine int\n#define login ; int\n#define password ; int\n#include "%s"\n;\n};\n' $i "$what" >"$bad/$i.c"
		i=$((i + 1))
	done
	printf '#include "%s"\n' "$outside/netrc" >"$bad/4.c"
	echo 'int x;' >"$bad/5.c"
	for i in 0 1 2 3 4 5; do
		printf ',{"directory":"%s","file":"%d.c","command":"gcc -nostdinc%s -c %d.c"}\n' "$bad" $i \
			"$([ $i = 5 ] && echo " -include $outside/netrc")" $i
	done | sed '1s/,/[/; $s/$/]/' >"$bad/compile_commands.json"
	out=$(verdict index --kernel "$bad" --all 2>&1)
	is 'files outside of the tree are not read: all six are told' "$(echo "$out" | grep -c '^verdict: warning: [0-5].c')" 6
	has 'with the name that they include' "$out" "$outside/netrc"
	is 'not with what is in it' "$(echo "$out" | grep -E 'hush|joe|hunter|machine')" ''
	for i in 0 1 2 3; do
		is "nor does a layout tell it: $i.c" \
			"$(verdict tool codesearch-struct-layout --kernel "$bad" --name told$i --context-file $i.c 2>&1 | grep -E 'hush|joe|hunter')" ''
	done
	rm -rf "$home/.cache"
else
	skip 'files are indexed' 'this build is without libclang'
fi

# ---- questions: each tool, with answers worked out by hand ----
ask() { verdict tool "$@" --kernel "$tree" 2>&1; }
core=drivers/reef/reef_core.c ops=drivers/reef/reef_ops.c header=drivers/reef/reef.h
if [ $have ]; then
	is 'file-index: a .c file, with functions that a macro makes and a per-cpu variable' \
		"$(ask codesearch-file-index --source-file $core)" 'global_variable  reef_count
global_variable  newest
global_variable  reef_tide
function  count
function  reef_open
function  reef_show_fish
function  reef_show_lock
function  reef_look'
	is 'file-index: a header, by a file that includes it' "$(ask codesearch-file-index --source-file /$header)" 'enum  reef_state
struct  reef_ops
struct  reef
function  reef_fish'
	status 'file-index: no such file' 1 ask codesearch-file-index --source-file none.c
	is 'is said' "$out" 'verdict: the file does not exist'
	status 'file-index: a directory' 1 ask codesearch-file-index --source-file drivers
	is 'is said too' "$out" 'verdict: the file is a directory'

	is 'definition-comment' "$(ask codesearch-definition-comment --name reef)" 'struct
  21:	/**
  22:	 * struct reef - a reef and its fish
  23:	 * @lock: holds off the tide
  24:	 */'
	is 'definition-comment: one that is apart' "$(ask codesearch-definition-comment --name reef_open | tail -n 2)" \
		"$(printf '  17:\t * Opening is not closing.\n  18:\t */')"
	is 'definition-comment: none' "$(ask codesearch-definition-comment --json --name list_head)" '{"Kind":"struct","Comment":""}'
	is 'definition-source: that of the file in question, with the comment that touches it' \
		"$(ask codesearch-definition-source --name count --context-file $ops)" "$ops
   4:	/* Another of that name. */
   5:	static u32 count(struct reef *r)
   6:	{
   7:		return r->fish--;
   8:	}"
	is 'and of the other' "$(ask codesearch-definition-source --name count --context-file $core | sed -n 2p)" \
		"$(printf "  10:\t/* The core's own way to count. */")"
	is 'definition-source: a comment that is apart is left out' \
		"$(ask codesearch-definition-source --name reef_open | sed -n 2p)" "$(printf '  20:\tint reef_open(struct reef *r)')"
	is 'definition-source: made by a macro' "$(ask codesearch-definition-source --name reef_show_lock)" "$core
$(printf '  41:\tDEFINE_REEF_SHOW(lock)')"
	has 'definition-source: a file with errors is understood as far as can be' \
		"$(ask codesearch-definition-source --name broken_answer)" 'return x + no_such_thing;'
	has 'which is said' "$(ask codesearch-definition-source --name broken_answer)" 'kernel/broken.c does not compile as it is'
	has 'and what is not compiled' "$(ask codesearch-definition-source --name switched_off)" \
		'kernel/off.c is not compiled in this configuration'
	is 'definitions: that of the file in question is meant, others of the name are told' \
		"$(ask codesearch-definitions --json --name count --context-file $ops |
			json 'd["Sure"], [(x["SourceFile"][13:], x["SourceLine"], x["Static"]) for x in d["Definitions"]]')" \
		"(True, [('reef_ops.c', 5, True), ('reef_core.c', 11, True)])"
	is 'definitions: without one, either may be' "$(ask codesearch-definitions --json --name count | json 'd["Sure"], len(d["Definitions"])')" \
		'(False, 2)'
	is 'definitions: a macro that nobody includes' "$(ask codesearch-definitions --json --name DEFINE_REEF_SHOW |
		json '[(x["Kind"], x["SourceFile"]) for x in d["Definitions"]]')" "[('macro', '$(cd "$tree" && grep -rl 'define DEFINE_REEF_SHOW' .| cut -c 3-)')]"

	is 'definitions: a field that a line names' "$(ask codesearch-definitions --name fish --context-file $ops --line 7 | head -n 2)" \
		"field  $header  27  27  false
Sure: true"
	is 'a bit field, by the name of its struct' "$(ask codesearch-definitions --name reef::depth | head -n 1)" "field  $header  29  29  false"
	is 'one of an anonymous struct' "$(ask codesearch-definitions --name reef::high | head -n 1)" "field  $header  34  34  false"
	is 'a function of that name is meant where it is no member' \
		"$(ask codesearch-definitions --name reef_open --context-file $ops --line 12 | head -n 1)" "function  $core  20  32  false"
	is 'a pointer to a function' "$(ask codesearch-definitions --name open --context-file $ops --line 16 | head -n 1)" "field  $header  17  17  false"
	sed -i '$i#define r_low low.deep' "$tree/$header"
	is 'a macro that stands for one' "$(ask codesearch-definitions --name reef::r_low --context-file $core | head -n 1)" \
		"macro  $header  59  59  false"
	cp "$src/tests/kernel/tree/$header" "$tree/$header"
	status 'none of that struct' 1 ask codesearch-definitions --name reef::lo

	# programs beside the kernel and other architectures have things of its names; what is switched off is none
	mkdir -p "$tree/tools/reef" "$tree/arch/shoal/include/asm"
	echo 'int WRITE_ONCE(int x) { return x; }' >"$tree/tools/reef/once.c"
	echo 'extern int container_of; int container_of;' >"$tree/arch/shoal/include/asm/reef.h"
	sed -i '$i#ifdef CONFIG_NEVER\n#define reef_open(r) 0\n#endif\n#define reef_count reef_count' "$tree/$header"
	where() { ask codesearch-definitions --json "$@" | json 'd["Sure"], [(x["Kind"], x["SourceFile"], x["SourceLine"]) for x in d["Definitions"]]'; }
	once="('macro', 'include/linux/compiler.h', 9)" away="('function', 'tools/reef/once.c', 1)"
	is 'definitions: the macro that a file sees, not a function of tools/' "$(where --name WRITE_ONCE --context-file $core)" "(True, [$once])"
	is 'nor a variable of another architecture' "$(where --name container_of --context-file $core)" \
		"(True, [('macro', 'include/linux/compiler.h', 20)])"
	status 'indexed all the same' 0 verdict index --kernel "$tree" tools/reef/once.c
	is 'also when that is known' "$(where --name WRITE_ONCE --context-file $core)" "(True, [$once, $away])"
	is 'or where no file is given' "$(where --name WRITE_ONCE)" "(True, [$once, $away])"
	is 'the program itself means its own' "$(where --name WRITE_ONCE --context-file tools/reef/once.c)" "(True, [$away, $once])"
	is 'what only another architecture has is not sure' "$(echo 'int shoal_only;' >"$tree/arch/shoal/only.c"
		where --name shoal_only --context-file $core)" "(False, [('global_variable', 'arch/shoal/only.c', 1)])"
	is 'nor a static function of another file' "$(where --name reef_close --context-file $core)" "(False, [('function', '$ops', 10)])"
	is 'nor what is not compiled' "$(where --name switched_off --context-file $core | cut -c 1-7)" '(False,'
	is 'a macro that is switched off hides nothing' "$(where --name reef_open --context-file $ops)" "(True, [('function', '$core', 20)])"
	is 'nor one that is its own name' "$(where --name reef_count --context-file $core)" "(True, [('global_variable', '$core', 5)])"
	is 'definition-source: of a macro, all its lines' "$(ask codesearch-definition-source --name WRITE_ONCE --context-file $core)" \
		"include/linux/compiler.h
$(awk 'NR >= 9 && NR <= 12 { printf "%4d:\t%s\n", NR, $0 }' "$tree/include/linux/compiler.h")"
	is 'find-references: of a macro, from the text' "$(ask codesearch-find-references --name WRITE_ONCE --context-file $core | sed -n '2p;$p')" \
		"function  reef_open  uses  $core  24
These are all lines that name \"WRITE_ONCE\", whatever is done there."
	rm -r "$tree/tools" "$tree/arch"
	cp "$src/tests/kernel/tree/$header" "$tree/$header"
	is 'references of what a line names: a field with its struct' \
		"$(ask codesearch-references --json --name fish --context-file $ops --line 7 | json 'd["Name"], d["References"] == '"$(
			ask codesearch-find-references --json --name reef::fish | json 'd["References"]')")" "('reef::fish', True)"
	is 'of another line of the file, where that leaves no choice' \
		"$(ask codesearch-references --json --name fish --context-file $ops --line 2 | json 'd["Name"]')" reef::fish
	is 'layout: of the struct that has it' "$(ask codesearch-layout --json --name fish --context-file $ops --line 7 |
		json 'd["Name"], d["Field"], len(d["Fields"]) > 3')" "('reef', 'fish', True)"
	is 'layout: of a struct' "$(ask codesearch-layout --json --name atomic_t | json 'd["Name"], d["Field"]')" "('atomic_t', '')"
	status 'definitions: none' 1 ask codesearch-definitions --name nothing_there
	status 'definition-source: nothing of that name' 1 ask codesearch-definition-source --name nothing_there
	is 'is said in the words of the reference' "$out" 'verdict: requested entity does not exist'
	status 'names that are none' 1 ask codesearch-definition-source --name '--all'

	layout='lock  byte 0  4 bytes
fish  byte 4  4 bytes
shark  byte 8  1 bit
depth  byte 8 bit 1  5 bits
(anonymous)  byte 16  8 bytes
raw  byte 16  8 bytes
(anonymous)  byte 16  8 bytes
low  byte 16  4 bytes
high  byte 20  4 bytes
visits  byte 24  4 bytes
colour  byte 28  2 bytes
ops  byte 32  8 bytes
link  byte 40  16 bytes
name  byte 56  0 bits'
	is 'struct-layout: bit fields, anonymous members, what is configured, a flexible array' \
		"$(ask codesearch-struct-layout --name reef)" "$layout"
	is 'struct-layout: at a byte, its neighbours too' "$(ask codesearch-struct-layout --name reef --field-offset 8)" 'fish  byte 4  4 bytes
shark  byte 8  1 bit'
	is 'struct-layout: a struct that only a typedef names' "$(ask codesearch-struct-layout --name atomic_t)" 'counter  byte 0  4 bytes'
	status 'struct-layout: of a function' 1 ask codesearch-struct-layout --name count
	is 'is refused' "$out" 'verdict: requested entity count is not a struct/union (is function)'

	# libclang before 17 does not tell operators in macros: what is done there is "uses" then
	old=
	case $("$VERDICT_TEST_BUILDDIR/src/verdict-index" --version) in *'version 14.'* | *'version 15.'* | *'version 16.'*) old=yes ;; esac
	[ $old ] || is 'find-references: a field, with what is done to it and by which macro' \
		"$(ask codesearch-find-references --name reef::fish)" "TruncatedOutput: false
function  reef_fish  reads  READ_ONCE  $header  53
function  reef_open  writes  $core  23
function  reef_show_fish  reads  DEFINE_REEF_SHOW  $core  40
function  reef_look  reads  $core  47
function  reef_look  reads  data_race  $core  48
function  reef_look  reads  $core  51
function  count  reads-and-writes  $ops  7"
	refs() { ask codesearch-find-references "$@" | tail -n +2; }
	[ $old ] || is 'find-references: a member of an anonymous struct' "$(refs --name reef::high)" "function  reef_open  writes  WRITE_ONCE  $core  24"
	is 'find-references: a bit field' "$(refs --name reef::depth)" "function  reef_open  reads-and-writes  $core  26"
	is 'find-references: an address' "$(refs --name reef::visits)" "function  reef_open  takes-address-of  $core  28"
	is 'find-references: container_of' "$(refs --name reef::link)" "function  reef_look  uses  link_to_reef  $core  45"
	[ $old ] || is 'find-references: RCU' "$(refs --name newest)" "function  reef_open  writes  rcu_assign_pointer  $core  30
function  reef_look  reads  rcu_dereference  $core  51"
	is 'find-references: per-cpu' "$(refs --name reef_tide)" "function  reef_look  writes  this_cpu_ptr  $core  50"
	is 'find-references: a function in a table and in a pointer' "$(refs --name reef_open)" \
		"function  reef_close  takes-address-of  $ops  12
global_variable  reef_default_ops  takes-address-of  $ops  21"
	is 'find-references: calls through a field' "$(refs --name reef_ops::open)" "function  reef_close  reads  $ops  15
function  reef_close  calls  $ops  16
global_variable  reef_default_ops  uses  $ops  21"
	is 'find-references: a static function, of its own file only' "$(refs --name count --context-file $ops)" \
		"function  reef_close  calls  $ops  14"
	is 'find-references: a struct' "$(refs --name 'struct reef_ops')" "struct  reef  uses  $header  43
global_variable  reef_default_ops  uses  $ops  20"
	is 'find-references: below a beginning of paths' "$(refs --name reef::fish --source-tree-prefix drivers/reef/reef_o)" \
		"function  count  reads-and-writes  $ops  7"
	is 'find-references: with lines around, of the function only' "$(refs --name count --context-file $ops --include-snippet-lines 3)" \
		"function  reef_close  calls  $ops  14
$(printf '  13:\t\n  14:\t\tcount(r);\n  15:\t\tif (r->ops->open)')"
	is 'find-references: a field that nobody uses' "$(ask codesearch-find-references --json --name reef::name)" \
		'{"TruncatedOutput":false,"References":[]}'
	status 'find-references: no such field' 1 ask codesearch-find-references --name reef::nope
	is 'is said' "$out" 'verdict: requested entity does not exist'

	# what changes is indexed again
	sed -i 's/u32 lock;/u64 lock;/' "$tree/$header"
	is 'a changed header has another layout' "$(ask codesearch-struct-layout --name reef | sed -n 2p)" 'fish  byte 8  4 bytes'
	sed -i 's/u64 lock;/u32 lock;/; s/^\/\* What a kind/\n&/' "$tree/$header"
	sed -i 's/typedef unsigned int u32;/typedef unsigned long u32;/' "$tree/include/linux/types.h"
	is 'a header that it includes too' "$(ask codesearch-struct-layout --name reef | sed -n 2p)" 'fish  byte 8  8 bytes'
	cp "$src/tests/kernel/tree/include/linux/types.h" "$tree/include/linux/types.h"
	[ $old ] || is 'and other lines' "$(refs --name reef::fish --source-tree-prefix $header)" "function  reef_fish  reads  READ_ONCE  $header  54"
	cp "$src/tests/kernel/tree/$header" "$tree/$header"

	# a function may share its name with a struct
	echo 'static inline int reef_box(void) { return 0; }' >>"$tree/include/linux/types.h"
	sed -i 's/^struct reef {/struct reef_box { u32 how; };\n&/' "$tree/$header"
	is 'the layout is that of the struct' "$(ask codesearch-struct-layout --name reef_box --context-file $ops)" 'how  byte 0  4 bytes'
	is 'also where the function is nearer' "$(ask codesearch-struct-layout --name reef_box)" 'how  byte 0  4 bytes'
	is 'and is named, where there is no struct' "$(ask codesearch-struct-layout --name reef_open 2>&1)" \
		'verdict: requested entity reef_open is not a struct/union (is function)'
	cp "$src/tests/kernel/tree/$header" "$tree/$header"
	cp "$src/tests/kernel/tree/include/linux/types.h" "$tree/include/linux/types.h"

	# per-cpu operations are assembly, of which only the order of operands is told; macros inside of others are read from the text
	sed '/^$/d; s/^	*//' >>"$tree/$ops" <<'END'
		#define __this_cpu_write(v, x) do { asm("mov %1, %0" : "+m" (v) : "r" (x)); } while (0)
		#define __this_cpu_inc(v) do { asm("inc %0" : "+m" (v)); } while (0)
		#define this_cpu_read(v) ({ u32 r_; asm("mov %1, %0" : "=r" (r_) : "m" (v)); r_; })
		#define this_cpu_xchg(v, x) ({ u32 r_ = (x); asm("xchg %1, %0" : "+r" (r_), "+m" (v)); r_; })
		#define this_cpu_add_return(v, x) ({ u32 r_ = (x); asm("xadd %0, %1" : "+r" (r_), "+m" (v)); r_; })
		#define my_cpu_ptr(p) ({ unsigned long at_; asm("add %1, %0" : "=r" (at_) : "m" (tide), "0" (p)); (typeof(*(p)) *)at_; })
		#define raw_cpu_ptr(p) ({ my_cpu_ptr(p); })
		#define per_cpu_ptr(p, cpu) ({ unsigned long at_; at_ = (unsigned long)(p); (typeof(p))(at_ + (cpu)); })
		#define smp_store_release(p, v) do { WRITE_ONCE(*p, v); } while (0)
		static unsigned long tide;
		#define pr_cont(fmt, ...) say("c" fmt, ##__VA_ARGS__)
		int say(const char *fmt, ...);
		struct swell { struct { u32 low; } deep; u32 high; };
		static struct swell swell;
		int surge(struct swell *s)
		{
		__this_cpu_write(swell.deep.low, 1);
		__this_cpu_inc(swell.deep.low);
		asm("mov %1, %0" : "=m" (s->deep.low) : "r" (s->high));
		asm("prefetch %0" : : "m" (s->deep.low));
		pr_cont("%d %s", say("(\""), /* ( */ ")"[data_race(s->deep.low)], s->deep.low);
		*raw_cpu_ptr(&swell.deep.low) = 1;
		WRITE_ONCE(*raw_cpu_ptr(&swell.deep.low), 1);
		smp_store_release(per_cpu_ptr(&swell.deep.low, 1), 1);
		say("%d", READ_ONCE(*per_cpu_ptr(&swell.deep.low, 1)), raw_cpu_ptr(&swell.deep.low));
		pr_cont("%d", READ_ONCE(*raw_cpu_ptr(&swell.deep.low)), *raw_cpu_ptr(&swell.deep.low));
		return this_cpu_read(swell.deep.low) + this_cpu_xchg(swell.deep.low, 2) + this_cpu_add_return(swell.deep.low, 3);
		}
END
	[ $old ] || is 'find-references: operands of assembly, by order and macro' \
		"$(ask codesearch-find-references --json --name swell::deep |
			json '[(r.get("Macro"), r["ReferenceKind"]) for r in d["References"]]' | sed 's/), (/),\n (/g')" \
		"[('__this_cpu_write', 'writes'),
 ('__this_cpu_inc', 'reads-and-writes'),
 (None, 'writes'),
 (None, 'reads'),
 ('data_race', 'reads'),
 ('pr_cont', 'reads'),
 ('raw_cpu_ptr', 'writes'),
 ('WRITE_ONCE', 'writes'),
 ('smp_store_release', 'writes'),
 ('READ_ONCE', 'reads'),
 ('raw_cpu_ptr', 'takes-address-of'),
 ('READ_ONCE', 'reads'),
 ('pr_cont', 'reads'),
 ('this_cpu_read', 'reads'),
 ('this_cpu_xchg', 'reads-and-writes'),
 ('this_cpu_add_return', 'reads-and-writes')]"
	cp "$src/tests/kernel/tree/$ops" "$tree/$ops"

	# which files name it is remembered, until one that is compiled has changed
	depth="function  reef_open  reads-and-writes  $core  26"
	gitless() {
		env PATH="$home/none" "$VERDICT_TEST_BUILDDIR/src/verdict" tool codesearch-find-references --kernel "$tree" --name reef::depth 2>&1
	}
	is 'asked and asked again' "$(refs --name reef::depth; refs --name reef::depth)" "$depth
$depth"
	is 'the answer needs no git' "$(gitless)" "TruncatedOutput: false
$depth"
	echo 'int peek(struct reef *r) { return r->depth; }' >>"$tree/$ops"
	status 'one that has changed is read' 5 gitless
	is 'a file that did not name it, and does now' "$(refs --name reef::depth)" "$depth
function  peek  reads  $ops  $(wc -l <"$tree/$ops" | tr -d ' ')"
	cp "$src/tests/kernel/tree/$ops" "$tree/$ops"
	is 'and is forgotten' "$(refs --name reef::depth)" "$depth"
	commands $core $ops kernel/broken.c | sed 's/-DCONFIG_REEF_STATS=1//' >"$tree/compile_commands.json"
	is 'another configuration is another index' "$(ask codesearch-struct-layout --name reef | grep -c visits)" 0
	commands $core $ops kernel/broken.c >"$tree/compile_commands.json"
	is 'and the first one is still there' "$(ask codesearch-struct-layout --name reef)" "$layout"

	# what a hostile tree has instead of files is not waited for
	mv "$tree/compile_commands.json" "$home/kept"
	for what in .config compile_commands.json; do
		mkfifo "$tree/$what"
		[ $what = .config ] && cp "$home/kept" "$tree/compile_commands.json"
		has "a fifo as $what" "$(timeout 30 "$VERDICT_TEST_BUILDDIR/src/verdict" tool codesearch-definition-source --kernel "$tree" --name count \
			--context-file $ops)" 'return r->fish--;'
		rm "$tree/$what" "$tree/compile_commands.json" 2>/dev/null
	done
	mv "$home/kept" "$tree/compile_commands.json"

	# built elsewhere
	mkdir "$home/obj"
	mv "$tree/compile_commands.json" "$home/obj/"
	echo 'CONFIG_REEF=y' >"$home/obj/.config"
	is 'a build tree apart' "$(ask codesearch-struct-layout --name atomic_t --build "$home/obj")" 'counter  byte 0  4 bytes'
	is 'whose configuration can be read' "$(ask read-file --file .config --build "$home/obj")" "$(printf '   1:\tCONFIG_REEF=y')"
	is 'as a setting' "$(ask read-file --file .config --set "build=$home/obj")" "$(printf '   1:\tCONFIG_REEF=y')"
	status 'not beyond it' 1 ask read-file --file ../linux/Makefile --build "$home/obj"
else
	skip 'questions are answered from the index' 'this build is without libclang'
	rm "$tree/compile_commands.json"
fi

# ---- questions without an index ----
status 'without an index there are no layouts' 1 ask codesearch-struct-layout --name reef
has 'which is said, and why' "$out" 'can only be had with an index: '
is 'references are the lines that name it' "$(ask codesearch-find-references --json --name reef::fish |
	json '[(r["ReferencingEntityName"], r["ReferenceKind"], r["SourceLine"]) for r in d["References"] if "ops" in r["SourceFile"]]')" \
	"[('count', 'uses', 7)]"
has 'which is said' "$(ask codesearch-find-references --name reef::fish)" 'Approximate, by text and not by a compiler'
mkdir -p "$tree/arch/shoal" "$tree/lib"
echo 'int x = READ_ONCE(1);' | tee "$tree/arch/shoal/a.c" >"$tree/lib/a.c"
printf '/*\n * READ_ONCE() reads once.\n */\nint y = READ_ONCE(2);\n' >"$tree/drivers/reef/a.c"
is 'the file that is asked about first, then its directory, headers, the rest, other architectures; comments last' \
	"$(ask codesearch-find-references --json --name READ_ONCE --context-file drivers/reef/reef.h |
		json '" ".join(r["SourceFile"] + ":" + str(r["SourceLine"]) for r in d["References"])')" \
	'drivers/reef/reef.h:53 drivers/reef/a.c:4 include/linux/compiler.h:8 include/linux/compiler.h:16 lib/a.c:1 arch/shoal/a.c:1 drivers/reef/a.c:2'
rm -r "$tree/arch" "$tree/lib" "$tree/drivers/reef/a.c"
is 'a field is looked for in the text of its struct' "$(ask codesearch-definitions --name reef::fish | head -n 1)" \
	"field  $header  27  27  false"
if ctags --version 2>/dev/null | grep -q '^Universal'; then
	is 'file-index by ctags' "$(ask codesearch-file-index --json --source-file $header | json '[x["Name"] for x in d["Entities"]]')" \
		"['reef_state', 'reef_ops', 'reef', 'reef_fish']"
	has 'says so' "$(ask codesearch-file-index --source-file $header)" 'Approximate'
	is 'definition-source too' "$(ask codesearch-definition-source --name count --context-file $ops | sed -n 2p)" \
		"$(printf '   4:\t/* Another of that name. */')"
	is 'and definition-comment' "$(ask codesearch-definition-comment --name reef_open | sed -n 3p)" "$(printf '  17:\t * Opening is not closing.')"
else
	skip 'definitions without an index' 'Universal Ctags is absent'
fi
if [ -x "$VERDICT_TEST_BUILDDIR/src/verdict-index" ]; then
	commands $core $ops >"$tree/compile_commands.json"
	uncached() { XDG_CACHE_HOME=/proc/none "$VERDICT_TEST_BUILDDIR/src/verdict" "$@" --kernel "$tree" 2>&1; }
	has 'where no index can be kept there is an answer' "$(uncached tool codesearch-find-references --name reef::fish)" \
		"Approximate, by text and not by a compiler: cannot make directory '/proc/none"
	status 'but nothing is indexed' 5 uncached index --all
	rm "$tree/compile_commands.json"
else
	skip 'where no index can be kept there is an answer' 'this build is without libclang'
fi
ln -s /etc/passwd "$tree/link.c"
status 'a link out of the tree is refused' 1 ask codesearch-file-index --source-file link.c
is 'and said' "$out" 'verdict: path is outside of the source tree'
status 'a context that is none' 1 ask codesearch-definition-source --name root --context-file ../../etc/passwd
rm "$tree/link.c"

# ---- a program without its worker ----
mkdir "$home/alone"
cp "$VERDICT_TEST_BUILDDIR/src/verdict" "$home/alone/verdict"
status 'without verdict-index there is no index' 5 "$home/alone/verdict" index --kernel "$tree" --all
has 'which is said' "$out" 'verdict-index, which needs libclang, is not installed beside verdict'

done_testing
