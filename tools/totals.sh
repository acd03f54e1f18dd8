#!/bin/sh
# Add up the "# PASS:" lines that automake prints for a test suite: one line "N passed, N failed[, N skipped]".
# Fails where nothing ran or something failed.
awk '
	$1 == "#" && $2 == "PASS:" { passed += $3 }
	$1 == "#" && ($2 == "FAIL:" || $2 == "ERROR:" || $2 == "XPASS:") { failed += $3 }
	$1 == "#" && $2 == "SKIP:" { skipped += $3 }
	END {
		printf "%d passed, %d failed", passed, failed
		if (skipped)
			printf ", %d skipped", skipped
		printf "\n"
		exit failed > 0 || passed == 0
	}
' "$@"
