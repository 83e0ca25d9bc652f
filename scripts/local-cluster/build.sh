#!/usr/bin/env bash
# Builds Kubernetes from its Go modules into the cache: about 7 minutes on two cores, once.
# What is there already is left alone; remove it to build it again.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
export CGO_ENABLED=0 GOWORK=off GOFLAGS=-mod=mod GOTOOLCHAIN=local
unless_built "$bin"
mkdir -p "$bin"
src=$bin/src

if [ ! -f "$src/go.sum" ]; then
  say 'resolving the modules of Kubernetes'
  rm -rf "$src" && mkdir -p "$src/registrar"
  cp "$here/registrar/main.go" "$src/registrar/"
  cd "$src"
  go mod init local-cluster/kube
  go mod edit -require "k8s.io/kubernetes@v$kube_version"
  # Kubernetes points its staging modules at ./staging, which those who depend on it do not get: replace each by
  # the module published for the same release.
  go mod download -json "k8s.io/kubernetes@v$kube_version" | jq -r .GoMod |
    xargs go mod edit -json | jq -r '.Replace[] | select(.New.Path | startswith("./staging")) | .Old.Path' |
    while read -r module; do go mod edit -replace "$module=$module@v0.${kube_version#*.}"; done
  {
    printf '//go:build tools\npackage kube\nimport (\n'
    for command in kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl; do
      echo "_ \"k8s.io/kubernetes/cmd/$command\""
    done
    echo ')'
  } >tools.go
  go mod tidy
fi

cd "$src"
# Without the version string the kubelet reports v0.0.0.
stamp=k8s.io/component-base/version
minor=${kube_version#*.}
for command in kube-apiserver kubectl kubelet kube-controller-manager kube-scheduler csi-registrar; do
  [ ! -x "$bin/$command" ] || continue
  began=$SECONDS
  say "building $command"
  package=k8s.io/kubernetes/cmd/$command
  [ "$command" != csi-registrar ] || package=./registrar
  go build -trimpath -o "$bin/$command.new" \
    -ldflags "-s -w -X $stamp.gitVersion=v$kube_version -X $stamp.gitMajor=1 -X $stamp.gitMinor=${minor%%.*}" "$package"
  mv "$bin/$command.new" "$bin/$command"
  say "built $command in $((SECONDS - began)) s"
done
cd /
rm -rf "$src"
touch "$bin/complete"
