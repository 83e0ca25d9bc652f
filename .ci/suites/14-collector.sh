#!/usr/bin/env bash
# Traces as OpenTelemetry's own collector reads them. Needs Go, and fails without.
set -euo pipefail
cd "$(dirname "$0")/../.."
INSIST=true npm run --silent test:collector
