#!/usr/bin/env bash
# Builds one version of the Secrets Store CSI driver from its Go module into the cache, with its own manifests:
#   build-driver.sh 1.6.1
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
version=${1:?say which version of the driver: build-driver.sh 1.6.1}
export CGO_ENABLED=0 GOWORK=off GOFLAGS=-mod=mod GOTOOLCHAIN=local
module=sigs.k8s.io/secrets-store-csi-driver
out=$(driver_folder "$version")
src=$out/src
unless_built "$out"

began=$SECONDS
say "building driver $version"
rm -rf "$src" && mkdir -p "$src/mlog"
cd "$src"
# The driver's logging helper is not on the module proxy: a stand-in for it.
cp "$here/mlog/mlog.go" mlog/
(cd mlog && go mod init monis.app/mlog && go mod edit -require k8s.io/klog/v2@v2.130.1)
go mod init local-cluster/driver
go mod edit -require "$module@v$version" -replace monis.app/mlog=./mlog
# What a module replaces counts for itself alone; its own replacements are taken over.
go mod download -json "$module@v$version" | jq -r .GoMod | xargs go mod edit -json |
  jq -r '.Replace[]? | select(.New.Version) | "\(.Old.Path)=\(.New.Path)@\(.New.Version)"' |
  while read -r replacement; do go mod edit -replace "$replacement"; done
printf '//go:build tools\npackage driver\nimport _ "%s/cmd/secrets-store-csi-driver"\n' "$module" >tools.go
go mod tidy
go build -trimpath -o secrets-store-csi -ldflags "-s -w -X $module/pkg/version.BuildVersion=v$version" \
  "$module/cmd/secrets-store-csi-driver"
rm -rf "$out/deploy"
cp -r "$(go list -m -f '{{.Dir}}' "$module")/deploy" "$out/deploy"
chmod -R u+w "$out/deploy"
mv secrets-store-csi "$out/"
cd /
rm -rf "$src"
touch "$out/complete"
say "built driver $version in $((SECONDS - began)) s"
