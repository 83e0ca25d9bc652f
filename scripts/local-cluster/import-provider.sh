#!/usr/bin/env bash
# Gives the provider's image to the cluster, under the very name that the installer has.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
repository=$(sed -n 's/^  repository: //p' "$here"/../../deployment/chart/*/values.yaml)
"$here/in.sh" ctr -n k8s.io images import --base-name "$repository" - <"$image/image.tar" >/dev/null
# The name that private-installer.yaml gets in the tests.
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$here/../../package.json")
"$here/in.sh" ctr -n k8s.io images tag --force "$repository:$version" registry.test/provider:latest >/dev/null
