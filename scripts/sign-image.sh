#!/usr/bin/env bash
# Signs an image by its digest and attests its bill of materials: scripts/sign-image.sh REPOSITORY@sha256:… BOM
# With COSIGN_KEY (a file or a KMS name) by that key; with COSIGN_KEYLESS=1 by the identity of the CI job; with
# neither it says so and signs nothing.
set -euo pipefail
image=${1:?name the image by its digest} bom=${2:?name the bill of materials}
[[ $image =~ @sha256:[0-9a-f]{64}$ ]] || { echo "sign-image.sh: '$image' has no digest; a tag can be moved after it was signed" >&2; exit 2; }
if [ -n "${COSIGN_KEY-}" ]; then
  key=(--key "$COSIGN_KEY")
elif [ -n "${COSIGN_KEYLESS-}" ]; then
  key=()
else
  echo "sign-image.sh: $image is not signed: neither COSIGN_KEY nor COSIGN_KEYLESS is set" >&2
  exit 0
fi
cosign sign --yes --recursive "${key[@]}" "$image"
cosign attest --yes --type cyclonedx --predicate "$bom" "${key[@]}" "$image"
