#!/bin/sh
# make check-kernel: the index on a real kernel, which is unpacked and configured for KCSAN but never built.  What is expected
# was read in the source; layouts are compared with pahole's.  Not part of make check: it takes minutes, 2 GB and the network.
# usage: [FULL=1] tools/check-kernel.sh BUILDDIR [DIR-TO-WORK-IN]
# FULL: also build the same tree with the same configuration and index all of it, and say how much longer that takes.
set -eu
verdict=$(cd "$1" && pwd)/src/verdict
work=${2-${TMPDIR-/tmp}/verdict-check-kernel}
mkdir -p "$work"
work=$(cd "$work" && pwd)
failed=0

fail() { echo "FAIL: $*"; failed=1; }
is() { [ "$2" = "$3" ] && echo "ok: $1" || { fail "$1"; printf 'got:  %s\nwant: %s\n' "$(printf '%s\n' "$2" | head -n 20)" "$3"; }; }
now() { date +%s.%N; }
since() { echo "$(now) $1" | awk '{ printf "%.1f s", $1 - $2 }'; }

tarball=/usr/src/linux-source-6.1.tar.xz
if [ ! -f $tarball ]; then
	[ "$(id -u)" = 0 ] && sudo='' || sudo=sudo
	$sudo apt-get -q update >&2
	DEBIAN_FRONTEND=noninteractive $sudo apt-get -q install -y --no-install-recommends linux-source-6.1 bc flex bison \
		libelf-dev libssl-dev dwarves xz-utils >&2
fi
src=$work/linux obj=$work/obj
[ -f "$src/Makefile" ] || { mkdir -p "$src" && tar -C "$src" -xf $tarball --strip-components=1; }

# ---- an unconfigured tree ----
rm -rf "$obj" "$work/home"
mkdir -p "$obj" "$work/home"
export HOME="$work/home"
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
began=$(now)
make -s -C "$src" O="$obj" tinyconfig >/dev/null
for o in 64BIT SMP PRINTK MULTIUSER TTY NET INET UNIX AUDIT AUDITSYSCALL SECURITY SECURITY_NETWORK SECURITY_SELINUX SYSFS PROC_FS \
	DEBUG_KERNEL DEBUG_FS DEBUG_INFO_DWARF5 PERF_EVENTS KCSAN KCSAN_STRICT; do
	echo "CONFIG_$o=y"
done >>"$obj/.config"
mv "$obj/.config" "$work/config"
rm -rf "$obj"
echo "a configuration to apply, after $(since "$began")"
began=$(now)
"$verdict" index --kernel "$src" --config "$work/config" kernel/audit.c >"$work/said"
obj=$(sed -n 's/.* --build //p' "$work/said")
grep -q '^CONFIG_KCSAN=y' "$obj/.config" || fail 'this compiler has no KCSAN'
echo "configured and prepared, flags of $(grep -o '"file":' "$obj/compile_commands.json" | wc -l) files known, kernel/audit.c" \
	"indexed, after $(since "$began"): that is when an agent's first question can be answered"
again=$(now)
"$verdict" index --kernel "$src" --config "$work/config"
echo "again: $(since "$again")"

ask() { "$verdict" tool "$@" --kernel "$src" --build "$obj"; }
refs() { ask codesearch-find-references "$@" --json | python3 -c 'import json, sys
for r in json.load(sys.stdin)["References"]:
    print(r["ReferencingEntityName"], r["ReferenceKind"], r.get("Macro", "plain"), r["SourceFile"])'; }

# ---- kernel/audit.c ----
first=$(now)
is 'the layout of struct audit_ctl_mutex' "$(ask codesearch-struct-layout --name audit_ctl_mutex --context-file kernel/audit.c |
	awk '{ print $1 }' | tr '\n' ' ')" 'lock owner '
ready=$(since "$began")
echo "first answer $(since "$first") after that, $ready after the beginning"
is 'who uses its owner' "$(refs --name audit_ctl_mutex::owner)" 'audit_ctl_lock writes plain kernel/audit.c
audit_ctl_unlock writes plain kernel/audit.c
audit_ctl_owner_current reads plain kernel/audit.c
audit_init writes plain kernel/audit.c'
is 'the comment of audit_log_start' "$(ask codesearch-definition-comment --name audit_log_start | sed -n '3p' | cut -f 2)" \
	' * audit_log_start - obtain an audit buffer'
again=$(now)
ask codesearch-struct-layout --name audit_ctl_mutex >/dev/null
echo "the same question again: $(since "$again")"
many=$(now)
refs --name netlink_sock::cb_running >"$work/cb_running" || fail 'references of netlink_sock::cb_running'
grep -q 'WRITE_ONCE' "$work/cb_running" || fail 'no WRITE_ONCE among the uses of netlink_sock::cb_running'
echo "uses of netlink_sock::cb_running: $(wc -l <"$work/cb_running"), $(since "$many")"

# ---- layouts beside pahole's ----
make -s -C "$obj" kernel/audit.o >/dev/null
"$verdict" index --kernel "$src" --build "$obj" kernel/audit.c
python3 - "$verdict" "$src" "$obj" <<'P' || failed=1
import json, re, subprocess, sys
verdict, src, obj = sys.argv[1:]
text = subprocess.run(["pahole", obj + "/kernel/audit.o"], capture_output=True, text=True).stdout
same = fields = 0
wrong = []
for m in re.finditer(r"^struct (\w+) \{\n(.*?)^\}", text, re.M | re.S):
    if m.group(1) == "__va_list_tag":
        continue # of the compiler, in no source
    if same + len(wrong) >= 300:
        break
    want = {}
    for line in m.group(2).splitlines():
        f = re.match(r"^\t[^\t].*?[\s*(](\w+)(?:\[[^;]*|\)\([^;]*|\s*)?;\s*/\*\s*(\d+)\s+(\d+)\s*\*/", line)
        if f and ":" not in line.split(";")[0]:
            want[f.group(1)] = (int(f.group(2)) * 8, int(f.group(3)) * 8)
    p = subprocess.run([verdict, "tool", "codesearch-struct-layout", "--json", "--name", m.group(1), "--kernel", src, "--build", obj],
                       capture_output=True, text=True)
    got = {f["Name"]: (f["OffsetBits"], f["SizeBits"]) for f in json.loads(p.stdout).get("Fields", [])} if p.returncode == 0 else {}
    bad = {k: (v, got.get(k)) for k, v in want.items() if got.get(k) != v}
    fields += len(want)
    if bad:
        wrong.append((m.group(1), bad))
    else:
        same += 1
print("layouts: %d structs as pahole has them, with %d fields; %d not" % (same, fields, len(wrong)))
for w in wrong[:20]:
    print("FAIL:", *w)
sys.exit(bool(wrong) or same < 300)
P

# ---- beside a full build and a full index of the same tree and configuration ----
if [ "${FULL-}" ]; then
	full=$work/full
	rm -rf "$full"
	mkdir "$full"
	began=$(now)
	cp "$work/config" "$full/.config"
	make -s -C "$src" O="$full" olddefconfig
	make -s -j"$(nproc)" -C "$full" vmlinux >"$work/built" 2>&1 || fail 'the full build'
	built=$(since "$began")
	python3 "$src/scripts/clang-tools/gen_compile_commands.py" -d "$full" -o "$full/compile_commands.json" >/dev/null 2>&1
	again=$(now)
	"$verdict" index --kernel "$src" --build "$full" --all >"$work/all" 2>&1 || fail 'the full index'
	tail -n 1 "$work/all"
	indexed=$(since "$again")
	echo "full build $built, full index $indexed: $(echo "$ready $(since "$began")" | awk '{ printf "%.1f", $3 / $1 }') times as long"
fi

[ $failed = 0 ] && echo 'check-kernel: ok'
exit $failed
