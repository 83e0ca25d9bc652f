#!/usr/bin/env bash
# Broken and hostile input for everything that reads what others wrote: the corpus, and what one seed makes of it, so
# that the same code always meets the same inputs. 60 s a target at most; `make fuzz` takes longer, and a new seed.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/with-node node test/fuzz/run.ts --seed 1 --inputs 250000 --seconds 60
