#!/usr/bin/env bash
# Packs static programs and a busybox (shell, mount, sleep, cat…) into an image archive of one layer:
#   pack-image.sh OUT.tar NAME ENTRYPOINT [SOURCE:DESTINATION]...
set -euo pipefail
out=$1 name=$2 entrypoint=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,etc,tmp,proc,sys,dev,run,var}
ln -s /run "$root/var/run"
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in $("$root/bin/busybox" --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
for pair in "$@"; do install -D "${pair%%:*}" "$root${pair#*:}"; done
tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
layer=sha256:$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
arch=$(case $(uname -m) in aarch64 | arm64) echo arm64 ;; *) echo amd64 ;; esac)
jq -n --arg entrypoint "$entrypoint" --arg layer "$layer" --arg arch "$arch" '{
  architecture: $arch, os: "linux", rootfs: {type: "layers", diff_ids: [$layer]},
  config: {Entrypoint: ($entrypoint | split(" ")), Env: ["PATH=/bin"]}}' >"$work/config.json"
jq -n --arg name "$name" '[{Config: "config.json", RepoTags: [$name], Layers: ["layer.tar"]}]' >"$work/manifest.json"
tar -C "$work" -cf "$out" manifest.json config.json layer.tar
