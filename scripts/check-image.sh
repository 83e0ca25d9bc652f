#!/usr/bin/env bash
# Says in one sentence what is wrong with where an image shall go, before anything is built or pushed:
#   scripts/check-image.sh REPOSITORY VERSION PLATFORM,PLATFORM
set -euo pipefail
repository=$1 version=$2 platforms=$3

refuse() {
  echo "make: $1" >&2
  exit 2
}

case $repository in
  public.ecr.aws/aws-secrets-manager/*)
    refuse "PRIVREPO is '$repository', the official provider's repository; name one of your own" ;;
  *:*/* | */*) ;;
  *) refuse "PRIVREPO is '$repository', which names no registry; write for example 111122223333.dkr.ecr.eu-west-1.amazonaws.com/secrets-store-csi-driver-provider-aws" ;;
esac
[[ $repository =~ ^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+$ ]] ||
  refuse "PRIVREPO is '$repository'; write registry/name in small letters, without https:// and without a tag"
[[ $version =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ ]] ||
  refuse "VERSION is '$version', which is no image tag; write for example 1.0.0-mine.1"
[ "$version" != latest ] || refuse "VERSION is 'latest', which is pushed anyway; write for example 1.0.0-mine.1"
for platform in ${platforms//,/ }; do
  case $platform in
    linux/amd64 | linux/arm64) ;;
    *) refuse "PLATFORMS has '$platform'; the provider is built for linux/amd64 and linux/arm64" ;;
  esac
done
