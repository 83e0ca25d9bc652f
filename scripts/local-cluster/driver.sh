#!/usr/bin/env bash
# Installs a version of the Secrets Store CSI driver from its own manifests, in place of the one that may be there,
# and returns when the kubelet has registered it:
#   driver.sh 1.6.1
# ROTATION_POLL_INTERVAL (15s), TOKEN_AUDIENCES (sts.amazonaws.com pods.eks.amazonaws.com; '' for no tokens at all)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/settings.sh"
version=${1:?say which version of the driver: driver.sh 1.6.1}
rotation=${ROTATION_POLL_INTERVAL:-15s}
audiences=${TOKEN_AUDIENCES-sts.amazonaws.com pods.eks.amazonaws.com}
folder=$(driver_folder "$version")
kubectl() { "$here/in.sh" kubectl "$@"; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/pack-image.sh" "$work/driver.tar" "local-cluster/driver:$version" /secrets-store-csi \
  "$folder/secrets-store-csi:/secrets-store-csi"
"$here/pack-image.sh" "$work/sidecar.tar" local-cluster/sidecar:1 /csi-registrar "$bin/csi-registrar:/csi-registrar"
for image in driver sidecar; do "$here/in.sh" ctr -n k8s.io images import - <"$work/$image.tar" >/dev/null; done

cd "$folder/deploy"
kubectl apply -f rbac-secretproviderclass.yaml -f rbac-secretprovidersyncing.yaml \
  -f secrets-store.csi.x-k8s.io_secretproviderclasses.yaml \
  -f secrets-store.csi.x-k8s.io_secretproviderclasspodstatuses.yaml >/dev/null
for optional in rbac-secretproviderrotation.yaml rbac-secretprovidertokenrequest.yaml; do
  if [ -e "$optional" ]; then kubectl apply -f "$optional" >/dev/null; fi
done
kubectl create --dry-run=client -o json -f csidriver.yaml |
  jq --arg audiences "$audiences" '.spec.tokenRequests = ($audiences | split(" ") | map({audience: .}))' |
  kubectl apply -f - >/dev/null
# The first drivers look for providers in another folder alone, unless they are told.
providers=/var/run/secrets-store-csi-providers
if grep -q "$providers" secrets-store-csi-driver.yaml; then elsewhere=$providers; else elsewhere=/etc/kubernetes/secrets-store-csi-providers; fi
kubectl create --dry-run=client -o json -f secrets-store-csi-driver.yaml |
  sed "s|$elsewhere|$providers|g" |
  jq --arg rotation "$rotation" --arg driver "local-cluster/driver:$version" '.spec.template.spec.containers |= map(
      .image = (if .name == "secrets-store" then $driver else "local-cluster/sidecar:1" end)
      | .imagePullPolicy = "Never"
      | if .name == "secrets-store"
        then .args += ["--enable-secret-rotation=true", "--rotation-poll-interval=" + $rotation]
        else . end)' |
  kubectl apply -f - >/dev/null
kubectl -n kube-system rollout status daemonset/csi-secrets-store --timeout=120s >/dev/null
kubectl wait --for=jsonpath='{.spec.drivers[0].name}'=secrets-store.csi.k8s.io csinode/node-1 --timeout=60s >/dev/null
say "driver $version is registered"
