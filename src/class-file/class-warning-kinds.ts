import type { WarningKind } from './warning-kind.ts'

/** What `validate` says of a class and its parameters, beside the errors of a mount. */
export const classWarningKinds = {
  API_VERSION_DEPRECATED: {
    severity: 'warning',
    meaning: 'Drivers will stop serving this apiVersion.',
    remedy: 'Write secrets-store.csi.x-k8s.io/v1; nothing else changes.',
    examples: ['apiVersion v1alpha1 is deprecated: write secrets-store.csi.x-k8s.io/v1'],
  },
  API_VERSION_UNKNOWN: {
    severity: 'error',
    also: 'warning',
    meaning:
      'The driver does not serve this apiVersion. A warning if only the version is unknown, which a newer driver may serve.',
    remedy: 'Write secrets-store.csi.x-k8s.io/v1.',
    examples: [
      'apiVersion is "v1": write secrets-store.csi.x-k8s.io/v1',
      'apiVersion is missing: write secrets-store.csi.x-k8s.io/v1',
    ],
  },
  KIND_MISSPELT: {
    severity: 'error',
    meaning: 'The kind is almost SecretProviderClass, but Kubernetes does not know it.',
    remedy: 'Write SecretProviderClass, with these capitals.',
    examples: ['kind is "SecretsProviderClass", which Kubernetes does not know: write SecretProviderClass'],
  },
  PROVIDER_MISSPELT: {
    severity: 'warning',
    meaning: 'The provider is almost aws. The class is checked as if it were.',
    remedy: 'Write `provider: aws`.',
    examples: [
      'spec.provider is "AWS"; did you mean "aws"? The driver looks for a provider of exactly that name',
    ],
  },
  PROVIDER_SKIPPED: {
    severity: 'note',
    also: 'warning',
    meaning:
      'The class is for another provider and was not checked. A warning if the provider is still a template.',
    remedy: 'Nothing, if that is what you meant. Otherwise write `provider: aws`.',
    examples: [
      'the provider is "vault", not "aws"; this class was not checked',
      'the provider is "{{ .Values.provider }}", a Helm template that nothing has rendered: check what "helm template" prints; this class was not checked',
    ],
  },
  FAILOVER_WITHOUT_REGION: {
    severity: 'warning',
    meaning: 'failoverRegion is set without region: on nodes in that region the mount fails.',
    remedy: 'Set region as well.',
    examples: [
      'failoverRegion is set without region: the primary region is then that of the node, and on nodes of the failover region the mount fails; set region as well',
    ],
  },
  PARTITIONS_DIFFER: {
    severity: 'warning',
    meaning: 'Regions or roles are of different partitions of AWS, and credentials are good in one.',
    remedy: 'Name regions and roles of one partition.',
    examples: [
      'failoverRegion is of the partition aws-cn, and region of aws: no credentials are good in both; name regions and roles of one partition',
    ],
  },
  REGION_ASSUMED: {
    severity: 'note',
    meaning: 'The region is not known here, and ARNs were compared with one another instead.',
    remedy: 'Pass the region of the nodes with --region, or set the parameter region.',
    examples: [
      'the region is not known here, so eu-west-1 of the first ARN is assumed: use --region to check against that of the nodes',
    ],
  },
  REGION_UNKNOWN: {
    severity: 'warning',
    meaning: 'The AWS SDK of this release does not know the region. It may be newer than the release.',
    remedy: 'Check the code of the region. If AWS has it, ignore the warning: mounts work.',
    examples: [
      'parameter region is eu-west-9, which is not a region that this release knows; did you mean eu-west-1?',
    ],
  },
  ADDRESS_TYPE_UNKNOWN: {
    severity: 'warning',
    meaning: 'preferredAddressType has a value that counts as auto.',
    remedy: 'Write ipv4, ipv6 or auto, or remove the parameter.',
    examples: ['parameter preferredAddressType is "v6", which counts as auto: write ipv4, ipv6 or auto'],
  },
  OBJECTS_FOLDED: {
    severity: 'warning',
    meaning: 'objects is written with ">", which joins its lines; "|" keeps them.',
    remedy: 'Write `objects: |`.',
    examples: ['objects is written with ">", which joins its lines: write "objects: |", which keeps them'],
  },
  REQUEST_MAY_BE_TOO_LARGE: {
    severity: 'warning',
    meaning: 'The class is so large that the driver’s request for it is close to the size limit.',
    remedy: 'Spread the objects over several classes.',
    examples: [
      'the request of a mount will have about 127 KiB, and over 240 KiB it is refused: spread the objects over several classes before it comes to that',
    ],
  },
  MANY_FILES: {
    severity: 'warning',
    meaning: 'The class gives more than 1000 files, each of which takes memory on every node that mounts it.',
    remedy: 'Mount a few files that hold JSON, or spread the objects over several classes.',
    examples: [
      "the class comes to 1001 files: each takes at least 4 KiB of memory on its node and a line of the pod's status in the cluster; a few files that hold JSON serve as well",
    ],
  },
  FILE_MODE_STAYS: {
    severity: 'note',
    meaning:
      'With --driver-writes-secrets the driver writes the files and compares only contents: a mode that is changed later does not reach running pods. Reported only with `validate --driver-writes-secrets`.',
    remedy: 'Nothing now. When you change a filePermission later, recreate the pods.',
    examples: [
      'object "db": the driver, which writes the files, never changes the mode of a file whose content stays the same: when you change a filePermission later, recreate the pods',
    ],
  },
  RESPONSE_MAY_BE_TOO_LARGE: {
    severity: 'note',
    meaning:
      'If the driver writes the files, values of the largest size would not fit into one answer to it.',
    remedy:
      'Nothing, unless the provider runs with --driver-writes-secrets and the values are large: then raise both limits.',
    examples: [
      'values of the largest size would come to 4160 KiB: with --driver-writes-secrets an answer over 4096 KiB fails unless --max-call-recv-msg-size of the driver and --max-response-bytes of the provider are raised',
    ],
  },
  VOLUME_MAY_BE_TOO_LARGE: {
    severity: 'note',
    meaning: 'Values of the largest size would be more than a volume may hold.',
    remedy: 'Nothing, unless the values are large: then raise --max-volume-bytes, or spread the objects.',
    examples: [
      'values of the largest size would come to 64064 KiB: a volume over 8192 KiB fails unless --max-volume-bytes of the provider is raised',
    ],
  },
} as const satisfies Readonly<Record<string, WarningKind>>
