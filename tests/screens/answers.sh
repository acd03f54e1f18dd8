#!/bin/sh
# Stands in for "verdict tool NAME" in screen scripts (step "asks"): what is asked about the code is answered from here.
asked=$(cat)
say() { printf "%s\n" "$1"; } # echo would read what is escaped
id=0b599af895db3c3bd693f8069ba33b0bb3874ef0
other=5e1fc0de5e1fc0de5e1fc0de5e1fc0de5e1fc0de
commits="{\"Commit\":\"$other\",\"Date\":\"2026-02-03\",\"Author\":\"Petra Perch\",\"Subject\":\"pond: mark the racing write \\u001b[31m\"},
	{\"Commit\":\"$id\",\"Date\":\"2025-11-30\",\"Author\":\"Otto Otter\",\"Subject\":\"pond: feed the fish\"}"

ref() { # KIND MACRO FILE LINE FUNCTION CODE
	printf '%s{"ReferencingEntityKind":"function","ReferencingEntityName":"%s","ReferenceKind":"%s"%s,"SourceFile":"%s","SourceLine":%s,"SourceSnippet":"  %s:\\t\\t%s\\n"}' \
		"$comma" "$5" "$1" "${2:+,\"Macro\":\"$2\"}" "$3" "$4" "$4" "$6"
	comma=,
}

field() { # NAME OFFSET SIZE
	printf '%s{"Name":"%s","OffsetBits":%s,"SizeBits":%s}' "$comma" "$1" "$2" "$3"
	comma=,
}

line() { # NUMBER ID DATE AUTHOR SUBJECT CODE
	printf '%s{"Line":%s,"Commit":"%s","Date":"%s","Author":"%s","Subject":"%s","File":"drivers/pond/pond.h","Text":"%s"}' \
		"$comma" "$1" "$2" "$3" "$4" "$5" "$6"
	comma=,
}

comma=
case $2 in
codesearch-definitions)
	case $asked in
	*'"Name":"count"'*) cat <<-END
		{"Definitions":[{"Kind":"function","SourceFile":"drivers/pond/pond_feed.c","SourceLine":31,"LastLine":44,"Static":true},
		{"Kind":"function","SourceFile":"drivers/net/ethernet/a-vendor/with/a/very/deep/tree/of/folders/pond_count.c","SourceLine":1207,"LastLine":1209,"Static":true},
		{"Kind":"macro","SourceFile":"tools/include/linux/pond.h","SourceLine":9,"LastLine":9,"Static":false}],"Sure":false,
		"Note":"Approximate, by text and not by a compiler: nothing says how its files are compiled."}
		END
		;;
	*'"Name":"pond_valve"'*) cat <<-END
		{"Definitions":[{"Kind":"function","SourceFile":"drivers/pond/pond_feed.c","SourceLine":24,"LastLine":31,"Static":false},
		{"Kind":"function","SourceFile":"drivers/pond/stub.c","SourceLine":3,"LastLine":3,"Static":true}],"Sure":true}
		END
		;;
	*) echo '{"error":"requested entity does not exist"}' ;;
	esac
	;;
codesearch-references)
	printf '{"TruncatedOutput":false,"Name":"pond::flags","References":['
	ref reads-and-writes '' drivers/pond/pond.h 67 pond_mark 'p->flags |= bits;'
	ref reads '' drivers/pond/pond.h 79 pond_test 'return p->flags & bits;'
	ref writes WRITE_ONCE drivers/pond/pond_feed.c 27 pond_valve 'WRITE_ONCE(p->flags, POND_F_OPEN);'
	ref reads READ_ONCE drivers/pond/pond_sysfs.c 19 state_show 'u32 flags = READ_ONCE(p->flags);'
	ref takes-address-of '' drivers/pond/pond_sysfs.c 40 flags_show 'show(&p->flags);'
	echo '],"Note":"1 file that names it is not compiled in this configuration."}'
	;;
codesearch-layout)
	case $asked in
	*pond_level*)
		printf '{"Name":"struct pond_level","Fields":['
		field low 0 8
		field high 8 1
		field mode 9 3
		field dirty 12 1
		field millimetres 16 16
		echo ']}'
		exit
		;;
	esac
	printf '{"Name":"pond","Field":"flags","Fields":['
	field lock 0 32
	field flags 32 32
	field shark 64 1
	field depth 65 5
	field '' 128 64
	field raw 128 64
	echo ']}'
	;;
lines-blame)
	printf '{"Lines":['
	line 77 $id 2025-11-30 'Otto Otter' 'pond: feed the fish' 'static inline bool pond_test(const struct pond *p, u32 bits)'
	line 78 $id 2025-11-30 'Otto Otter' 'pond: feed the fish' '{'
	line 79 $other 2026-02-03 'Petra Perch' 'pond: look at the bits that are asked for only' '\treturn p->flags & bits;'
	line 80 $id 2025-11-30 'Otto Otter' 'pond: feed the fish' '}'
	echo ']}'
	;;
lines-log) say "{\"Commits\":[$commits],\"Note\":\"There are older ones.\"}" ;;
lines-since)
	case $asked in
	*'"Since":"old"'*) say "{\"State\":\"unchanged\",\"To\":\"$id\",\"File\":\"drivers/pond/pond.h\",\"LinesLeft\":true,\"Before\":true,\"Commits\":[],\"Diff\":\"\"}" ;;
	*'"Since":"none"'*) say "{\"error\":\"commit 'none' is not in '/linux': fetch it with: git -C /linux fetch --all --tags\"}" ;;
	*) say "{\"State\":\"changed\",\"To\":\"$other\",\"File\":\"drivers/pond/lake.h\",\"Start\":80,\"End\":83,\"LinesLeft\":true,\"Before\":false,\"Commits\":[$commits],
		\"Diff\":\"@@ -79 +82 @@ static inline bool pond_test(const struct pond *p, u32 bits)\\n-\\treturn p->flags & bits;\\n+\\treturn READ_ONCE(p->flags) & bits;\\n\"}" ;;
	esac
	;;
git-show) say "{\"Output\":\"commit $other\\nAuthor: Petra Perch <petra@example.org>\\nDate:   Tue Feb 3 09:00:00 2026 +0000\\n\\n    pond: mark the racing write\\n---\\n drivers/pond/pond.h | 2 +-\\n\\ndiff --git a/drivers/pond/pond.h b/drivers/pond/pond.h\\n--- a/drivers/pond/pond.h\\n+++ b/drivers/pond/pond.h\\n@@ -67 +67 @@ static inline void pond_mark(struct pond *p, u32 bits)\\n-\\tp->flags |= bits;\\n+\\tWRITE_ONCE(p->flags, p->flags | bits);\\n\"}" ;;
*) exit 1 ;;
esac
