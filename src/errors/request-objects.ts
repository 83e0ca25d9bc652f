import { kind, quote } from './kind.ts'
import { failoverErrors } from './request-failover.ts'
import { fileNameErrors } from './request-files.ts'

const ssmArn = 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/log-level'

/**
 * What is wrong with the `objects` of a SecretProviderClass.
 *
 * `where` comes ready to print from src/plan/object-label.ts: `object "db"`, `object 2`,
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
    cause: 'The `objects` parameter is longer, deeper or (through its aliases) larger than is taken.',
    remedy: 'Spread the objects over several SecretProviderClasses, or use fewer anchors and aliases.',
    examples: [{ reason: 'it holds more than 50000 values' }],
    sentence: ({ reason }) =>
      `parameter objects is too large: ${reason}: spread the objects over several SecretProviderClasses, or repeat less by aliases`,
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
  FIELD_MALFORMED: kind<{ where: string; field: string; received: string; expected: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field of an object has another shape than the one it is read in.',
    remedy: 'Write the field in the shape that the message names.',
    examples: [{ where: 'object "app/db"', field: 'objectAlias', received: 'a list', expected: 'a string' }],
    sentence: ({ where, field, received, expected }) =>
      `${where}: ${field} is ${received}: write ${expected}`,
  }),
  FIELD_VALUE_UNKNOWN: kind<{
    where: string
    field: string
    received: string
    expected: readonly string[]
  }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field has a value that is none of those it can have. Case counts.',
    remedy: 'Write one of the values that the message names.',
    examples: [{ where: 'object "app/db"', field: 'format', received: 'xml', expected: ['json', 'yaml'] }],
    sentence: ({ where, field, received, expected }) =>
      `${where}: ${field} is ${quote(received)}: write ${expected.map(quote).join(' or ')}`,
  }),
  OBJECT_REGION_MALFORMED: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'objectRegion does not look like an AWS region. It becomes part of host names.',
    remedy: 'Write the region’s code, e.g. us-east-1.',
    examples: [{ where: 'object "app/db"', received: 'us-east' }],
    sentence: ({ where, received }) =>
      `${where}: objectRegion is ${quote(received)}: write the code of an AWS region, such as us-east-1`,
  }),
  OBJECT_REGION_NEEDS_ARN: kind<{ where: string; region: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'objectRegion stands beside a plain name. A provider that does not know the field would read that name in the region of the class.',
    remedy: 'Write the object’s full ARN in objectName, or give that region a class of its own.',
    examples: [{ where: 'object "app/db"', region: 'eu-west-1' }],
    sentence: ({ where, region }) =>
      `${where}: objectRegion needs the full ARN of the object in ${region} as objectName: write it, or mount the object by a class with region ${region}`,
  }),
  OBJECT_REGION_WITH_FAILOVER: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An object names a region of its own, and the class a failoverRegion, which it cannot have both.',
    remedy: 'Mount the object by a class without failoverRegion.',
    examples: [{ where: 'object "app/db"' }],
    sentence: ({ where }) =>
      `${where}: objectRegion and failoverRegion exclude each other: mount the object by a class without failoverRegion`,
  }),
  FIELD_NOT_OF_TYPE: kind<{ where: string; field: string; objectType: string; isOnly: boolean }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field belongs to another objectType than that of the object.',
    remedy: 'Remove the field, or change the objectType, as the message says.',
    examples: [{ where: 'object "app/db"', field: 'keepPath', objectType: 'ssmparameterpath', isOnly: true }],
    sentence: ({ where, field, objectType, isOnly }) =>
      isOnly
        ? `${where}: ${field} is for objectType ${objectType} alone: remove it, or set objectType to "${objectType}"`
        : `${where}: ${field} does not go with objectType ${objectType}, which stands for many objects: remove ${field}`,
  }),
  SET_PATH_MALFORMED: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The objectName of an ssmparameterpath is not a path of Parameter Store.',
    remedy: 'Write the path that the parameters lie below, beginning with a slash: `/app/db`.',
    examples: [{ where: 'object "app/db"', received: 'app/db' }],
    sentence: ({ where, received }) =>
      `${where}: objectName ${quote(received)} is no path: write the path that the parameters lie below, such as "/app/db"`,
  }),
  FIELD_NEEDS_FIELD: kind<{ where: string; field: string; needs: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field means nothing without another one.',
    remedy: 'Set the other field, which the message names, or remove this one.',
    examples: [{ where: 'object "app/tls"', field: 'decodeFirst', needs: 'objectEncoding' }],
    sentence: ({ where, field, needs }) =>
      `${where}: ${field} is set without ${needs}: set ${needs}, or remove ${field}`,
  }),
  FIELDS_EXCLUDE: kind<{ where: string; first: string; second: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'Two fields are set of which only one can be.',
    remedy: 'Remove one of the two fields that the message names.',
    examples: [
      { where: 'object "app/db", jmesPath entry 1 ("db.json")', first: 'format', second: 'objectEncoding' },
    ],
    sentence: ({ where, first, second }) =>
      `${where}: ${first} and ${second} are both set, and only one of them can be: remove one`,
  }),
  FIELD_TOO_LONG: kind<{ where: string; field: string; length: number; limit: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A name, version or label is longer than AWS takes any.',
    remedy: 'Correct the field that the message names.',
    examples: [{ where: 'object 1', field: 'objectName', length: 3000, limit: 2048 }],
    sentence: ({ where, field, length, limit }) =>
      `${where}: ${field} has ${length} characters, and AWS takes at most ${limit}: correct it`,
  }),
  TOO_MANY_FILES: kind<{ files: number; limit: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The objects and their jmesPath entries come to more files than one volume may have.',
    remedy: 'Spread the objects over several SecretProviderClasses, each with a volume of its own.',
    examples: [{ files: 5000, limit: 4000 }],
    sentence: ({ files, limit }) =>
      `the SecretProviderClass comes to ${files} files, and a volume may have at most ${limit}: spread its objects over several classes, each with a volume of its own`,
  }),
  TEMPLATE_INVALID: kind<{ where: string; field: string; position: number; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The text, json or yaml of a composed file has a placeholder that cannot be filled.',
    remedy: 'Correct the placeholder at the position (counted from 1) that the message names.',
    examples: [
      { where: 'composed file "app.env"', field: 'text', position: 7, reason: 'there is no part "user"' },
    ],
    sentence: ({ where, field, position, reason }) =>
      `${where}: ${field} cannot be read at character ${position}: ${reason}`,
  }),
  OBJECT_NAME_MISSING: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An entry of `objects` has no `objectName`.',
    remedy: 'Give the entry an objectName: the name or ARN of a secret or parameter.',
    examples: [{ where: 'object 2' }],
    sentence: ({ where }) => `${where} has no objectName: write the name or ARN of a secret or parameter`,
  }),
  FIELD_UNKNOWN: kind<{ message: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'The SecretProviderClass has other faults, and a field that the provider does not know may be one of them.',
    remedy: 'Correct the field’s name, or remove it. By itself an unknown field fails no mount.',
    examples: [
      { message: 'object "app/db": field "objectTyp" is unknown and ignored; did you mean objectType?' },
    ],
    sentence: ({ message }) => message,
  }),
  OBJECT_TYPE_MISSING: kind<{ where: string; name: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An object named by a plain name does not say which store it is in.',
    remedy: 'Set objectType, or use the full ARN as objectName.',
    examples: [{ where: 'object "app/db"', name: 'app/db' }],
    sentence: ({ where, name }) =>
      `${where}: objectType is missing, and the objectName ${quote(name)} is not an ARN that would tell it: set objectType to "secretsmanager" or "ssmparameter"`,
  }),
  OBJECT_TYPE_UNKNOWN: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'objectType is not one of the two stores. Case counts.',
    remedy: 'Set objectType to secretsmanager or ssmparameter.',
    examples: [{ where: 'object "app/db"', received: 'SecretsManager' }],
    sentence: ({ where, received }) =>
      `${where}: objectType is ${quote(received)}: write "secretsmanager" or "ssmparameter"`,
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
  JMES_PATH_INCOMPLETE: kind<{ where: string; field: 'path' | 'objectAlias' }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath entry lacks its `path` or its `objectAlias`.',
    remedy: 'Give every jmesPath entry both.',
    examples: [{ where: 'object "app/db", jmesPath entry 1 ("password")', field: 'objectAlias' }],
    sentence: ({ where, field }) =>
      `${where} has no ${field}: every jmesPath entry needs a path and an objectAlias`,
  }),
  ...failoverErrors,
  ...fileNameErrors,
}

function changeOf(parameter: string): string {
  if (parameter === 'objectRegion') return parameter
  return `the ${parameter} parameter${parameter === 'region' ? ', or set objectRegion' : ''}`
}
