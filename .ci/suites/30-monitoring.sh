#!/usr/bin/env bash
# Alert rules, the dashboard's expressions, their tests, and whether rules, dashboard and docs speak of metrics that there are. Needs promtool, which
# Debian has in the package prometheus.
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
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
