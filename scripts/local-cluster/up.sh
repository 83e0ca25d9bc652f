#!/usr/bin/env bash
# Starts a one-node Kubernetes in namespaces of its own (mount, network, pid) and returns when its node is Ready.
# All that it writes lies in one folder, CLUSTER_STATE, which each start empties.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
export PATH=$bin:$runtime:$PATH
if [ -e "$state/pid" ] && kill -0 "$(cat "$state/pid")" 2>/dev/null; then
  refuse "a cluster is up (pid $(cat "$state/pid")); end it with scripts/local-cluster/down.sh"
fi
if [ -e "$state" ] && [ ! -d "$state/log" ]; then refuse "$state is no folder of a cluster: it would be emptied"; fi
"$here/down.sh" # what one that was killed has left
began=$SECONDS
rm -rf "$state"
mkdir -p "$state"/{etcd,certs,log,processes}
# A start that fails, or is told to stop, leaves nothing.
launcher=
undo() {
  local status=$?
  if [ -n "$launcher" ] && [ ! -e "$state/pid" ]; then kill -KILL "$launcher" 2>/dev/null || true; fi
  "$here/down.sh"
  exit "$status"
}
trap undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Also what pods are made of that hold a network, and what test pods run.
"$here/pack-image.sh" "$state/tools.tar" "$tools_image" '/bin/sleep infinity'

openssl genrsa -out "$state/certs/sa.key" 2048 2>/dev/null
openssl rsa -in "$state/certs/sa.key" -pubout -out "$state/certs/sa.pub" 2>/dev/null
# add_user FILE USER GROUP: a token that the API server knows, and a kubeconfig with it.
add_user() {
  local token
  token=$(openssl rand -hex 16)
  echo "$token,$2,$2,$3" >>"$state/certs/tokens.csv"
  cat >"$state/$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://$service_ip:443", certificate-authority: $state/certs/apiserver.crt}}]
users: [{name: u, user: {token: $token}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
YAML
}
add_user admin admin system:masters
add_user kubelet system:node:node-1 system:nodes
add_user controller-manager system:kube-controller-manager ''
add_user scheduler system:kube-scheduler ''

# With cgroup v1 the group is the machine's: two kubelets in one would tidy each other's pods away.
cgroup=/
if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
  cgroup=/local-cluster-$$
  echo "$cgroup" >"$state/cgroup"
  for hierarchy in /sys/fs/cgroup/*/; do
    [ ! -e "$hierarchy/cgroup.clone_children" ] || mkdir "$hierarchy$cgroup"
  done
fi

# When the first process of a pid namespace ends, all in it do, containers included.
setsid unshare --mount --net --pid --fork --kill-child --mount-proc \
  "$here/init.sh" "$cgroup" >"$state/log/init.log" 2>&1 </dev/null &
launcher=$!
for _ in $(seq 50); do
  pid=$(pgrep -P "$launcher" || true)
  [ -z "$pid" ] || break
  sleep 0.1
done
[ -n "$pid" ] || refuse "the namespaces did not come up, see $state/log/init.log"
readlink "/proc/$pid/ns/"{mnt,net,pid_for_children} >"$state/namespaces"
echo "$pid" >"$state/pid"

until "$here/in.sh" kubectl wait --for=condition=Ready node/node-1 --timeout=2s >/dev/null 2>&1; do
  if ! kill -0 "$pid" 2>/dev/null || [ $((SECONDS - began)) -gt "${CLUSTER_UP_SECONDS:-240}" ]; then
    refuse "the cluster did not come up, see $state/log"
  fi
  sleep 0.5
done
"$here/in.sh" ctr -n k8s.io images import "$state/tools.tar" >/dev/null
trap - EXIT
say "the node is Ready after $((SECONDS - began)) s"
