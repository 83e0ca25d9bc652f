import type { PlanWarning } from '../yaml/finding.ts'

/** Stable codes of what fails no mount but is probably not meant; documented, and API of `validate`. */
export type WarningCode =
  | PlanWarning['code']
  | 'UNKNOWN_PARAMETER'
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
  | 'SYNC_CANNOT_WORK'
  | 'SYNC_SOURCE_MISSING'
  | 'SYNC_WITHOUT_REGION'

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

/** What `validate` warns of. The codes are API, like those of errors. */
export const warningKinds: Readonly<Record<WarningCode, WarningKind>> = {
  UNKNOWN_FIELD: { severity: 'warning', meaning: 'A field has a name that nothing reads.' },
  REPEATED_FIELD: { severity: 'warning', meaning: 'A field is there twice; only one of the two counts.' },
  UNKNOWN_PARAMETER: {
    severity: 'warning',
    meaning: 'A parameter of spec.parameters has a name that nothing reads.',
  },
  ALIAS_HIDES_NAME: {
    severity: 'warning',
    meaning:
      'An objectAlias is the objectName of another object, so that a file has the name of what it does not hold.',
  },
  SECRET_OBJECT_WITHOUT_FILE: {
    severity: 'warning',
    meaning:
      'secretObjects refers to a file that the mount will not write, so that the driver makes no such secret.',
  },
  FAILOVER_WITHOUT_REGION: {
    severity: 'warning',
    meaning: 'failoverRegion is set without region: on nodes of that very region the mount fails.',
  },
  ADDRESS_TYPE_UNKNOWN: {
    severity: 'warning',
    meaning: 'preferredAddressType is a word that counts as auto.',
  },
  API_VERSION_DEPRECATED: {
    severity: 'warning',
    meaning: 'The apiVersion is one that drivers will stop to serve.',
  },
  API_VERSION_UNKNOWN: { severity: 'warning', meaning: 'The apiVersion is none that the driver serves.' },
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
    meaning:
      'The class is so large that the driver’s request for it comes near the size from which on it is refused.',
  },
  MANY_FILES: {
    severity: 'warning',
    meaning:
      'The class comes to more than 1000 files, each with memory of its own on every node that mounts it.',
  },
  RESPONSE_MAY_BE_TOO_LARGE: {
    severity: 'note',
    meaning:
      'Values of the largest size would not fit into one answer to the driver when the driver writes the files.',
  },
  KIND_MISSPELT: {
    severity: 'warning',
    meaning: 'The kind is nearly SecretProviderClass, and Kubernetes knows no such kind.',
  },
  PROVIDER_MISSPELT: {
    severity: 'warning',
    meaning: 'The provider is nearly aws; the driver looks for a socket of exactly that name.',
  },
  OBJECTS_FOLDED: {
    severity: 'warning',
    meaning: 'objects is written by ">", which joins its lines, where "|" keeps them.',
  },
  REGION_UNKNOWN: {
    severity: 'warning',
    meaning: 'A region is none that the AWS SDK of this release knows.',
  },
  OBJECT_NAME_IMPOSSIBLE: {
    severity: 'warning',
    meaning: 'No secret or parameter can have this name. An error where the rules of AWS leave no doubt.',
  },
  OBJECT_VERSION_IMPOSSIBLE: {
    severity: 'warning',
    meaning: 'No version can have this name. An error where the rules of AWS leave no doubt.',
  },
  ALIAS_QUOTED: { severity: 'warning', meaning: 'A file name has quotes in it that nothing removes.' },
  JMES_PATH_DOTTED: {
    severity: 'warning',
    meaning: 'A jmesPath looks like a key that has a dot in its name, and is read as a key in another.',
  },
  SYNC_CANNOT_WORK: {
    severity: 'warning',
    meaning:
      'A SecretSync beside the class uses it in a way that the secrets-store-sync-controller or Pod Identity refuses. An error.',
  },
  SYNC_SOURCE_MISSING: {
    severity: 'warning',
    meaning: 'A sourcePath of a SecretSync beside the class is no file of it.',
  },
  SYNC_WITHOUT_REGION: {
    severity: 'warning',
    meaning: 'A SecretSync beside the class uses it, and it names no region, which no pod tells there.',
  },
  VOLUME_MAY_BE_TOO_LARGE: {
    severity: 'note',
    meaning: 'Values of the largest size would come to more than a volume may hold.',
  },
  PROVIDER_SKIPPED: {
    severity: 'note',
    meaning: 'The class is for another provider, and was not looked at.',
  },
}
