# Read by the scripts of this folder: where things are, and addresses inside the cluster.
# shellcheck shell=bash disable=SC2034
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${CLUSTER_CACHE:-$here/../../.cache/cluster}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
state=$cache/state
kube_version=1.36.1
node_ip=172.30.0.1 aws_ip=172.30.0.2 service_ip=10.96.0.1 agent_ip=169.254.170.23
agent_ip6=fd00:ec2::23
tools_image=public.ecr.aws/docker/library/busybox:stable

refuse() {
  echo "local-cluster: $1" >&2
  exit 1
}
say() { printf '▸ %s\n' "$*"; }
