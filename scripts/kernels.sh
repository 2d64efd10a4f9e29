#!/usr/bin/env bash
# kernels.sh: generates the kernels again and compares them with the committed files, first deleted
# in a copy, so that a file which no generator writes is found too.
set -euo pipefail
cd "$(dirname "$0")/../internal/kernel"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/kernel"
cp -r gen "$tmp/kernel/gen"
(cd "$tmp/kernel/gen" && "${GO:-go}" run . -out ../zz_kernels_amd64.s -stubs ../zz_stubs_amd64.go -pkg kernel &&
	"${GO:-go}" run ./neon -out ../zz_kernels_arm64.s -stubs ../zz_stubs_arm64.go)

bad=0
for f in $(ls -d zz_* "$tmp"/kernel/zz_* | xargs -n 1 basename | sort -u); do
	if ! cmp -s "$f" "$tmp/kernel/$f"; then
		echo "internal/kernel/$f is not what internal/kernel/gen writes: run make gen"
		diff -N "$f" "$tmp/kernel/$f" | head -n 10 || true
		bad=1
	fi
done
[ $bad = 0 ] && echo "kernels: the committed files are what the generator writes"
exit $bad
