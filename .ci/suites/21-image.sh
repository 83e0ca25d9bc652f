#!/usr/bin/env bash
# Builds the image from Debian packages with Dockerfile.distroless, for both architectures, and mounts from it in a
# container of runc. Needs root and a Debian machine; some minutes.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
node() { scripts/with-node node "$@"; }
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo 'the image is built by root on Debian: not built here'
  exit 75
fi
missing=()
for package in buildah runc jq; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export IMAGE=$scratch/image
if ! scripts/image.sh "$IMAGE" amd64 arm64 >"$scratch/log" 2>&1; then
  tail -n 50 "$scratch/log"
  exit 1
fi
mkdir "$scratch/tmp"
TMPDIR=$scratch/tmp node --test test/deployment/image.in-container.ts
