#!/usr/bin/env bash
# Names every program that a task misses, with what to install, before the task begins:
#   scripts/need.sh 'make install' envsubst kubectl
# Ends with 1 when any is missing. DOCKER and HELM name other programs in place of docker and helm.
set -uo pipefail
task=$1
shift
docker=${DOCKER:-docker} helm=${HELM:-helm}
status=0

# need NAME ADVICE COMMAND...: the command succeeds where the program is there.
need() {
  local name=$1 advice=$2
  shift 2
  "$@" >/dev/null 2>&1 && return
  echo "$task: $name is missing: $advice" >&2
  status=1
}

for program in "$@"; do
  case $program in
    aws) need aws 'install the AWS CLI (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html)' \
      command -v aws ;;
    docker) need "$docker" 'install Docker (https://docs.docker.com/engine/install/), or name a program like it with DOCKER=' \
      command -v "$docker" ;;
    buildx)
      if command -v "$docker" >/dev/null; then
        need "$docker buildx" 'install the plugin docker-buildx-plugin of Docker, or docker-buildx of your distribution' \
          "$docker" buildx version
      fi ;;
    helm) need "$helm" 'install Helm 3 or 4 (https://helm.sh/docs/intro/install/), or name its path with HELM=' \
      command -v "$helm" ;;
    envsubst) need envsubst 'install gettext (Debian, Ubuntu: apt-get install gettext-base)' command -v envsubst ;;
    kubectl) need kubectl 'install it (https://kubernetes.io/docs/tasks/tools/)' command -v kubectl ;;
    *) need "$program" 'install it' command -v "$program" ;;
  esac
done
exit "$status"
