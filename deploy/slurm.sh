#!/bin/sh
# Workers under Slurm, one task a node, each on all the cores it was given: sbatch --nodes 25 deploy/slurm.sh tls://head:4222 KEYDIR
# They may start late, be preempted and be requeued: the run's numbers stay the same.
#SBATCH --job-name=baldwin-worker
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --requeue
#SBATCH --signal=INT@30
set -eu
url=${1:?the URL of the server is missing}
keys=${2:?the folder of the key is missing}
exec srun baldwin worker --nats "$url" --keys "$keys" --cores "${SLURM_CPUS_PER_TASK:-1}"
