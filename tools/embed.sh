#!/bin/sh
# Print C source that holds text files as strings: embed.sh NAME FILE [NAME FILE]...
set -e

echo '/* Made by tools/embed.sh from the files named here. */'
while [ $# -ge 2 ]; do
	[ -r "$2" ] || { echo "embed.sh: cannot read '$2'" >&2; exit 1; }
	printf '\n/* %s */\nextern const char %s[];\nconst char %s[] =\n\t""\n' "${2##*/}" "$1" "$1"
	# A question mark is escaped because two of them begin a trigraph in C11.
	sed -e 's/[\\"?]/\\&/g' -e 's/	/\\t/g' -e 's/.*/	"&\\n"/' "$2"
	printf '\t;\n'
	shift 2
done
