#!/usr/bin/env bash
# Alert rules, the dashboard's expressions, their tests, whether rules, dashboard and docs speak of metrics that there are,
# and the dashboard by Grafana's own schema. Needs promtool, which Debian has in the package prometheus, and Go.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v promtool >/dev/null; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
  fi
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends prometheus >/dev/null
fi
passed=0 failed=0
check() {
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
node() { scripts/with-node node "$@"; }
metrics=$(mktemp)
dashboard=$(mktemp -d)
trap 'rm -rf "$metrics" "$dashboard"' EXIT
print_metrics() { node .ci/print-metrics.ts >"$metrics"; }
check_metrics() { promtool check metrics <"$metrics"; }
check promtool check rules deployment/monitoring/alerts.yaml
check promtool test rules deployment/monitoring/alerts-test.yaml
check print_metrics
check check_metrics
check node .ci/check-monitoring.ts "$metrics"
check node .ci/dashboard-rules.ts "$metrics" "$dashboard"
check promtool check rules "$dashboard/rules.yaml"
check promtool test rules "$dashboard/test.yaml"
dashboard_schema() {
  local cache=$PWD/.cache/dashboard-schema dashboard=$PWD/deployment/monitoring/dashboard.json
  (cd test/deployment/dashboard-schema && GOMODCACHE="$cache/modules" GOCACHE="$cache/build" GOFLAGS='-mod=readonly -modcacherw' \
    go run . "$dashboard")
}
check dashboard_schema
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
