#!/usr/bin/env bash
# Builds containerd and runc from their Go modules into the cache: about 80 seconds on two cores, once. Those of a
# distribution may be too old for user namespaces of pods, which take containerd 2 and runc 1.2.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
export GOWORK=off GOTOOLCHAIN=local
unless_built "$runtime"
began=$SECONDS
say "building containerd $containerd_version and runc $runc_version"
mkdir -p "$runtime"
# build PACKAGE@VERSION [FLAG…]
build() { GOBIN=$runtime go install -trimpath -ldflags '-s -w' "${@:2}" "$1"; }
for command in containerd containerd-shim-runc-v2 ctr; do
  CGO_ENABLED=0 build "github.com/containerd/containerd/v2/cmd/$command@v$containerd_version"
done
CGO_ENABLED=1 build "github.com/opencontainers/runc@v$runc_version" -tags seccomp
touch "$runtime/complete"
say "built both in $((SECONDS - began)) s"
