#!/usr/bin/env bash
# release.sh [TARGET...]: builds the release of the commit that is checked out into dist/: a static binary and its bill of
# materials (CycloneDX) for each target, and SHA256SUMS.
#
# The bytes depend on the commit and the version of Go alone: the build runs in a clone of HEAD, with fixed settings and
# without the paths of this machine. The TARGETs named (such as linux/amd64) are built again in another clone with an empty cache, and
# their bytes compared. Whatever can be started here, by an emulator if need be, is.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
targets="linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64"

if [ -n "$(git status --porcelain)" ]; then
	echo "release.sh: there are changes that are not committed, and a release is of a commit: commit them or put them away" >&2
	exit 1
fi
commit=$(git rev-parse HEAD)
tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT

# file TARGET: the name of its binary.
file() {
	local name=baldwin-${1%/*}-${1#*/}
	case $1 in windows/*) name=$name.exe ;; esac
	echo "$name"
}

# build SOURCE TARGET FOLDER: builds the binary of a target in a clone.
build() {
	(cd "$1" && env GOOS="${2%/*}" GOARCH="${2#*/}" GOAMD64=v1 GOARM64=v8.0 CGO_ENABLED=0 GOFLAGS= GOEXPERIMENT= GOWORK=off \
		"$go" build -trimpath -buildvcs=true -ldflags "-s -w" -o "$3/$(file "$2")" ./cmd/baldwin)
}

clone() {
	git clone --quiet --no-checkout . "$1"
	git -C "$1" checkout --quiet --detach "$commit"
}

# start PROGRAM...: that it starts and finds its machine sound.
start() {
	"$@" version
	BALDWIN_HOME=$tmp/home "$@" doctor >"$tmp/doctor" || { cat "$tmp/doctor"; exit 1; }
}

rm -rf dist
mkdir -p dist
clone "$tmp/one"
for t in $targets; do
	echo "building $t"
	build "$tmp/one" "$t" "$PWD/dist"
	"$go" -C tools run ./sbom "$PWD/dist/$(file "$t")" >"dist/$(file "$t").cdx.json"
done
(cd dist && sha256sum baldwin-* >SHA256SUMS)

if [ $# -gt 0 ]; then
	clone "$tmp/elsewhere"
	mkdir "$tmp/again"
	for t in "$@"; do
		echo "building $t again, elsewhere, with an empty cache"
		GOCACHE=$tmp/cache build "$tmp/elsewhere" "$t" "$tmp/again"
		cmp "dist/$(file "$t")" "$tmp/again/$(file "$t")"
	done
	echo "built twice, the same bytes: $*"
fi

host=$("$go" env GOHOSTOS)/$("$go" env GOHOSTARCH)
qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
for t in $targets; do
	if [ "$t" = "$host" ]; then
		start "dist/$(file "$t")"
	elif [ "$t" = linux/arm64 ] && [ "${host%/*}" = linux ] && [ -n "$qemu" ]; then
		start "$qemu" "dist/$(file "$t")"
	else
		echo "not started here: $t"
	fi
done
ls -l dist
