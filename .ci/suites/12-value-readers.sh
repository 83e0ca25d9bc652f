#!/usr/bin/env bash
# What loaders of Python and Go read from the files that objectFormat writes. Needs both, and fails without.
set -euo pipefail
cd "$(dirname "$0")/../.."
INSIST=true npm run --silent test:value-readers
