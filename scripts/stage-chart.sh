#!/usr/bin/env bash
# Copies the Helm chart to a folder where helm can render or package it, with the driver's chart in it:
#   scripts/stage-chart.sh OUT            the driver's chart from its chart repository
#   scripts/stage-chart.sh OUT FOLDER     the driver's chart from a folder, for machines without a way out
#   scripts/stage-chart.sh OUT none       without the driver: the dependency is taken out of Chart.yaml
# helm refuses to render a chart whose dependencies are not in its charts/ folder, even those turned off.
set -euo pipefail
chart=$(cd "$(dirname "$0")/../deployment/chart/secrets-store-csi-driver-provider-aws" && pwd)
out=${1:?say where to put the chart: scripts/stage-chart.sh OUT [FOLDER|none]}
driver=${2:-repository}

rm -rf "$out"
mkdir -p "$out"
cp -r "$chart/." "$out/"
rm -rf "$out/charts"
case $driver in
  repository) "${HELM:-helm}" dependency build "$out" >&2 ;;
  none)
    # The dependencies are the last part of Chart.yaml.
    sed -i '/^dependencies:/,$d' "$out/Chart.yaml"
    ;;
  *)
    [ -f "$driver/Chart.yaml" ] || { echo "stage-chart.sh: $driver has no Chart.yaml; name the folder of the driver's chart, or none" >&2; exit 2; }
    mkdir -p "$out/charts"
    cp -rL "$driver" "$out/charts/secrets-store-csi-driver"
    chmod -R u+w "$out/charts"
    ;;
esac
