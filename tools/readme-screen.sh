#!/bin/sh
# Print README.md with the picture of the screen as tests/screens/example-100x30.screen has it.
top=$(dirname "$0")/..
awk -v screen="$top/tests/screens/example-100x30.screen" '
	/^```$/ && ++fence == 1 {
		print
		while ((getline line < screen) > 0 && line != "---- roles")
			print line
		skip = 1
		next
	}
	/^```$/ { skip = 0 }
	!skip { print }
' "$top/README.md"
