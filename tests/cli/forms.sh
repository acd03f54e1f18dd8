#!/bin/sh
# Recordings in many forms: compressed, in directories, several runs in one file, several recordings of one job.
. "$VERDICT_TEST_SRCDIR/tests/cli/tap.sh"

mkdir -p "$home/in/a/b"
/usr/bin/python3 - "$example" "$home" <<'P'
import json, struct, sys, zlib
data = open(sys.argv[1], "rb").read()
home = sys.argv[2]

def write(name, content):
    with open(home + "/" + name, "wb") as f:
        f.write(content)

packer = zlib.compressobj(9, zlib.DEFLATED, 31)
gz = packer.compress(data) + packer.flush()
zst = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data))
for at in range(0, len(data), 100000):  # blocks as they are
    part = data[at:at + 100000]
    last = at + 100000 >= len(data)
    zst += struct.pack("<I", last | len(part) << 3)[:3] + part
write("run.gz", gz)
write("run.zst", zst)
write("cut.gz", gz[:-9])
write("cut.zst", zst[:-9])

def job(number):
    return {"ID": "%08d-aaaa-bbbb-cccc-ddddeeeeffff" % number, "Workflow": "assessment-kcsan",
            "Description": "KCSAN: data-race in pond_%d" % number, "Created": "2026-03-01T10:00:00Z",
            "Started": "2026-03-01T10:00:00Z", "Finished": "2026-03-01T10:09:00Z", "Error": "",
            "Results": [{"Name": "Benign", "IsBool": True, "Value": number % 2 == 0}]}

spans = [{"Started": "2026-03-01T10:00:00Z", "Seq": 0, "Nesting": 0, "Type": "flow", "Name": "assessment-kcsan",
          "Duration": 60000000000, "Args": "", "Results": "map[Benign:true]"}]
write("list.json", json.dumps({"Jobs": [job(1), job(2), job(3)]}).encode())
write("job.json", json.dumps({"Job": job(2), "Trajectory": spans, "Args": []}).encode())
write("job.html", ("<html><body><table><tr><th>ID</th><th>Workflow</th><th>Result</th><th>Bug</th></tr><tr><td>%s</td>"
      "<td>assessment-kcsan</td><td>Benign: ✅</td><td>a bug</td></tr></table><script>const rawData = %s;\n</script>"
      "</body></html>" % (job(2)["ID"], json.dumps(spans))).encode())
write("in/run.json", data)
write("in/a/job.json", json.dumps({"Job": job(2), "Trajectory": spans, "Args": []}).encode())
write("in/a/b/note.txt", b"hello\n")
write("report", b"BUG: KCSAN: data-race in pond_a / pond_b\n")
P
ln -s ../run.gz "$home/in/link"

# ---- compressed ----
plain=$(verdict show "$example" --json)
for form in gz zst; do
	is "$form opens as the same run" "$(verdict show "$home/run.$form" --json)" "$plain"
	is "$form on standard input too" "$(verdict show - --json <"$home/run.$form")" "$plain"
	status "cut $form is refused" 3 verdict show "$home/cut.$form"
	is "cut $form: one line" "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 1
	has "cut $form: it says why" "$out" 'the compressed data are cut'
done
fresh
status 'a compressed recording is taken in' 0 verdict import "$home/run.gz"
id=$(printf '%s' "$out" | awk '{ print $2 }')
cmp -s "$example" "$home/.local/share/verdict/runs/"* && pass 'the bytes that came out are stored' ||
	fail 'the bytes that came out are stored'
has 'uncompressed it is known' "$(verdict import "$example")" "known  $id"
status 'the stored run opens' 0 verdict show "$id"
status 'a compressed report opens' 0 sh -c 'gzip -c "$1" | "$2" report -' sh "$home/report" "$VERDICT_TEST_BUILDDIR/src/verdict"

# ---- directories ----
fresh
status 'a directory is taken in; what is no recording is refused' 1 verdict import "$home/in"
has 'the summary counts' "$out" '2 new, 0 known, 1 refused'
has 'the refused file is named' "$out" "$home/in/a/b/note.txt"
has 'and why' "$out" 'not a recording'
is 'nothing is taken twice for a link' "$(verdict list --all | wc -l | tr -d ' ')" 2
status 'again all is known' 1 verdict import "$home/in" "$home/run.gz"
has 'the summary says so' "$out" '0 new, 3 known, 1 refused'
is 'JSON stays one document' "$(verdict import --json "$home/in" 2>/dev/null | json 'len(d)')" 2
deep=$home/tree
mkdir "$deep" && cp "$example" "$deep/run.json" && mkfifo "$deep/pipe" && ln -s . "$deep/loop"
for i in 1 2 3 4 5 6 7 8; do deep=$deep/1/2/3/4/5/6/7/8/9; done
mkdir -p "$deep"
fresh
status 'a tree that is too deep is refused there only' 1 verdict import "$home/tree"
has 'the rest of it is taken' "$out" '1 new, 0 known, 1 refused'
has 'the reason is said' "$out" 'more than 64 deep'
mkdir "$home/empty"
status 'an empty directory is bad input' 3 verdict import "$home/empty"
status 'where all are refused the status is that of the last' 3 verdict import "$home/in/a/b/note.txt" "$home/cut.gz"
is 'no progress goes into a file' "$(verdict import "$home/run.gz" "$home/in" 2>&1 >/dev/null | tr -d '\n' | tr '\r' '@' | grep -c @)" 0

# ---- several runs in a file ----
fresh
status 'a file with several runs opens the first' 0 verdict show "$home/list.json"
has 'that is the first' "$out" pond_1
has 'and says so' "$(verdict show --full "$home/list.json")$(verdict show --json "$home/list.json")" '--member'
status 'another is asked for' 0 verdict show --member 3 "$home/list.json"
has 'and shown' "$out" pond_3
status 'there is no fourth' 3 verdict show --member 4 "$home/list.json"
status 'members count from 1' 2 verdict show --member 0 "$home/list.json"
status 'import takes all of them' 0 verdict import "$home/list.json"
is 'one line each' "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 3
id=$(printf '%s\n' "$out" | awk '/pond_3/ { print $2 }')
has 'a stored one is found by its id' "$(verdict show "$id")" pond_3
status 'of several on standard input the first is taken' 3 sh -c '"$1" import - <"$2"' sh "$VERDICT_TEST_BUILDDIR/src/verdict" "$home/list.json"
has 'the others are named' "$out" '2 more runs'

# ---- recordings of one job ----
status 'two more recordings of a job' 0 verdict import "$home/job.json" "$home/job.html"
is 'are one case' "$(verdict list | wc -l | tr -d ' ')" 3
has 'the best of them is listed' "$(verdict list)" 'a bug (+2)'
is 'list --all has every one' "$(verdict list --all | wc -l | tr -d ' ')" 5
is 'JSON counts them' "$(verdict list --json | json '[r["others"] for r in d if r["title"] == "a bug"]')" '[2]'
verdict approve "$(verdict list --all | awk '/pond_2/ { print $1; exit }')" >/dev/null
has 'what was decided on another one is told' "$(verdict list)" '(+2) (1 of them decided)'
other=$(verdict list --all | awk '/a bug/ { print $1; exit }')
has 'show tells it on the others' "$(verdict show "$other")" 'decided on another recording'
status 'and applies it to none' 0 sh -c '"$1" list --all | grep -c "  approved" | grep -qx 1' sh "$VERDICT_TEST_BUILDDIR/src/verdict"
status 'a report is a run to be judged' 0 verdict import "$home/report"
id=$(printf '%s' "$out" | awk '{ print $2 }')
has 'it waits' "$(verdict list)" "$id  unreviewed   no agent"
status 'and is judged' 0 verdict judge "$id" Benign=false
# ---- spans come back as they were ----
files=${VERDICT_TEST_DATA:-/nonexistent}/syzkaller-trajectories
if [ -d "$files" ]; then
	out=$(/usr/bin/python3 - "$files" "$VERDICT_TEST_BUILDDIR/src/verdict" <<'P'
import glob, json, subprocess, sys

def records(text):  # the bytes of each element of an array
    out, at = [], text.index("[") + 1
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return out
        end = json.JSONDecoder().raw_decode(text, at)[1]
        out.append(text[at:end])
        at = end

count = 0
for name in sorted(glob.glob(sys.argv[1] + "/*.json")):
    with open(name, encoding="utf-8", newline="") as f:
        text = f.read()
    last = {json.loads(r)["Seq"]: r for r in records(text)}
    got = subprocess.run([sys.argv[2], "export", "--format", "spans", name], stdout=subprocess.PIPE, check=True).stdout
    if records(got.decode()) != [last[seq] for seq in sorted(last)]:
        print("differs:", name)
    count += 1
print("compared" if count else "no file")
P
	)
	is 'the spans of every real recording leave byte by byte' "$out" compared
else
	skip 'the spans of every real recording leave byte by byte' 'no real data'
fi
# ---- ceilings ----
flood() { head -c 300000000 /dev/zero | tr '\0' x | verdict report -; }
status 'a log that is too long to be taken apart' 3 flood
has 'is refused with the ceiling' "$out" '256 MiB'
deep=$(head -c 2000 /dev/zero | tr '\0' '[')$(head -c 2000 /dev/zero | tr '\0' ']')
printf '{"Job":{"ID":"1"},"Args":%s}' "$deep" >"$home/deep.json"
out=$(verdict show "$home/deep.json" 2>&1) || :
has 'a job nested too deep is told as that' "$out" 'nested more than 1000 deep'
done_testing
