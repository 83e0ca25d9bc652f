#!/usr/bin/env bash
# GNU coreutils 9.1, cp: -rL copies a file once for each way that leads to it, hidden ones too.
# Expected: a copy of a volume, links followed, has each file once, under the name that is seen.
# Happens: the content is there three times: below the name, below the link ..data, and below the folder that it names.
# Matters: an init container that copies secrets by "cp -rL" leaves two more copies, which nobody looks for or updates.
# "cp -L FOLDER/* TO" copies once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp --version | head -n 1
mkdir -p "$folder/volume/..set-1" "$folder/whole" "$folder/visible"
echo hunter2 >"$folder/volume/..set-1/password"
ln -s ..set-1 "$folder/volume/..data"
ln -s ..data/password "$folder/volume/password"
cp -rL "$folder/volume" "$folder/whole/"
cp -L "$folder/volume"/* "$folder/visible/"
whole=$(find "$folder/whole" -type f | wc -l) visible=$(find "$folder/visible" -type f | wc -l)
echo "cp -rL: $whole copies; cp -L FOLDER/*: $visible"
[ "$whole $visible" = '3 1' ]
