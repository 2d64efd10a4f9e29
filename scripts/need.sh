#!/usr/bin/env bash
# need.sh TOOL: brings a tool that some tests use besides Go: gcc, qemu or python.
#
# What is there already is used. Otherwise root on Debian gets the Debian package; Python's
# packages go into .cache/venv. Where neither works the reason is printed and the tests of that
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

case "${1:-}" in
gcc)
	command -v gcc >/dev/null || debian gcc libc6-dev ||
		missing "the race detector (it needs gcc)"
	;;
qemu)
	command -v qemu-aarch64-static >/dev/null || command -v qemu-aarch64 >/dev/null || debian qemu-user-static ||
		missing "the goldens under arm64 (they need qemu-aarch64-static)"
	;;
python)
	good() { "$1" -c 'import numpy, safetensors.numpy' 2>/dev/null; }
	venv=.cache/venv
	stamp=$venv/requirements.txt
	if good $venv/bin/python && cmp -s scripts/requirements.txt $stamp; then exit 0; fi
	make_venv() {
		rm -rf $venv
		python3 -m venv $venv >/dev/null 2>&1 && $venv/bin/python -m pip --version >/dev/null 2>&1
	}
	command -v python3 >/dev/null || debian python3 python3-venv || missing "what is compared with Python (it needs python3)"
	make_venv || { debian python3-venv && make_venv; } || good python3 || missing "what is compared with Python (python3 -m venv fails)"
	if [ -x $venv/bin/python ]; then
		echo "installing scripts/requirements.txt into $venv ..."
		$venv/bin/python -m pip install --quiet --disable-pip-version-check -r scripts/requirements.txt </dev/null &&
			good $venv/bin/python && cp scripts/requirements.txt $stamp ||
			{ rm -rf $venv; good python3; } ||
			missing "what is compared with Python (pip cannot install scripts/requirements.txt)"
	fi
	;;
*)
	echo "usage: need.sh gcc|qemu|python" >&2
	exit 2
	;;
esac
