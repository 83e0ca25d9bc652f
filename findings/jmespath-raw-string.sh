#!/usr/bin/env bash
# jmespath 0.16.0 (npm): in a raw string only the first escaped quote is unescaped.
# Expected: JMESPath's grammar lets \' stand for a quote anywhere in '…', so 'a\'b\'c' is the text a'b'c, as the Python
# package jmespath has it.
# Happens: a'b\'c. The second backslash stays.
# Matters: a filter that compares with such a text finds nothing, and nothing says why.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-save --prefix "$folder" jmespath@0.16.0 >/dev/null
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jmespath==1.1.0
expression="'a\\'b\\'c'"
javascript=$(cd "$folder" && node -p 'require("jmespath").search({}, process.argv[1])' "$expression")
python=$("$folder/venv/bin/python" -c 'import jmespath, sys; print(jmespath.search(sys.argv[1], {}))' "$expression")
echo "$expression: npm $javascript, Python $python"
[ "$javascript" = "a'b\\'c" ] && [ "$python" = "a'b'c" ]
