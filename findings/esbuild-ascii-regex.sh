#!/usr/bin/env bash
# esbuild 0.28.2 (npm): charset "ascii" does not make its output ASCII.
# Expected: with charset "ascii" the output has no byte above 127, so that it means the same whatever encoding it is read in.
# Happens: characters in strings are escaped, those in regular expressions stay as they are, and there is no warning.
# Matters: a bundle that is read a byte a character (Latin-1) has expressions that match other characters than its
# source: nothing fails, and a class such as "curly quotes" takes letters for them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-save --prefix "$folder" esbuild@0.28.2 >/dev/null
printf 'export const text = "\xe2\x80\x9c"\nexport const expression = /\xe2\x80\x9c/\n' >"$folder/source.js"
"$folder/node_modules/.bin/esbuild" "$folder/source.js" --charset=ascii --log-level=warning >"$folder/bundle.js" 2>"$folder/warnings"
string=$(grep -c 'text = "\\u201C"' "$folder/bundle.js" || true)
expression=$(LC_ALL=C grep -acP 'expression = /[\x80-\xff]+/' "$folder/bundle.js" || true)
warnings=$(wc -c <"$folder/warnings")
echo "escaped strings: $string, expressions with bytes above 127: $expression, bytes of warnings: $warnings"
[ "$string" = 1 ] && [ "$expression" = 1 ] && [ "$warnings" = 0 ]
