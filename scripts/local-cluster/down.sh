#!/usr/bin/env bash
# Ends what up.sh started: one process, whose namespaces hold all the rest; then looks whether anything is left.
# Logs stay, in CLUSTER_STATE.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
[ -d "$state/log" ] || exit 0
if [ -e "$state/pid" ]; then
  pid=$(cat "$state/pid")
  if grep -qzF "$here/init.sh" "/proc/$pid/cmdline" 2>/dev/null; then
    kill -KILL "$pid"
    while [ -e "/proc/$pid" ]; do sleep 0.1; done
  fi
  rm "$state/pid"
fi

# The groups of pods outlive their processes. Without groups of its own, the kubelet's are in the machine's.
groups() {
  local cgroup hierarchy
  cgroup=$(cat "$state/cgroup" 2>/dev/null) || cgroup=/kubepods
  for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*/; do
    if [ -d "$hierarchy$cgroup" ]; then echo "$hierarchy$cgroup"; fi
  done
}
for _ in $(seq 50); do
  mapfile -t left < <(groups)
  [ ${#left[@]} -gt 0 ] || break
  # A group whose last process has just ended is busy for a moment.
  find "${left[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
done
# Empty folders that were made to mount over.
if [ -e "$state/folders" ]; then xargs rmdir --ignore-fail-on-non-empty <"$state/folders" && rm "$state/folders"; fi
rm -rf "$state"/{containerd,etcd,tools.tar} "$state/root/var/lib"

# Nothing may be left, or the next cluster starts where this one ended.
remains=$(groups)
if [ -e "$state/namespaces" ]; then
  remains+=$(find /proc/[0-9]*/ns -type l -printf '%h %l\n' 2>/dev/null | grep -F -f "$state/namespaces" || true)
fi
remains+=$(grep -F " $state" /proc/self/mountinfo || true)
if [ -n "$remains" ]; then refuse "left behind: $remains"; fi
# The kernel gives their numbers to others now.
rm -f "$state/namespaces"
