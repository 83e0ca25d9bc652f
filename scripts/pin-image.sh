#!/usr/bin/env bash
# Prints an image's name with the digest that its tag has now: scripts/pin-image.sh NAME:TAG
set -euo pipefail
image=${1:?name an image}
case $image in *@sha256:*) echo "$image"; exit ;; esac
digest=$("${DOCKER:-docker}" buildx imagetools inspect --format '{{json .Manifest.Digest}}' "$image" | tr -d '"')
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "pin-image.sh: no digest could be had for $image" >&2; exit 1; }
echo "$image@$digest"
