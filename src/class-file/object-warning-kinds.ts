import type { WarningKind } from './warning-kind.ts'

/** What `validate` says of objects, their files, and what refers to them, beside the errors of a mount. */
export const objectWarningKinds = {
  REPEATED_FIELD: {
    severity: 'warning',
    meaning: 'A field is there twice; only one of the two counts.',
    remedy: 'Remove one of the two.',
    examples: [
      'object 1: field "ObjectName" is another spelling of objectName, which is there as well: only one of them counts',
    ],
  },
  OBJECT_NAME_IMPOSSIBLE: {
    severity: 'error',
    also: 'warning',
    meaning:
      'No secret or parameter can have this name. A warning if something may still replace it, such as Helm.',
    remedy: 'Copy the name from AWS.',
    examples: [
      'objectName "“shop/db”" has curly quotes in it: write straight ones, or none',
      'objectName "{{ .Values.name }}" is a template that nothing has rendered: check what "helm template" prints',
    ],
  },
  OBJECT_VERSION_IMPOSSIBLE: {
    severity: 'error',
    also: 'warning',
    meaning:
      'No version can have this name. A warning if something may still replace it, or a label was probably meant.',
    remedy: 'Copy the VersionId or version number from AWS, or leave objectVersion out for the current one.',
    examples: [
      'objectVersion "AWSCURRENT" is a staging label: write objectVersionLabel',
      'objectVersion "latest" is not a version number, and so means a label: write objectVersionLabel, or leave it out for the newest',
    ],
  },
  OBJECT_OF_OTHER_ACCOUNT: {
    severity: 'warning',
    meaning:
      'An ARN is of another account than the role of assumeRoleArn, which needs resource policies there.',
    remedy:
      'Write an ARN of the role’s account, or allow the role in the policies of the object and its KMS key.',
    examples: [
      'object 1: the ARN is of account 111122223333, but assumeRoleArn reads as a role of account 444455556666: write an ARN of account 444455556666, or let the resource policies of the object and its KMS key allow that role',
    ],
  },
  PATTERN_MATCHES_NOTHING: {
    severity: 'warning',
    meaning: 'No name below the path of an ssmparameterpath can match a pattern of include or exclude.',
    remedy: 'Write patterns of whole names, which begin with the path.',
    examples: [
      'object 1: include has "db/*", which no name below /app can match: a pattern is of the whole name; did you mean "/app/db/*"?',
    ],
  },
  ALIAS_HIDES_NAME: {
    severity: 'warning',
    meaning:
      'An objectAlias is the objectName of another object, so a file has the name of something that it does not contain.',
    remedy: 'Choose another objectAlias.',
    examples: [
      'object 2: its objectAlias "db" is the objectName of object 1, which is mounted under another name: the file will not hold what its name says',
    ],
  },
  ALIAS_QUOTED: {
    severity: 'warning',
    meaning: 'A file name contains quotes, which nothing removes.',
    remedy: 'Remove the quotes, or write straight ones around the whole value.',
    examples: [
      'objectAlias "“db”" has curly quotes in it, which become part of the name of the file: write straight ones, or none',
    ],
  },
  JMES_PATH_DOTTED: {
    severity: 'warning',
    meaning: 'A jmesPath looks like a key with a dot in its name, but means a key inside another.',
    remedy: 'Put the key in double quotes, within single ones for YAML.',
    examples: [
      `jmesPath "tls.crt" is the key crt in the map tls: for a key of that whole name write path: '"tls.crt"'`,
    ],
  },
  SECRET_OBJECT_WITHOUT_FILE: {
    severity: 'warning',
    meaning:
      'secretObjects refers to a file that the mount will not write, so the driver makes no such secret.',
    remedy: 'Write the name of the file: its objectAlias, or the objectName with "_" for each "/".',
    examples: ['secretObjects refers to "bd", but the mount has no file of that name; did you mean "db"?'],
  },
  SYNC_CANNOT_WORK: {
    severity: 'error',
    meaning:
      'A SecretSync beside the class uses it in a way that the secrets-store-sync-controller or Pod Identity refuses.',
    remedy: 'Follow the message: give the object an objectAlias that the controller accepts, or use IRSA.',
    examples: [
      'sourcePath "a b" is refused by the controller, which takes letters and digits with "-", "." and "_" between them: give the object an objectAlias such as "db-url", and write that',
    ],
  },
  SYNC_SOURCE_MISSING: {
    severity: 'warning',
    meaning: 'A sourcePath of a SecretSync beside the class is not a file of it.',
    remedy: 'Write the name of the file: its objectAlias, or the objectName with "_" for each "/".',
    examples: ['sourcePath "login.jsn" is not a file of the class; did you mean "login.json"?'],
  },
  SYNC_WITHOUT_REGION: {
    severity: 'warning',
    meaning:
      'A SecretSync beside the class uses it, and the class names no region. Without a pod there is no node to take the region from.',
    remedy: 'Set the parameter region, or AWS_REGION in the provider beside the controller.',
    examples: [
      'the class names no region, and without a pod there is no node to take it from: set the parameter region, or AWS_REGION in the provider beside the controller',
    ],
  },
} as const satisfies Readonly<Record<string, WarningKind>>
