#!/usr/bin/env bash
# Renders the Helm chart without its driver, the driver writing the files: render-chart.sh OUT.yaml
# HELM is the helm to call; ends with 75 where there is none.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
out=$1
helm=${HELM:-$here/../../.cache/deployment-tools/bin/helm3}
if ! command -v "$helm" >/dev/null; then
  echo 'helm is missing: the chart is not rendered' >&2
  exit 75
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$here/../stage-chart.sh" "$scratch/chart" none
"$helm" template csi-secrets-store-provider-aws "$scratch/chart" --namespace kube-system --kube-version "$kube_version" \
  --set driverWritesSecrets=true >"$out"
