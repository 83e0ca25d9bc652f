#!/usr/bin/env bash
# Assembles the file system of a small image from Debian packages, without an image registry and without root's
# package database: scripts/debian-root.sh base|builder amd64|arm64 OUT
#   base     what the executable needs: libc6, libstdc++6, libgcc-s1, CA certificates, time zones; no shell
#   builder  the same with a shell, core utilities, and npm; of this machine's architecture
# apt checks the packages' signatures with this machine's keys and takes its sources. Each package leaves its
# control data in /var/lib/dpkg/status.d, where scanners look for it in distroless images.
set -euo pipefail
kind=${1:-} arch=${2:-} out=${3:-}
npm_version=11.6.2

usage() {
  echo "debian-root.sh: $1; write: scripts/debian-root.sh base|builder amd64|arm64 OUT" >&2
  exit 2
}
case $kind in
  base) packages=(base-files netbase tzdata ca-certificates libc6 libgcc-s1 libstdc++6 gcc-12-base) ;;
  builder)
    packages=(base-files netbase tzdata ca-certificates libc6 libgcc-s1 libstdc++6 gcc-12-base
      dash coreutils libacl1 libattr1 libselinux1 libpcre2-8-0 libgmp10 tar gzip sed grep findutils)
    ;;
  *) usage "the kind is '$kind'" ;;
esac
case $arch in amd64 | arm64) ;; *) usage "the architecture is '$arch'" ;; esac
[ -n "$out" ] || usage 'no folder is named'
command -v apt-get >/dev/null || { echo 'debian-root.sh: apt-get is missing: this takes a Debian or Ubuntu machine' >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# A package database of its own, for an architecture that need not be the machine's.
mkdir -p "$scratch/lists/partial" "$scratch/archives/partial" "$scratch/debs"
: >"$scratch/status"
apt=(apt-get -qq -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o Dir::State::lists="$scratch/lists"
  -o Dir::State::status="$scratch/status" -o Dir::Cache="$scratch" -o APT::Sandbox::User=root
  -o Acquire::Languages=none -o APT::Get::List-Cleanup=0)
"${apt[@]}" update
(cd "$scratch/debs" && "${apt[@]}" download "${packages[@]}")

rm -rf "$out"
mkdir -p "$out/var/lib/dpkg/status.d" "$out/tmp" "$out/root" "$out/dev" "$out/proc" "$out/sys"
for folder in bin sbin lib; do
  mkdir -p "$out/usr/$folder"
  ln -s "usr/$folder" "$out/$folder"
done
if [ "$arch" = amd64 ]; then mkdir "$out/usr/lib64" && ln -s usr/lib64 "$out/lib64"; fi
for deb in "$scratch"/debs/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$out"
  dpkg-deb --field "$deb" >"$out/var/lib/dpkg/status.d/$(dpkg-deb --field "$deb" Package)"
done
chmod 1777 "$out/tmp"

# What the packages' own scripts would do.
mkdir -p "$out/etc/ssl/certs"
(cd "$out/usr/share/ca-certificates" && find . -name '*.crt' | LC_ALL=C sort | xargs cat) >"$out/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n' >"$out/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$out/etc/group"
printf 'hosts: files dns\n' >"$out/etc/nsswitch.conf"

if [ "$kind" = base ]; then
  # Documentation but for the licences, and whatever could be run.
  find "$out/usr/share/doc" -type f ! -name copyright -delete
  rm -rf "$out/usr/share/man" "$out/usr/share/lintian" "$out/usr/share/bug" "$out/usr/share/locale" "$out/usr/lib"/*/gconv
  find "$out/usr/bin" "$out/usr/sbin" -mindepth 1 -delete
  find "$out/usr/share/doc" -type d -empty -delete
else
  ln -sf dash "$out/bin/sh"
  # Node and npm from npm itself; the build then runs under the Node that the lockfile pins.
  here=$(cd "$(dirname "$0")/.." && pwd)
  node=$here/node_modules/node-linux-$([ "$arch" = amd64 ] && echo x64 || echo arm64)/bin/node
  [ -x "$node" ] || { echo "debian-root.sh: $node is missing: run npm ci on a machine of that architecture" >&2; exit 1; }
  cp "$node" "$out/usr/bin/node"
  npm pack --silent --pack-destination "$scratch" "npm@$npm_version" >/dev/null
  mkdir -p "$out/usr/lib/node_modules"
  tar -xzf "$scratch/npm-$npm_version.tgz" -C "$out/usr/lib/node_modules" --transform 's/^package/npm/' --no-same-owner
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$out/usr/bin/npm"
  # npm looks where this machine's looks, and trusts whom this machine trusts.
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then cp -L /etc/ssl/certs/ca-certificates.crt "$out/etc/ssl/certs/"; fi
  { npm config get registry | sed 's/^/registry=/'; echo 'cafile=/etc/ssl/certs/ca-certificates.crt'; } >"$out/root/.npmrc"
fi
# One time for every file, so that the same packages give the same layer.
find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
