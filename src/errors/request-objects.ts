import { kind, quote } from './kind.ts'
import { failoverErrors } from './request-failover.ts'
import { fieldErrors } from './request-fields.ts'

const ssmArn = 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/log-level'

/**
 * What is wrong with the `objects` of a SecretProviderClass.
 *
 * `where` comes ready to print from src/plan/objects/object-label.ts: `object "db"`, `object 2`,
 * `object "db", jmesPath entry 1 ("username")`.
 */
export const objectErrors = {
  OBJECTS_MISSING: kind<Record<never, never>>({
    status: 'INVALID_ARGUMENT',
    cause: 'The SecretProviderClass has no `objects` parameter, or an empty one.',
    remedy: 'Add spec.parameters.objects with at least one object, or write `[]` for an empty volume.',
    examples: [{}],
    sentence: () =>
      'the SecretProviderClass has no "objects" parameter, or an empty one: list at least one object there, or write [] for an empty volume',
  }),
  OBJECTS_UNREADABLE: kind<{ line: number; column: number; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `objects` parameter is not YAML.',
    remedy: 'Correct the YAML at the line that the message names (counted from the start of `objects`).',
    examples: [{ line: 2, column: 1, reason: 'this line is indented by a tab, where YAML takes spaces' }],
    sentence: ({ line, column, reason }) =>
      `parameter objects is not readable YAML at line ${line}, column ${column}: ${reason}`,
  }),
  OBJECTS_TOO_LARGE: kind<{ reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `objects` parameter is longer, deeper or (through its aliases) larger than allowed.',
    remedy: 'Spread the objects over several SecretProviderClasses, or use fewer anchors and aliases.',
    examples: [{ reason: 'it holds more than 50000 values' }],
    sentence: ({ reason }) =>
      `parameter objects is too large: ${reason}: spread the objects over several SecretProviderClasses`,
  }),
  OBJECTS_NOT_A_LIST: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `objects` parameter is YAML, but not a list.',
    remedy: 'Begin each object with "- ".',
    examples: [{ received: 'a map' }],
    sentence: ({ received }) =>
      `parameter objects is ${received}: write a list, each object beginning with "- objectName:"`,
  }),
  OBJECT_EMPTY: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An entry of `objects` is empty.',
    remedy: 'Remove the entry or give it an objectName.',
    examples: [{ where: 'object 2' }],
    sentence: ({ where }) => `${where} is empty: remove the entry, or give it an objectName`,
  }),
  OBJECT_NOT_A_MAP: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An entry of `objects` is a string or a list.',
    remedy: 'Write the entry as fields: objectName, objectType and so on.',
    examples: [{ where: 'object 1', received: 'a string' }],
    sentence: ({ where, received }) =>
      `${where} is ${received}: write its fields, beginning with "- objectName:"`,
  }),
  ...fieldErrors,
  OBJECT_NAME_MISSING: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An entry of `objects` has no `objectName`.',
    remedy: 'Give the entry an objectName: the name or ARN of a secret or parameter.',
    examples: [{ where: 'object 2' }],
    sentence: ({ where }) => `${where} has no objectName: write the name or ARN of a secret or parameter`,
  }),
  OBJECT_TYPE_MISSING: kind<{ where: string; name: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An object named by a plain name does not say which store it is in.',
    remedy: 'Set objectType, or use the full ARN as objectName.',
    examples: [{ where: 'object "app/db"', name: 'app/db' }],
    sentence: ({ where, name }) =>
      `${where}: objectType is missing, and the objectName ${quote(name)} is not an ARN: set objectType to "secretsmanager" or "ssmparameter"`,
  }),
  OBJECT_TYPE_UNKNOWN: kind<{ where: string; received: string; nearest?: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The provider does not know this objectType. Case counts.',
    remedy: 'Set objectType to secretsmanager or ssmparameter.',
    examples: [{ where: 'object "app/db"', received: 'SecretsManager' }],
    sentence: ({ where, received, nearest }) => {
      const hint = nearest === undefined ? '' : `; did you mean ${quote(nearest)}?`
      return `${where}: objectType is ${quote(received)}: write "secretsmanager" or "ssmparameter"${hint}`
    },
  }),
  OBJECT_TYPE_MISMATCH: kind<{ where: string; objectType: string; service: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'objectType names one store, the ARN in objectName another.',
    remedy: 'Leave objectType out, or correct the ARN.',
    examples: [{ where: `object "${ssmArn}"`, objectType: 'secretsmanager', service: 'ssm' }],
    sentence: ({ where, objectType, service }) =>
      `${where}: objectType is ${quote(objectType)}, but its objectName is an ARN of ${quote(service)}: leave objectType out, or correct objectName`,
  }),
  ARN_MALFORMED: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An objectName begins with "arn:" and is not a whole ARN.',
    remedy: 'Copy the full ARN from AWS, or use the plain name and set objectType.',
    examples: [
      { where: 'object "arn:aws:secretsmanager:app/db"', received: 'arn:aws:secretsmanager:app/db' },
    ],
    sentence: ({ where, received }) =>
      `${where}: objectName ${quote(received)} is not a full ARN: write one like arn:aws:secretsmanager:us-east-1:111122223333:secret:MySecret-a1b2c3 or arn:aws:ssm:us-east-1:111122223333:parameter/my/name, or the plain name and an objectType`,
  }),
  ARN_SERVICE_UNSUPPORTED: kind<{ where: string; service: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An objectName is the ARN of something that is neither a secret nor a parameter.',
    remedy: 'Use the ARN of a Secrets Manager secret or an SSM parameter.',
    examples: [{ where: 'object "arn:aws:s3:::bucket"', service: 's3' }],
    sentence: ({ where, service }) =>
      `${where}: objectName is an ARN of service ${quote(service)}: use an ARN of "secretsmanager" or "ssm"`,
  }),
  REGION_MISMATCH: kind<{ where: string; parameter: string; expected: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An ARN names another region than the one it would be read from.',
    remedy: 'Use an ARN of that region, or set `region` (for a failoverObject: `failoverRegion`).',
    examples: [
      { where: `object "${ssmArn}"`, parameter: 'region', expected: 'us-east-1', received: 'eu-west-1' },
    ],
    sentence: ({ where, parameter, expected, received }) =>
      `${where}: objectName is an ARN of region ${quote(received)}, but it would be read from ${quote(expected)}: use an ARN of ${expected}, or change ${changeOf(parameter)}`,
  }),
  VERSION_AND_LABEL: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'An ssmparameter has both objectVersion and objectVersionLabel; Parameter Store takes one of them.',
    remedy: 'Remove one of the two.',
    examples: [{ where: 'object "/app/log-level"' }],
    sentence: ({ where }) =>
      `${where}: objectVersion and objectVersionLabel are both set, and an ssmparameter takes only one of them: remove one`,
  }),
  SELECTOR_TWICE: kind<{ where: string; name: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'The objectName of an ssmparameter carries a version or label (name:3), and a field names one as well.',
    remedy: 'Remove the part after the colon, or the field.',
    examples: [{ where: 'object "/app/log-level:3"', name: '/app/log-level:3' }],
    sentence: ({ where, name }) =>
      `${where}: objectName ${quote(name)} carries a version or label after its colon, and objectVersion or objectVersionLabel names one as well: remove one of the two`,
  }),
  SELECTOR_MALFORMED: kind<{ where: string; name: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The objectName of an ssmparameter has colons that are not those of name:version or name:label.',
    remedy: 'Write name, name:version or name:label.',
    examples: [{ where: 'object "/app:log:level"', name: '/app:log:level' }],
    sentence: ({ where, name }) =>
      `${where}: objectName ${quote(name)} is not the name of an ssmparameter: write name, name:version or name:label`,
  }),
  FILE_PERMISSION_MALFORMED: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'filePermission is not four octal digits.',
    remedy: 'Write four digits from 0 to 7, e.g. "0644".',
    examples: [
      { where: 'object "app/db"', received: '400' },
      { where: 'object "app/db"', received: '384' },
      { where: 'object "app/db"', received: 'rw-r--r--' },
    ],
    sentence: ({ where, received }) =>
      `${where}: filePermission is ${quote(received)}: write ${permissionHint(received)}`,
  }),
  JMES_PATH_INCOMPLETE: kind<{ where: string; field: 'path' | 'objectAlias' }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath entry lacks its `path` or its `objectAlias`.',
    remedy: 'Give every jmesPath entry both.',
    examples: [{ where: 'object "app/db", jmesPath entry 1 ("password")', field: 'objectAlias' }],
    sentence: ({ where, field }) =>
      `${where} has no ${field}: every jmesPath entry needs a path and an objectAlias`,
  }),
  ...failoverErrors,
  FILE_NAME_UNUSABLE: kind<{ where: string; field: string; path: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The file that an object or jmesPath entry would write has a name that cannot stand in a volume.',
    remedy: 'Choose another objectAlias (or pathTranslation).',
    examples: [{ where: 'object "app/db"', field: 'objectAlias', path: '../db', reason: 'begins with ".."' }],
    sentence: ({ where, field, path, reason }) =>
      `${where}: its ${field} gives the file name ${quote(path)}, which ${reason}: choose another objectAlias`,
  }),
  DUPLICATE_FILE: kind<{ where: string; first: string; path: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'Two objects or jmesPath entries would write the same file.',
    remedy: 'Give one of them an objectAlias of its own.',
    examples: [{ where: 'object "app_db"', first: 'object "app/db" (entry 1 of objects)', path: 'app_db' }],
    sentence: ({ where, first, path }) =>
      `${where}: duplicate file name ${quote(path)}, which ${first} writes too: give one of them another objectAlias`,
  }),
  FILE_IS_DIRECTORY: kind<{ where: string; other: string; path: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'One object would write a file where another needs a directory.',
    remedy: 'Give one of them another objectAlias, or turn pathTranslation on.',
    examples: [{ where: 'object "app/db"', other: 'object "app" (entry 1 of objects)', path: 'app' }],
    sentence: ({ where, other, path }) =>
      `${where}: ${quote(path)} cannot be a file and a directory at once (see ${other}): give one of them another objectAlias`,
  }),
}

function changeOf(parameter: string): string {
  if (parameter === 'objectRegion') return parameter
  return `the ${parameter} parameter${parameter === 'region' ? ', or set objectRegion' : ''}`
}

/** What Helm and YAML make of a mode that is not quoted: 0600 is 384. */
const commonModes = [
  0o400, 0o440, 0o444, 0o600, 0o640, 0o644, 0o660, 0o664, 0o666, 0o700, 0o750, 0o755, 0o777,
]

function permissionHint(received: string): string {
  const octal = /^[0-7]{1,3}$/.test(received) ? `"${received.padStart(4, '0')}"` : undefined
  const mode = commonModes.find((each) => String(each) === received)
  if (mode !== undefined) {
    const meant = `"0${mode.toString(8)}" in quotes (${received} is what YAML makes of 0${mode.toString(8)})`
    return octal === undefined ? meant : `${meant}, or ${octal}`
  }
  return octal ?? 'four octal digits, such as "0644"'
}
