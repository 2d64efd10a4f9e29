#!/bin/sh
# Workers on machines that ssh reaches, with no key but ssh's: each one's worker comes through a tunnel to the coordinator's loopback.
#   baldwin train seq-l3-k25-n50 --listen 127.0.0.1:4222 &
#   sh deploy/ssh.sh 4222 node1 node2 node3
set -eu
port=${1:?the port that the coordinator listens on is missing}
shift
for host in "$@"; do
	scp -q "$(command -v baldwin)" "$host:baldwin-worker"
	ssh -o ExitOnForwardFailure=yes -R "127.0.0.1:$port:127.0.0.1:$port" "$host" "./baldwin-worker worker --nats nats://127.0.0.1:$port" &
done
wait
