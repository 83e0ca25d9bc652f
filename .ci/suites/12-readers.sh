#!/usr/bin/env bash
# Programs of others against a volume that is swapped: which find the files, and which notice a rotation. Brings what it
# can; what is missing then is skipped. Some 40 s.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  missing=()
  for package in inotify-tools ripgrep fd-find rsync entr zip unzip; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ] || ! command -v nginx >/dev/null; then apt-get update -qq; fi
  if [ ${#missing[@]} -gt 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  fi
  # Unpacked and not installed: an installation would start a server.
  if ! command -v nginx >/dev/null; then
    unpacked=$PWD/.cache/readers/nginx
    if ! [ -x "$unpacked/usr/sbin/nginx" ]; then
      mkdir -p "$unpacked"
      (cd "$unpacked" && apt-get download -qq nginx 2>/dev/null && dpkg -x nginx_*.deb .)
    fi
    if "$unpacked/usr/sbin/nginx" -v 2>/dev/null; then export NGINX_PROGRAM=$unpacked/usr/sbin/nginx; fi
  fi
fi
npm run --silent test:readers
