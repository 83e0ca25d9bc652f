#!/usr/bin/env bash
# Says in one sentence what this machine lacks for a cluster; ends with 75 then.
set -euo pipefail
lacks() {
  echo "a local cluster needs $1" >&2
  exit 75
}
[ "$(uname -s)" = Linux ] || lacks 'Linux'
[ "$(id -u)" -eq 0 ] || lacks 'root (mounts, cgroups and network namespaces are made)'
missing=()
# command → Debian package
while read -r command package; do
  command -v "$command" >/dev/null || missing+=("$package")
done <<'COMMANDS'
etcd etcd-server
gcc gcc
pkg-config pkg-config
busybox busybox-static
buildah buildah
jq jq
openssl openssl
ip iproute2
pgrep procps
nsenter util-linux
envsubst gettext-base
COMMANDS
[ -x "${CNI_BIN_DIR:-/usr/lib/cni}/bridge" ] || missing+=(containernetworking-plugins)
pkg-config --exists libseccomp 2>/dev/null || missing+=(libseccomp-dev)
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
[ ${#missing[@]} -eq 0 ] || lacks "packages (Debian, Ubuntu: apt-get install --no-install-recommends ${missing[*]})"
command -v go >/dev/null || lacks 'Go, which builds Kubernetes, the driver and the container runtime from their modules'
unshare --mount --net --pid --fork true 2>/dev/null || lacks 'CAP_SYS_ADMIN (unshare of mount, net and pid namespaces is refused)'
