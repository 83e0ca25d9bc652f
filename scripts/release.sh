#!/usr/bin/env bash
# Makes a release and puts what belongs to it into dist/release:
#   scripts/release.sh            builds, sums up, writes the notes; publishes nothing
#   scripts/release.sh --publish  pushes the image too (as make does), and signs it where keys are
# Settings: PRIVREPO, REGION as for make; BUILDER and BASE, by digest, in place of the bases' tags; COSIGN_KEY, a key
# for cosign (a file or a KMS name), or COSIGN_KEYLESS=1 for one tied to the identity of the CI job.
set -euo pipefail
cd "$(dirname "$0")/.."
name=secrets-store-csi-driver-provider-aws
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
out=dist/release
publish=
case ${1-} in
  '') ;;
  --publish) publish=yes ;;
  *) echo "release.sh: '$1' is no option; write --publish or nothing" >&2; exit 2 ;;
esac
say() { printf '▸ %s\n' "$1" >&2; }
stop() { echo "release.sh: $1" >&2; exit 1; }

[ -z "$(git status --porcelain)" ] || stop 'the checkout has changes that are not committed; commit or remove them first'
grep -q "^version: $version\$" "deployment/chart/$name/Chart.yaml" ||
  stop "package.json says $version, deployment/chart/$name/Chart.yaml another version; make them the same"
grep -q "export const version = '$version'" src/process/version.ts ||
  stop "package.json says $version, src/process/version.ts another version; make them the same"
# What CHANGELOG.md says of a version, without its heading.
changes_of() { awk -v version="$1" '/^## / { on = index($0, "[" version "]"); next } on' CHANGELOG.md | sed '/./,$!d'; }
changes=$(changes_of "$version")
if [ -z "$changes" ]; then
  [ -z "$publish" ] || stop "CHANGELOG.md says nothing of $version; put the version over what stands under Unreleased"
  changes=$(changes_of Unreleased)
fi
if [ -n "$publish" ]; then
  # Our own public repository, unless another is named.
  repository=${PRIVREPO:-$(sed -n 's/^  repository: //p' "deployment/chart/$name/values.yaml")}
  scripts/need.sh release.sh aws docker buildx helm || exit
  # By digest, so that the notes can say what is inside.
  BUILDER=$(scripts/pin-image.sh "${BUILDER:-docker.io/library/node:24-bookworm-slim}")
  BASE=$(scripts/pin-image.sh "${BASE:-gcr.io/distroless/cc-debian12:latest}")
  export BUILDER BASE
fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

say 'building'
npm ci --no-progress
npm run --silent build
rm -rf "$out"
mkdir -p "$out"
cp dist/$name-linux-{amd64,arm64} dist/THIRD_PARTY_LICENSES "$out/"
scripts/with-node node scripts/sbom.ts --output "$out/bom.cdx.json"
cp deployment/aws-provider-installer.yaml deployment/private-installer.yaml "$out/"

say 'summing up'
(cd "$out" && sha256sum -- * >SHA256SUMS)
digest=
if [ -n "$publish" ]; then
  say 'packaging the chart, with the driver'
  make --no-print-directory chart
  mv "dist/$name-$version.tgz" "$out/"
  (cd "$out" && sha256sum -- "$name-$version.tgz" >>SHA256SUMS)
  say 'pushing'
  make --no-print-directory all PRIVREPO="$repository"
  digest=$(docker buildx imagetools inspect --format '{{json .Manifest.Digest}}' "$repository:$version" | tr -d '"')
  scripts/sign-image.sh "$repository@$digest" "$out/bom.cdx.json"
fi

say 'writing the notes'
# shellcheck disable=SC2016 # The backquotes are Markdown's.
{
  printf '# %s %s\n\n' "$name" "$version"
  printf '%s\n' "$changes"
  if [ -n "$digest" ]; then
    printf '\n## Image\n\n`%s@%s`\n\nBuilt with `%s` on `%s`.\n' "$repository" "$digest" "$BUILDER" "$BASE"
  fi
  printf '\n## Checksums (SHA-256)\n\n```\n'
  cat "$out/SHA256SUMS"
  printf '```\n\nThe same source gives the same bytes: `npm ci && npm run build`.\n'
} >"$out/NOTES.md"
say "done: $out"
