#!/usr/bin/env bash
# Ends with an error when an image tag exists already, or when that can't be told:
#   scripts/refuse-published.sh REPOSITORY:VERSION
set -euo pipefail
image=$1
if answer=$("${DOCKER:-docker}" buildx imagetools inspect "$image" 2>&1); then
  echo "make: $image is published already and is never overwritten; push under another name with VERSION=${image##*:}-mine.1" >&2
  exit 1
fi
case ${answer,,} in
  *'not found'* | *'manifest unknown'* | *manifest_unknown*) ;;
  *)
    echo "make: cannot tell whether $image is published already: ${answer##*$'\n'}" >&2
    exit 1
    ;;
esac
