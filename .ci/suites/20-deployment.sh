#!/usr/bin/env bash
# The Helm chart, the installers, the Dockerfile and the bill of materials, each looked at by tools of others.
# Needs Go and python3 (the tools are compiled from Go modules, or come from PyPI); the first run takes some minutes.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
node() { scripts/with-node node "$@"; }
tools=${DEPLOYMENT_TOOLS:-$PWD/.cache/deployment-tools}
export SCHEMAS=$PWD/.cache/kubernetes-schemas KUBECONFORM=$tools/bin/kubeconform
# The oldest that the chart takes, the oldest that the driver takes, and the newest.
export KUBE_VERSIONS='1.25.16 1.30.14 1.37.2'
passed=0 failed=0

if ! command -v go >/dev/null || ! command -v python3 >/dev/null; then
  echo 'go or python3 is missing: the deployment is not checked'
  exit 75
fi

check() {
  local title=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "✔ $title"
  else
    failed=$((failed + 1))
    echo "✖ $title"
  fi
}

scripts/deployment-tools.sh helm3 helm4 kubeconform glua hadolint checkov cyclonedx || exit 1
# shellcheck disable=SC2086
node scripts/kubernetes-schemas.ts "$SCHEMAS" $KUBE_VERSIONS || exit 1
DRIVER_CHART=$(cd / && go mod download -json sigs.k8s.io/secrets-store-csi-driver@v1.6.1 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')/charts/secrets-store-csi-driver
export DRIVER_CHART

schema="$SCHEMAS/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json"
crds="$SCHEMAS/crds/{{.ResourceKind}}{{.KindSuffix}}.json"
for version in $KUBE_VERSIONS; do
  # Kubernetes 1.30 brought admission policies in their present form.
  policies=()
  if [ "$(cut -d. -f2 <<<"$version")" -ge 30 ]; then policies=(deployment/policies/*.yaml); fi
  check "installers and examples fit Kubernetes $version" "$KUBECONFORM" -strict -summary \
    -kubernetes-version "$version" -schema-location "$schema" -schema-location "$crds" \
    deployment/*.yaml deployment/optional/*.yaml deployment/examples "${policies[@]}"
done
for major in 3 4; do
  export HELM=$tools/bin/helm$major
  check "helm $major renders the installers that are committed" node scripts/generate-installers.ts --check
  check "helm $major takes and refuses values as it should" node --test test/deployment/chart.with-helm.ts test/deployment/chart-values.with-helm.ts
done
check "Argo CD's Lua reads the health of SecretSyncs" env GLUA="$tools/bin/glua" scripts/with-node node --test test/deployment/argo-health.with-lua.ts
if command -v shellcheck >/dev/null; then
  check 'shellcheck finds nothing in the scripts' shellcheck -x scripts/*.sh scripts/local-cluster/*.sh .ci/suites/[24]?-*.sh
fi
check 'hadolint finds nothing in the Dockerfile' "$tools/bin/hadolint" Dockerfile.distroless
# checkov calls home at each start: it runs in a network namespace without any way out.
checkov=(env -u PYTHONPATH LOG_LEVEL=CRITICAL unshare --map-root-user --net "$tools/bin/checkov" --quiet --compact)
# Not held against us: images by tag (CKV_K8S_43; releases print digests) and pulled when missing, since a version is
# never overwritten (CKV_K8S_15); root, whose folders the volumes are (CKV_K8S_40, CKV_K8S_23); no CPU limit
# (CKV_K8S_11); a service account's token, which is how Kubernetes is asked (CKV_K8S_38); the security context on the
# one container instead of the pod (CKV_K8S_29); the network policy being the chart's option (CKV2_K8S_6).
check 'checkov finds nothing in the installer' "${checkov[@]}" --framework kubernetes \
  --skip-check CKV_K8S_43,CKV_K8S_15,CKV_K8S_40,CKV_K8S_23,CKV_K8S_11,CKV_K8S_38,CKV_K8S_29,CKV2_K8S_6 \
  --file deployment/aws-provider-installer.yaml
# No HEALTHCHECK, which Kubernetes does not look at (CKV_DOCKER_2); root, as above (CKV_DOCKER_3, CKV_DOCKER_8); a
# default base by tag, in place of which releases give a digest (CKV_DOCKER_7).
check 'checkov finds nothing in the Dockerfile' "${checkov[@]}" --framework dockerfile \
  --skip-check CKV_DOCKER_2,CKV_DOCKER_3,CKV_DOCKER_7,CKV_DOCKER_8 --file Dockerfile.distroless
bill=$(mktemp)
node scripts/sbom.ts --output "$bill"
check 'the bill of materials is valid CycloneDX' "$tools/bin/python" - "$bill" <<'PYTHON'
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
sys.exit(str(error)[:300] if error else 0)
PYTHON
rm -f "$bill"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
