#!/usr/bin/env bash
# Starts the program of an image as its pod would, without a container engine:
#   scripts/run-image.sh ROOT [ARGUMENT...]
# ROOT is the image's file system (scripts/image.sh). runc makes the container: read-only root, root user without
# any capability, no new privileges; namespaces of its own for mounts, processes, IPC and
# names, the network is the caller's. The one place that can be written to is $TMPDIR, at the same path inside.
# The environment is handed on but for PATH and HOME.
set -euo pipefail
root=$(cd "${1:?name the folder of the image: scripts/run-image.sh ROOT [ARGUMENT...]}" && pwd)
shift
name=secrets-store-csi-driver-provider-aws
shared=$(cd "${TMPDIR:?set TMPDIR to the folder that the program may write to}" && pwd)
bundle=$(mktemp -d)
jq -n --arg root "$root" --arg shared "$shared" --arg program "/bin/$name" \
  --argjson env "$(env -u PATH -u HOME -0 | jq -Rs 'split("\u0000") | map(select(. != ""))')" \
  '{
    ociVersion: "1.0.2",
    process: {
      user: {uid: 0, gid: 0}, args: ([$program] + $ARGS.positional), cwd: "/",
      env: ($env + ["PATH=/usr/bin:/bin"]), noNewPrivileges: true,
      capabilities: {bounding: [], effective: [], permitted: [], inheritable: [], ambient: []}
    },
    root: {path: $root, readonly: true},
    mounts: [
      {destination: "/proc", type: "proc", source: "proc"},
      {destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "strictatime", "mode=755", "size=65536k"]},
      {destination: $shared, type: "bind", source: $shared, options: ["rbind", "rw", "rslave"]}
    ],
    linux: {
      namespaces: [{type: "mount"}, {type: "pid"}, {type: "ipc"}, {type: "uts"}],
      maskedPaths: ["/proc/kcore", "/proc/keys", "/proc/timer_list"], readonlyPaths: ["/proc/sys"]
    }
  }' --args -- "$@" >"$bundle/config.json"
exec runc --root "$bundle/state" run --bundle "$bundle" "provider-$$"
