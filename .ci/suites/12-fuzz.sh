#!/usr/bin/env bash
# Broken and hostile input for everything that reads what others wrote, 60 s a target; the seed of each is printed.
# `make fuzz` takes longer.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"
node test/fuzz/run.ts --seconds 60
