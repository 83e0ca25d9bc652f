#!/usr/bin/env bash
# The provider in a real Kubernetes with the real driver, read from inside the pods. Needs root, Go and a Debian machine
# (or the packages that scripts/local-cluster/needs.sh names). The first run builds Kubernetes and four drivers, about
# a quarter of an hour on two cores; they stay in the user's cache. How long each part took stands at the end.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
node() { scripts/with-node node "$@"; }
if [ "$(id -u)" -ne 0 ] || ! command -v go >/dev/null; then
  echo 'skipped: a cluster is made by root, with Go'
  exit 75
fi
packages=(etcd-server containernetworking-plugins busybox-static buildah jq openssl iproute2 procps
  util-linux gettext-base python3-venv gcc libc6-dev pkg-config libseccomp-dev)
missing=()
for package in "${packages[@]}"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if ! scripts/local-cluster/needs.sh; then exit 75; fi
arch=$(case $(uname -m) in aarch64 | arm64) echo arm64 ;; *) echo amd64 ;; esac)
[ -e "dist/secrets-store-csi-driver-provider-aws-linux-$arch" ] || npm run --silent build -- --arch host || exit
# A cluster of its own, whatever cluster the machine knows.
unset KUBECONFIG
node test/e2e/run.ts || exit
node --test test/e2e/interrupted.ts
