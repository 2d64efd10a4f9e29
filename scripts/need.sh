#!/usr/bin/env bash
# need.sh TOOL: brings a tool that some tests use besides Go: gcc, qemu, chromium, python or mlflow.
#
# What is there already is used. Otherwise root on Debian gets the Debian package; Python's
# packages go into .cache/venv, those of mlflow into .cache/venv-mlflow. Where neither works the reason is printed and the tests of that
# tool are skipped, or, with BALDWIN_REQUIRE_TOOLS=1 (.ci/run), the script fails.
set -uo pipefail
cd "$(dirname "$0")/.."

missing() {
	if [ "${BALDWIN_REQUIRE_TOOLS:-}" = 1 ]; then
		echo "need.sh: missing tool, and BALDWIN_REQUIRE_TOOLS=1: $*" >&2
		exit 1
	fi
	mkdir -p .cache/test
	echo "NOT TESTED on this machine: $*" | tee -a .cache/test/missing.txt # make test says it again at its end
	exit 0
}

# debian PACKAGE...: installs them, as root on Debian, and fails elsewhere.
debian() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
	echo "installing $* ..."
	local log
	log=$(DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" 2>&1 </dev/null ||
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"; } 2>&1 </dev/null) ||
		{ tail -n 5 <<<"$log"; return 1; }
}

# venv FOLDER REQUIREMENTS CHECK WHAT: makes a virtual environment with the packages of a file. A python3 that passes the
# check will do where that fails; otherwise WHAT is not tested.
venv() {
	local stamp=$1/requirements.txt
	good() { "$1" -c "$2" 2>/dev/null; }
	if good "$1/bin/python" "$3" && cmp -s "$2" "$stamp"; then exit 0; fi
	make_venv() {
		rm -rf "$1"
		python3 -m venv "$1" >/dev/null 2>&1 && "$1/bin/python" -m pip --version >/dev/null 2>&1
	}
	command -v python3 >/dev/null || debian python3 python3-venv || missing "$4 (it needs python3)"
	make_venv "$1" || { debian python3-venv && make_venv "$1"; } || good python3 "$3" || missing "$4 (python3 -m venv fails)"
	if [ -x "$1/bin/python" ]; then
		echo "installing $2 into $1 ..."
		"$1/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2" </dev/null &&
			good "$1/bin/python" "$3" && cp "$2" "$stamp" ||
			{ rm -rf "$1"; good python3 "$3"; } ||
			missing "$4 (pip cannot install $2)"
	fi
}

case "${1:-}" in
gcc)
	command -v gcc >/dev/null || debian gcc libc6-dev ||
		missing "the race detector (it needs gcc)"
	;;
qemu)
	command -v qemu-aarch64-static >/dev/null || command -v qemu-aarch64 >/dev/null || debian qemu-user-static ||
		missing "the goldens under arm64 (they need qemu-aarch64-static)"
	;;
chromium)
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
		debian chromium fonts-dejavu-core || missing "pages in a browser (they need chromium)"
	;;
python)
	venv .cache/venv scripts/requirements.txt 'import numpy, safetensors.numpy' "what is compared with Python"
	;;
mlflow)
	venv .cache/venv-mlflow scripts/requirements-mlflow.txt 'import mlflow.server' "exports to a real MLflow server"
	;;
*)
	echo "usage: need.sh gcc|qemu|chromium|python|mlflow" >&2
	exit 2
	;;
esac
