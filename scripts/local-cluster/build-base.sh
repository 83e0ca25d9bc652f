#!/usr/bin/env bash
# The BASE of the provider's image, of Debian packages, into the cache: seconds, once.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
unless_built "$base"
say 'making the base of the image'
"$root/scripts/debian-root.sh" base "$(case $(uname -m) in aarch64 | arm64) echo arm64 ;; *) echo amd64 ;; esac)" "$base/root"
touch "$base/complete"
