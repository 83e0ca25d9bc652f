import type { PlanWarning } from '../yaml/finding.ts'

/** Stable codes of what fails no mount but is probably not meant; documented, and API of `validate`. */
export type WarningCode =
  | PlanWarning['code']
  | 'PARAMETER_UNKNOWN'
  | 'ALIAS_HIDES_NAME'
  | 'SECRET_OBJECT_WITHOUT_FILE'
  | 'FAILOVER_WITHOUT_REGION'
  | 'ADDRESS_TYPE_UNKNOWN'
  | 'API_VERSION_DEPRECATED'
  | 'API_VERSION_UNKNOWN'
  | 'REGION_ASSUMED'
  | 'OBJECT_OF_OTHER_ACCOUNT'
  | 'REQUEST_MAY_BE_TOO_LARGE'
  | 'MANY_FILES'
  | 'RESPONSE_MAY_BE_TOO_LARGE'
  | 'VOLUME_MAY_BE_TOO_LARGE'
  | 'PROVIDER_SKIPPED'
  | 'KIND_MISSPELT'
  | 'PROVIDER_MISSPELT'
  | 'OBJECTS_FOLDED'
  | 'REGION_UNKNOWN'
  | 'OBJECT_NAME_IMPOSSIBLE'
  | 'OBJECT_VERSION_IMPOSSIBLE'
  | 'ALIAS_QUOTED'
  | 'JMES_PATH_DOTTED'

/** Something that fails no mount by itself, at a line and column counted from 1. */
export interface Warning {
  readonly code: WarningCode
  readonly message: string
  readonly line: number
  readonly column: number
  /** In place of that of its code, where there is no doubt that nothing good comes of it. */
  readonly severity?: 'error'
}

interface WarningKind {
  /** A note is for information alone, also under --strict. */
  readonly severity: 'warning' | 'note'
  readonly meaning: string
}

/** What `validate` warns of. The codes are API, like those of errors; some are errors where a mount fails. */
export const warningKinds: Readonly<Record<WarningCode, WarningKind>> = {
  FIELD_UNKNOWN: { severity: 'warning', meaning: 'A field has a name that nothing reads.' },
  REPEATED_FIELD: { severity: 'warning', meaning: 'A field is there twice; only one of the two counts.' },
  PARAMETER_UNKNOWN: {
    severity: 'warning',
    meaning: 'A parameter of spec.parameters has a name that nothing reads.',
  },
  ALIAS_HIDES_NAME: {
    severity: 'warning',
    meaning:
      'An objectAlias is the objectName of another object, so a file has the name of something that it does not contain.',
  },
  SECRET_OBJECT_WITHOUT_FILE: {
    severity: 'warning',
    meaning:
      'secretObjects refers to a file that the mount will not write, so the driver makes no such secret.',
  },
  FAILOVER_WITHOUT_REGION: {
    severity: 'warning',
    meaning: 'failoverRegion is set without region: on nodes in that region the mount fails.',
  },
  ADDRESS_TYPE_UNKNOWN: {
    severity: 'warning',
    meaning: 'preferredAddressType is a word that counts as auto.',
  },
  API_VERSION_DEPRECATED: {
    severity: 'warning',
    meaning: 'The apiVersion is one that drivers will stop serving.',
  },
  API_VERSION_UNKNOWN: { severity: 'warning', meaning: 'The driver does not serve this apiVersion.' },
  REGION_ASSUMED: {
    severity: 'note',
    meaning: 'The region is not known here, and ARNs were compared with one another instead.',
  },
  OBJECT_OF_OTHER_ACCOUNT: {
    severity: 'warning',
    meaning:
      'An ARN is of another account than the role of assumeRoleArn, which needs resource policies there.',
  },
  REQUEST_MAY_BE_TOO_LARGE: {
    severity: 'warning',
    meaning: 'The class is so large that the driver’s request for it is close to the size limit.',
  },
  MANY_FILES: {
    severity: 'warning',
    meaning: 'The class gives more than 1000 files, each of which takes memory on every node that mounts it.',
  },
  RESPONSE_MAY_BE_TOO_LARGE: {
    severity: 'note',
    meaning:
      'If the driver writes the files, values of the largest size would not fit into one answer to it.',
  },
  KIND_MISSPELT: {
    severity: 'warning',
    meaning: 'The kind is almost SecretProviderClass, but Kubernetes knows no such kind.',
  },
  PROVIDER_MISSPELT: {
    severity: 'warning',
    meaning: 'The provider is almost aws; the driver looks for a socket with exactly that name.',
  },
  OBJECTS_FOLDED: {
    severity: 'warning',
    meaning: 'objects is written with ">", which joins its lines; "|" keeps them.',
  },
  REGION_UNKNOWN: {
    severity: 'warning',
    meaning: 'The AWS SDK of this release does not know the region.',
  },
  OBJECT_NAME_IMPOSSIBLE: {
    severity: 'warning',
    meaning: 'No secret or parameter can have this name. An error if AWS’s rules leave no doubt.',
  },
  OBJECT_VERSION_IMPOSSIBLE: {
    severity: 'warning',
    meaning: 'No version can have this name. An error if AWS’s rules leave no doubt.',
  },
  ALIAS_QUOTED: { severity: 'warning', meaning: 'A file name contains quotes, which nothing removes.' },
  JMES_PATH_DOTTED: {
    severity: 'warning',
    meaning: 'A jmesPath looks like a key with a dot in its name, but means a key inside another.',
  },
  VOLUME_MAY_BE_TOO_LARGE: {
    severity: 'note',
    meaning: 'Values of the largest size would be more than a volume may hold.',
  },
  PROVIDER_SKIPPED: {
    severity: 'note',
    meaning: 'The class is for another provider and was not checked.',
  },
}
