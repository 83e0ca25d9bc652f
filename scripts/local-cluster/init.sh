#!/usr/bin/env bash
# First process of the cluster's namespaces: up.sh starts it, nobody else. It keeps the cluster's processes running:
# one that ends is started again, unless a file `processes/NAME.hold` in the state's folder says to wait.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
cgroup=$1

# Files: private copies of the folders that a node writes to.
mount --make-rshared / # within this namespace only: what the driver mounts must reach the pods
mount -t tmpfs tmpfs /run
for folder in /etc/kubernetes /etc/cni /var/lib/cni /var/lib/kubelet /var/log/pods /var/log/containers; do
  [ -d "$folder" ] || echo "$folder" >>"$state/folders"
  mkdir -p "$folder" "$state/root$folder"
  mount --bind "$state/root$folder" "$folder"
done
# The kubelet insists on setting values of the whole machine's kernel: it is shown the ones it wants instead.
mkdir /run/sysctl
while read -r file value; do
  [ -e "/proc/sys/$file" ] || continue
  echo "$value" >"/run/sysctl/${file//\//.}"
  mount --bind "/run/sysctl/${file//\//.}" "/proc/sys/$file"
done <<'VALUES'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
VALUES

# A user namespace gets a /proc of its own only where one can be seen that nothing covers (pods with hostUsers: false).
mkdir /run/proc
mount -t proc proc /run/proc

# Network: no way out. The address of the API server's Service is the node's own, so that pods reach it without
# kube-proxy. Any other address is the node's too, with nobody listening: a connection to the instance's metadata, to
# a name server or the internet is refused at once.
ip link set lo up
ip link add node0 type bridge # carries addresses alone; a dummy device is not in every kernel
for ip in $node_ip $service_ip $aws_ip $moto_ip $agent_ip; do ip addr add "$ip/32" dev node0; done
ip link set node0 up
ip route add local default dev lo table main
sysctl -qw net.ipv4.ip_forward=1 2>/dev/null || true
mkdir -p /etc/cni/net.d
ranges='[{"subnet": "10.88.0.0/24"}]'
if [ -e /proc/sys/net/ipv6 ] && ip -6 addr add "$agent_ip6/128" dev node0 nodad 2>/dev/null; then
  ranges+=', [{"subnet": "fd88::/112"}]'
fi
cat >/etc/cni/net.d/10-bridge.conflist <<JSON
{"cniVersion": "0.4.0", "name": "pods", "plugins": [{
  "type": "bridge", "bridge": "cni0", "isDefaultGateway": true, "hairpinMode": true,
  "ipam": {"type": "host-local", "ranges": [$ranges]}}]}
JSON

# keep NAME COMMAND...: in the background, forever.
keep() {
  local name=$1
  shift
  while :; do
    while [ -e "$state/processes/$name.hold" ]; do sleep 0.1; done
    "$@" >>"$state/log/$name.log" 2>&1 &
    echo $! >"$state/processes/$name"
    wait $! || true
    rm -f "$state/processes/$name"
    echo "$(date -Is) $name ended"
    sleep 0.5
  done &
}

keep etcd etcd --data-dir "$state/etcd" \
  --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 --unsafe-no-fsync

keep kube-apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 \
  --advertise-address="$node_ip" --bind-address="$service_ip" --secure-port=443 --service-cluster-ip-range=10.96.0.0/24 \
  --cert-dir="$state/certs" --token-auth-file="$state/certs/tokens.csv" --allow-privileged \
  --kubelet-preferred-address-types=InternalIP --authorization-mode=Node,RBAC \
  --enable-admission-plugins=NodeRestriction --service-account-issuer=https://kubernetes.default.svc \
  --service-account-signing-key-file="$state/certs/sa.key" --service-account-key-file="$state/certs/sa.pub"

cat >"$state/containerd.toml" <<TOML
version = 3
root = "$state/containerd"
state = "/run/containerd"
[plugins."io.containerd.cri.v1.images"]
  snapshotter = "overlayfs"
  [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "$tools_image"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true # root without CAP_SYS_RESOURCE may not lower it
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["${CNI_BIN_DIR:-/usr/lib/cni}"]
    conf_dir = "/etc/cni/net.d"
[plugins."io.containerd.internal.v1.opt"]
  path = "$state/containerd/opt"
TOML
keep containerd containerd --config "$state/containerd.toml"

until kubectl --kubeconfig "$state/admin.kubeconfig" get --raw /readyz >/dev/null 2>&1; do sleep 0.5; done

keep kube-controller-manager kube-controller-manager --kubeconfig="$state/controller-manager.kubeconfig" \
  --use-service-account-credentials --service-account-private-key-file="$state/certs/sa.key" \
  --root-ca-file="$state/certs/apiserver.crt" --leader-elect=false --bind-address=127.0.0.1
keep kube-scheduler kube-scheduler --kubeconfig="$state/scheduler.kubeconfig" \
  --leader-elect=false --bind-address=127.0.0.1

cat >"$state/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}} # nobody outside reaches it
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
cgroupRoot: $cgroup
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
makeIPTablesUtilChains: false
syncFrequency: 10s # how often a pod is looked at, and its volumes published again
evictionHard: {nodefs.available: "1%"}
imageGCHighThresholdPercent: 100
YAML
keep kubelet kubelet --config="$state/kubelet.yaml" --kubeconfig="$state/kubelet.kubeconfig" \
  --hostname-override=node-1 --node-ip="$node_ip" --node-labels=topology.kubernetes.io/region=us-east-1

wait
