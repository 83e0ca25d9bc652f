#!/usr/bin/env bash
# Ends what up.sh started: one process, whose namespaces hold all the rest. Logs stay in the cache's folder `state`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
[ -e "$state/pid" ] || exit 0
pid=$(cat "$state/pid") cgroup=$(cat "$state/cgroup")
if grep -qzF "$here/init.sh" "/proc/$pid/cmdline" 2>/dev/null; then
  kill -KILL "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
fi
rm "$state/pid"
# The groups of pods outlive their processes.
case $cgroup in
/local-cluster-*)
  for hierarchy in /sys/fs/cgroup/*/; do
    if [ -d "$hierarchy$cgroup" ]; then find "$hierarchy$cgroup" -depth -type d -exec rmdir {} +; fi
  done
  ;;
*) if [ -d /sys/fs/cgroup/kubepods ]; then find /sys/fs/cgroup/kubepods -depth -type d -exec rmdir {} +; fi ;;
esac
# Empty folders that were made to mount over.
if [ -e "$state/folders" ]; then xargs rmdir --ignore-fail-on-non-empty <"$state/folders"; fi
