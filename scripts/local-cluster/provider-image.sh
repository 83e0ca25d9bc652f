#!/usr/bin/env bash
# The provider's image as an OCI archive: the last stage of Dockerfile.distroless with the executable of
# dist/, and a BASE of Debian packages. Made again when the executable or the Dockerfile has changed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
cd "$root"
arch=$(case $(uname -m) in aarch64 | arm64) echo arm64 ;; *) echo amd64 ;; esac)
name=secrets-store-csi-driver-provider-aws
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
executable=dist/$name-linux-$arch
[ -x "$executable" ] || refuse "$executable is missing: run make $executable"
sum=$(cat "$executable" Dockerfile.distroless scripts/debian-root.sh package.json | sha256sum)
[ "$(cat "$image/sum" 2>/dev/null)" != "$sum" ] || exit 0

began=$SECONDS
store=$(mktemp -d)
buildah=(buildah --root "$store/root" --runroot "$store/run" --storage-driver vfs)
cleanup() {
  "${buildah[@]}" rm --all >/dev/null 2>&1 || true
  rm -rf "$store"
}
trap cleanup EXIT
# import FOLDER NAME: an image of one layer.
import() {
  local container
  container=$("${buildah[@]}" from scratch)
  "${buildah[@]}" add --quiet "$container" "$1" / >/dev/null
  "${buildah[@]}" config --env PATH=/usr/bin:/bin "$container"
  "${buildah[@]}" commit --quiet --rm "$container" "localhost/$2" >/dev/null
}
"$here/build-base.sh"
# All that the stage which picks the executable needs is a shell.
mkdir -p "$store/builder/bin" "$store/build/src/dist"
cp "$(command -v busybox)" "$store/builder/bin/busybox"
for applet in sh mkdir mv chmod; do ln -s busybox "$store/builder/bin/$applet"; done
cp "$executable" "$store/build/src/dist/"
cp dist/THIRD_PARTY_LICENSES "$store/build/src/dist/"
scripts/with-node node scripts/sbom.ts --output "$store/build/src/dist/bom.cdx.json"
import "$store/builder" builder
import "$store/build" build
import "$base/root" base
"${buildah[@]}" build --isolation chroot --network host --pull-never --layers=false --quiet \
  --file Dockerfile.distroless --ignorefile Dockerfile.distroless.dockerignore \
  --build-context build=container-image://localhost/build --build-arg BUILDER=localhost/builder \
  --build-arg BASE=localhost/base --build-arg TARGETARCH="$arch" --build-arg VERSION="$version" \
  --tag localhost/provider . >/dev/null
mkdir -p "$image"
rm -f "$image/image.tar"
"${buildah[@]}" push --quiet localhost/provider "oci-archive:$image/image.tar:$version"
echo "$sum" >"$image/sum"
say "made the provider's image in $((SECONDS - began)) s"
