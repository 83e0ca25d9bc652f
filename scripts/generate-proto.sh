#!/bin/sh
# Generates src/rpc/proto/provider.ts from provider.proto; --check only says whether it is current (exit 1 if not).
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/src/rpc/proto"
PATH="$root/node_modules/.bin:$PATH"

case "${1:-}" in
  '')
    buf generate
    ;;
  --check)
    fresh=$(mktemp -d)
    trap 'rm -rf "$fresh"' EXIT
    buf generate -o "$fresh"
    if ! diff -u provider.ts "$fresh/provider.ts"; then
      echo 'src/rpc/proto/provider.ts is not current: run scripts/generate-proto.sh' >&2
      exit 1
    fi
    ;;
  *)
    echo "usage: $0 [--check]" >&2
    exit 2
    ;;
esac
