#!/usr/bin/env bash
# Builds the image on a machine without a container engine and without a registry in reach:
#   scripts/image.sh OUT [amd64|arm64]...      (default: this machine's architecture)
# Dockerfile.distroless is built by buildah, its BUILDER and BASE being roots made of Debian packages. For each
# architecture OUT gets root-ARCH (the image's file system), image-ARCH.tar (an OCI archive) and bom-ARCH.cdx.json.
# Needs root, and buildah and apt of a Debian machine. npm's own cache is used, where there is one.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?say where to put the image: scripts/image.sh OUT [amd64|arm64]...}
shift
host=$(case $(uname -m) in aarch64 | arm64) echo arm64 ;; *) echo amd64 ;; esac)
architectures=("${@:-$host}")
for arch in "${architectures[@]}"; do
  case $arch in amd64 | arm64) ;; *)
    echo "image.sh: there is no image for '$arch'; write amd64 or arm64" >&2
    exit 2
    ;;
  esac
done
command -v buildah >/dev/null || { echo 'image.sh: buildah is missing (Debian, Ubuntu: apt-get install buildah)' >&2; exit 1; }
mkdir -p "$out"
out=$(cd "$out" && pwd)
name=secrets-store-csi-driver-provider-aws
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

# A store of its own, which leaves nothing behind; vfs works where overlay does not.
store=$(mktemp -d)
buildah=(buildah --root "$store/root" --runroot "$store/run" --storage-driver vfs)
cleanup() {
  "${buildah[@]}" rm --all >/dev/null 2>&1 || true
  rm -rf "$store"
}
trap cleanup EXIT

# import FOLDER ARCH NAME: an image of one layer.
import() {
  local container
  container=$("${buildah[@]}" from --arch "$2" scratch)
  "${buildah[@]}" add --quiet "$container" "$1" / >/dev/null
  "${buildah[@]}" config --arch "$2" --os linux --env PATH=/usr/bin:/bin "$container"
  "${buildah[@]}" commit --quiet --timestamp "$SOURCE_DATE_EPOCH" --rm "$container" "localhost/$3" >/dev/null
}

scripts/debian-root.sh builder "$host" "$store/builder"
import "$store/builder" "$host" "$name-builder"
rm -rf "$store/builder"
npm_cache=$(npm config get cache)
volumes=()
if [ -d "$npm_cache" ]; then volumes=(--volume "$npm_cache:/root/.npm:rw"); fi
build() {
  "${buildah[@]}" build --isolation chroot --network host --pull-never --layers=false --timestamp "$SOURCE_DATE_EPOCH" \
    --file Dockerfile.distroless --ignorefile Dockerfile.distroless.dockerignore "${volumes[@]}" \
    --build-arg BUILDER="localhost/$name-builder" --build-arg VERSION="$version" "$@" .
}
# The stage that builds both executables, once; it takes the place of that stage below.
build --target build --build-arg BASE="localhost/$name-builder" --tag "localhost/$name-build"
for arch in "${architectures[@]}"; do
  scripts/debian-root.sh base "$arch" "$store/base-$arch"
  import "$store/base-$arch" "$arch" "$name-base-$arch"
  rm -rf "$store/base-$arch"
  # No --platform: buildah of Debian 12 would look for the builder under the target's architecture too.
  build --build-context build="container-image://localhost/$name-build" --build-arg TARGETARCH="$arch" \
    --build-arg BASE="localhost/$name-base-$arch" --tag "localhost/$name:$version-$arch"
  rm -f "$out/image-$arch.tar"
  "${buildah[@]}" push --quiet "localhost/$name:$version-$arch" "oci-archive:$out/image-$arch.tar:$version"
  container=$("${buildah[@]}" from --pull-never "localhost/$name:$version-$arch")
  rm -rf "$out/root-$arch"
  mkdir "$out/root-$arch"
  cp -a "$("${buildah[@]}" mount "$container")/." "$out/root-$arch/"
  "${buildah[@]}" rm "$container" >/dev/null
  scripts/with-node node scripts/sbom.ts --root "$out/root-$arch" --output "$out/bom-$arch.cdx.json"
done
