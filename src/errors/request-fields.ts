import { kind, quote } from './kind.ts'
import { renderFirst, unrendered } from './unrendered.ts'

/** What is wrong with single fields of `objects`, and with what they come to together. */
export const fieldErrors = {
  FIELD_MALFORMED: kind<{ where: string; field: string; received: string; expected: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field of an object has the wrong shape.',
    remedy: 'Write the field in the shape that the message names.',
    examples: [{ where: 'object "app/db"', field: 'objectAlias', received: 'a list', expected: 'a string' }],
    sentence: ({ where, field, received, expected }) =>
      `${where}: ${field} is ${received}: ${received === unrendered ? renderFirst : `write ${expected}`}`,
  }),
  FIELD_VALUE_UNKNOWN: kind<{
    where: string
    field: string
    received: string
    /** The values that there are, or what they have in common, in words. */
    expected: readonly string[] | string
    nearest?: string
  }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field has a value that is not one of those allowed. Case counts.',
    remedy: 'Write one of the values that the message names.',
    examples: [
      { where: 'object "app/db"', field: 'optional', received: 'yes', expected: ['true', 'false'] },
      { where: 'object "/app/db"', field: 'limit', received: '5000', expected: 'a number from 1 to 1000' },
    ],
    sentence: ({ where, field, received, expected, nearest }) => {
      const hint = nearest === undefined ? '' : `; did you mean ${quote(nearest)}?`
      return `${where}: ${field} is ${quote(received)}: write ${oneOf(expected)}${hint}`
    },
  }),
  OBJECT_REGION_MALFORMED: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'objectRegion does not look like an AWS region. It becomes part of host names.',
    remedy: 'Write the region’s code, e.g. us-east-1.',
    examples: [{ where: 'object "app/db"', received: 'US East' }],
    sentence: ({ where, received }) =>
      `${where}: objectRegion is ${quote(received)}: write the code of an AWS region, such as us-east-1`,
  }),
  OBJECT_REGION_NEEDS_ARN: kind<{ where: string; region: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'objectRegion is set for a plain name. A provider that does not know the field would read that name in the region of the class.',
    remedy: 'Write the object’s full ARN in objectName, or give that region a class of its own.',
    examples: [{ where: 'object "app/db"', region: 'eu-west-1' }],
    sentence: ({ where, region }) =>
      `${where}: objectRegion needs the full ARN of the object in ${region} as objectName: write it, or mount the object by a class with region ${region}`,
  }),
  OBJECT_REGION_WITH_FAILOVER: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An object has its own region and its class has a failoverRegion, which cannot be combined.',
    remedy: 'Mount the object with a class without failoverRegion.',
    examples: [{ where: 'object "app/db"' }],
    sentence: ({ where }) =>
      `${where}: objectRegion and failoverRegion exclude each other: mount the object by a class without failoverRegion`,
  }),
  FILE_OWNER_MALFORMED: kind<{ where?: string; field: 'fileOwner' | 'fileGroup'; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'fileOwner or fileGroup, on the class, an object or a jmesPath entry, is not the numeric id of a user or group.',
    remedy: 'Write digits from 0 to 2147483647. Names of users are known inside an image alone.',
    examples: [
      { where: 'object "app/db"', field: 'fileOwner', received: 'postgres' },
      { where: 'object "app/db"', field: 'fileGroup', received: '0999' },
      { field: 'fileOwner', received: '1000:2000' },
    ],
    sentence: ({ where, field, received }) =>
      `${where === undefined ? 'parameter ' : `${where}: `}${field} is ${quote(received)}: write ${idHint(field, received)}`,
  }),
  FILE_OWNER_NOT_ALLOWED: kind<{ where: string; field: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'A class gives files to another user or group than root (fileOwner, fileGroup), which the provider does not do unless it is told so.',
    remedy:
      'Start the provider with --allow-file-owner and the capability CHOWN (the chart’s value allowFileOwner does both), or remove the field.',
    examples: [{ where: 'object "app/db"', field: 'fileOwner' }],
    sentence: ({ where, field }) =>
      `${where}: ${field} is off in this provider: start it with --allow-file-owner and the capability CHOWN (by Helm: allowFileOwner=true), or remove ${field}`,
  }),
  FILE_OWNER_DRIVER_WRITES: kind<{ where: string; field: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'A class gives files to another user or group than root (fileOwner, fileGroup), and the driver writes them: it is told names, modes and contents, and no owners.',
    remedy: 'Let the provider write the files: remove --driver-writes-secrets. Or remove the field.',
    examples: [{ where: 'object "app/db"', field: 'fileGroup' }],
    sentence: ({ where, field }) =>
      `${where}: ${field} means nothing to the driver, which writes the files here and makes all of them root's: start the provider without --driver-writes-secrets, or remove ${field}`,
  }),
  FIELD_NOT_OF_TYPE: kind<{
    where: string
    field: string
    objectTypes: readonly string[]
    isOnly: boolean
  }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field does not belong to the objectType of the object.',
    remedy: 'Remove the field, or change the objectType, as the message says.',
    examples: [
      { where: 'object "app/db"', field: 'recursive', objectTypes: ['ssmparameterpath'], isOnly: true },
      { where: 'object "/app/db"', field: 'objectVersion', objectTypes: ['ssmparameterpath'], isOnly: false },
    ],
    sentence: ({ where, field, objectTypes, isOnly }) => {
      const types = objectTypes.join(' and ')
      return isOnly
        ? `${where}: ${field} is for objectType ${types} alone: remove it, or set objectType to ${objectTypes.map(quote).join(' or ')}`
        : `${where}: ${field} does not go with objectType ${types}, which stands for many objects: remove ${field}`
    },
  }),
  FILTER_INVALID: kind<{ where: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A filter of a secretsmanagerquery lacks its key or values, or has what AWS does not take.',
    remedy: 'Correct the filter as the message says: it takes a key, and one to ten values.',
    examples: [{ where: 'object 1, filter 2', reason: 'it has no values: write what to look for' }],
    sentence: ({ where, reason }) => `${where}: ${reason}`,
  }),
  SET_PATH_MALFORMED: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The objectName of an ssmparameterpath is not a path of Parameter Store.',
    remedy: 'Write the path that the parameters lie below, beginning with a slash: `/app/db`.',
    examples: [{ where: 'object "app/db"', received: 'app/db' }],
    sentence: ({ where, received }) =>
      `${where}: objectName ${quote(received)} is not a path: write the path that the parameters lie below, such as "/app/db"`,
  }),
  FIELD_NEEDS_FIELD: kind<{ where: string; field: string; needs: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A field has no meaning without another one.',
    remedy: 'Set the other field, which the message names, or remove this one.',
    examples: [{ where: 'object "app/tls"', field: 'decodeFirst', needs: 'objectEncoding' }],
    sentence: ({ where, field, needs }) =>
      `${where}: ${field} is set without ${needs}: set ${needs}, or remove ${field}`,
  }),
  FIELDS_EXCLUDE: kind<{ where: string; first: string; second: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'Two fields are set that exclude each other.',
    remedy: 'Remove one of the two fields that the message names.',
    examples: [
      { where: 'object "app/db", jmesPath entry 1 ("db.json")', first: 'format', second: 'objectEncoding' },
    ],
    sentence: ({ where, first, second }) =>
      `${where}: ${first} and ${second} are both set, and only one of them can be: remove one`,
  }),
  FIELD_TOO_LONG: kind<{ where: string; field: string; length: number; limit: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A name, version or label is longer than AWS allows, or a prefix or section than anybody needs.',
    remedy: 'Correct the field that the message names.',
    examples: [{ where: 'object 1', field: 'objectName', length: 3000, limit: 2048 }],
    sentence: ({ where, field, length, limit }) =>
      `${where}: ${field} has ${length} characters, and at most ${limit} are taken: correct it`,
  }),
  TOO_MANY_FILES: kind<{ files: number; limit: number; unfinished?: boolean }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'The objects, their jmesPath entries, keys and members of sets give more files than a volume may have, or there are more than 8,000 members.',
    remedy: 'Spread the objects over several SecretProviderClasses, each with a volume of its own.',
    examples: [{ files: 5000, limit: 4000 }],
    sentence: ({ files, limit, unfinished = false }) =>
      `the SecretProviderClass comes to ${files} files${unfinished ? ' and more' : ''}, and a volume may have at most ${limit}: spread its objects over several classes, each with a volume of its own`,
  }),
  TOO_MANY_PARTS: kind<{ parts: number; limit: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The composed files of a class have more parts, all together, than are read for one volume.',
    remedy: 'Spread the composed files over several SecretProviderClasses, each with a volume of its own.',
    examples: [{ parts: 1200, limit: 1000 }],
    sentence: ({ parts, limit }) =>
      `the composed files of the SecretProviderClass have ${parts} parts, and at most ${limit} are read: spread them over several classes, each with a volume of its own`,
  }),
  TEMPLATE_INVALID: kind<{ where: string; field: string; position: number; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The text, json or yaml of a composed file has a placeholder that cannot be filled.',
    remedy: 'Correct the placeholder at the position (counted from 1) that the message names.',
    examples: [
      {
        where: 'composed file "app.env"',
        field: 'text',
        position: 7,
        reason: 'there is no part "user" (write $${ for a ${ of the text)',
      },
    ],
    sentence: ({ where, field, position, reason }) =>
      `${where}: ${field} cannot be read at character ${position}: ${reason}`,
  }),
  FIELD_UNKNOWN: kind<{ message: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'A field has a name that the provider does not know. A warning by itself; a mount that fails for another reason names it too.',
    remedy: 'Correct the field’s name, or remove it.',
    examples: [
      { message: 'object "app/db": field "objectTyp" is unknown and ignored; did you mean objectType?' },
    ],
    sentence: ({ message }) => message,
  }),
}

function oneOf(expected: readonly string[] | string): string {
  if (typeof expected === 'string') return expected
  const words = expected.map(quote)
  const last = words.pop()
  return words.length === 0 ? `${last}` : `${words.join(', ')} or ${last}`
}

function idHint(field: string, received: string): string {
  const [, user, group] = /^(\d{1,10}):(\d{1,10})$/.exec(received) ?? []
  if (user !== undefined) return `fileOwner: ${user} and fileGroup: ${group}`
  const digits = /^0+([1-9]\d{0,8})$/.exec(received)?.[1]
  if (digits !== undefined) return digits
  const what = field === 'fileOwner' ? 'user' : 'group'
  const flag = field === 'fileOwner' ? '-u' : '-g'
  return /^[a-z_]/i.test(received)
    ? `the number of that ${what}, which "id ${flag}" prints inside its image`
    : `the number of a ${what}, from 0 to 2147483647`
}
