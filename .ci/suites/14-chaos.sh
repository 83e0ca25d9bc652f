#!/usr/bin/env bash
# Chaos on the executable, in short. Counts alone are checked: no restart, no lost mount, no torn set, nothing left
# behind. Needs root for namespaces and control groups; is skipped without. Clock steps of the provider take libfaketime,
# which root gets by apt-get.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "$(id -u)" = 0 ] && ! compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends libfaketime >/dev/null
fi
scripts/with-node node test/bench/run.ts --quick --only chaos --check
