#!/usr/bin/env bash
# Runs a command inside the cluster's namespaces: in.sh kubectl get pods -A; also ctr, curl, node…
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
[ -e "$state/pid" ] || refuse 'no cluster is up; start one with scripts/local-cluster/up.sh'
export PATH=$bin:$runtime:$PATH KUBECONFIG=$state/admin.kubeconfig
exec nsenter --target "$(cat "$state/pid")" --mount --net --pid --wdns="$PWD" -- "$@"
