#!/usr/bin/env bash
# The provider against moto, an AWS of other people's making. Needs Python 3 with venv, and fails without.
set -euo pipefail
cd "$(dirname "$0")/../.."
INSIST=true npm run --silent test:moto
