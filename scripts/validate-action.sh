#!/usr/bin/env bash
# The step of action.yml: FILES, EXECUTABLE or IMAGE, REGION, STRICT, ALLOW_NONE, SARIF from the environment.
set -euo pipefail
shopt -s nullglob globstar
flags=()
[ -z "${REGION:-}" ] || flags+=(--region "$REGION")
[ "${STRICT:-false}" != true ] || flags+=(--strict)
[ "${ALLOW_NONE:-false}" != true ] || flags+=(--allow-none)
files=()
while IFS= read -r pattern; do
  [ -n "$pattern" ] || continue
  # A pattern is expanded, and the names that it gives are not split.
  mapfile -t matched < <(IFS=; for file in $pattern; do printf '%s\n' "$file"; done)
  if [ "${#matched[@]}" = 0 ]; then
    echo "::error::no file matches $pattern" >&2
    exit 2
  fi
  files+=("${matched[@]}")
done <<<"${FILES:?name the files to check}"
if [ -n "${EXECUTABLE:-}" ]; then
  provider=("$EXECUTABLE")
elif [ -n "${IMAGE:-}" ]; then
  provider=(docker run --rm --network none --volume "$PWD:/work:ro" --workdir /work "$IMAGE")
else
  echo '::error::set executable or image' >&2
  exit 2
fi
code=0
"${provider[@]}" validate "${flags[@]}" -- "${files[@]}" || code=$?
if [ "$code" -le 1 ]; then
  "${provider[@]}" validate --sarif "${flags[@]}" -- "${files[@]}" >"${SARIF:-secretproviderclasses.sarif}" 2>/dev/null || true
  echo "sarif=${SARIF:-secretproviderclasses.sarif}" >>"${GITHUB_OUTPUT:-/dev/null}"
fi
exit "$code"
