#!/usr/bin/env bash
# The socket as the driver's own code and old and new gRPC libraries use it. Needs Go, and fails without.
set -euo pipefail
cd "$(dirname "$0")/../.."
INSIST=true npm run --silent test:driver-clients
