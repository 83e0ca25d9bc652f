#!/usr/bin/env bash
# The provider through squid, a proxy of other people's making, with and without a password. Needs root and apt-get where
# squid is missing, and is skipped without.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v squid >/dev/null; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends squid >/dev/null
fi
scripts/with-node node --test test/conformance/proxy.with-squid.ts
