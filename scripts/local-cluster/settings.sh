# Read by the scripts of this folder: where things are, and addresses inside the cluster.
# shellcheck shell=bash disable=SC2034
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
kube_version=1.36.1 containerd_version=2.4.2 runc_version=1.4.3
node_ip=172.30.0.1 aws_ip=172.30.0.2 moto_ip=172.30.0.3 service_ip=10.96.0.1 agent_ip=169.254.170.23
agent_ip6=fd00:ec2::23
tools_image=public.ecr.aws/docker/library/busybox:stable

# key FILE...: changes when one of these files does.
key() { (cd "$here" && cat "$@") | sha256sum | cut -c1-12; }

# What is built is kept between runs, for every checkout; another version or another script is built anew.
cache=${CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/secrets-store-csi-driver-provider-aws/cluster}
bin=$cache/kubernetes-$kube_version-$(key build.sh registrar/main.go)
runtime=$cache/runtime-$containerd_version-$runc_version-$(key build-runtime.sh)
base=$cache/base-$(key ../debian-root.sh)
driver_folder() { echo "$cache/driver-$1-$(key build-driver.sh mlog/mlog.go)"; }
# What one cluster writes, logs among it.
state=${CLUSTER_STATE:-$root/.cache/cluster-state}
# The provider's image is this checkout's own.
image=$root/.cache/provider-image

refuse() {
  echo "local-cluster: $1" >&2
  exit 1
}
say() { printf '▸ %s\n' "$*"; }
# unless_built FOLDER: ends the script when what it makes is there, else makes sure that nobody else makes it. What has
# not been used for a month goes.
unless_built() {
  if [ -e "$1/complete" ]; then touch "$1" && exit; fi
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock --nonblock 9 || { say 'waiting for another build'; flock 9; }
  if [ -e "$1/complete" ]; then exit; fi
  find "$cache" -mindepth 1 -maxdepth 1 -name '*-*' -mtime +30 -exec rm -rf {} +
}
