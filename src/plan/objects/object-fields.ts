import { boolean, type FieldTable, requiredScalar, scalar } from '../fields/field-definition.ts'
import { memberFields, setTypes } from '../fields/member-fields.ts'
import { formatKinds } from '../mount-plan.ts'

const filePermission = {
  kind: 'string',
  schema: { $ref: '#/definitions/filePermission' },
  type: 'four octal digits',
  errors: '`FILE_PERMISSION_MALFORMED`',
} as const

const fileId = {
  kind: 'string',
  schema: { $ref: '#/definitions/fileId' },
  type: 'number of a user id',
  errors: '`FILE_OWNER_MALFORMED`, `FILE_OWNER_NOT_ALLOWED`, `FILE_OWNER_DRIVER_WRITES`',
} as const

const objectEncoding = {
  kind: 'string',
  schema: { enum: ['utf-8', 'base64', 'base64url', 'hex', null] },
  type: '`utf-8`, `base64`, `base64url`, `hex`',
  otherwise: '`utf-8`: as it is',
  errors: '`FIELD_VALUE_UNKNOWN`, `VALUE_NOT_ENCODED`, `VALUE_NOT_TEXT`',
} as const
/**
 * The longest that AWS takes. Source: API references, GetSecretValue (SecretId, VersionId, VersionStage) and
 * GetParameters (Names; a parameter's label has 100 at most).
 */
export const longestName = 2_048

/** Characters of a version. Source: API reference, GetSecretValue, VersionId. */
export const longestVersion = 64

/** Characters of a label. Source: API reference, GetSecretValue, VersionStage. */
export const longestLabel = 256

/** Of what is put before, between or above names of files and keys: a name in a volume has no more bytes. */
export const longestAffix = 255

/** What stands beside a format, on an object and on an entry of its jmesPath. */
const beside = {
  prefix: {
    kind: 'string',
    longest: longestAffix,
    schema: { description: 'With a format: put before each name.', ...scalar },
    type: `string of at most ${longestAffix} characters`,
    otherwise: 'none',
    errors: '`FIELD_NEEDS_FIELD`, `FORMAT_NAME_UNUSABLE`, `FIELD_TOO_LONG`',
  },
  uppercase: {
    ...boolean,
    schema: {
      description: 'With a format: names in upper case, with an underscore for - and .',
      $ref: '#/definitions/boolean',
    },
    errors: '`FIELD_VALUE_UNKNOWN`, `FIELD_NEEDS_FIELD`',
  },
  section: {
    kind: 'string',
    longest: longestAffix,
    schema: { description: 'With the format ini: the section that all names are in.', ...scalar },
    type: `string of at most ${longestAffix} characters`,
    otherwise: 'none',
    errors: '`FIELD_VALUE_UNKNOWN`, `FIELD_NEEDS_FIELD`, `FIELD_TOO_LONG`',
  },
} as const

/** An entry of the list. */
export const objectFields = {
  objectName: {
    kind: 'string',
    required: true,
    longest: longestName,
    schema: {
      description: 'Name or ARN of the secret or parameter.',
      ...requiredScalar,
      maxLength: longestName,
    },
    type: `string of at most ${longestName} characters`,
    otherwise: 'none, required',
    errors:
      '`OBJECT_NAME_MISSING`, `FIELD_TOO_LONG`, `ARN_MALFORMED`, `ARN_SERVICE_UNSUPPORTED`, `REGION_MISMATCH`',
  },
  objectType: {
    kind: 'string',
    schema: {
      description:
        'The store; may be left out when objectName is an ARN. Or parameters by path, secrets by query, or a file composed of parts.',
      enum: ['secretsmanager', 'ssmparameter', ...setTypes, 'composed', null],
    },
    type: '`secretsmanager`, `ssmparameter`, [`ssmparameterpath`](#parameters-by-path), [`secretsmanagerquery`](#secrets-by-query), [`composed`](#composed-files)',
    otherwise: 'what the ARN says',
    errors: '`OBJECT_TYPE_MISSING`, `OBJECT_TYPE_UNKNOWN`, `OBJECT_TYPE_MISMATCH`',
  },
  objectAlias: {
    kind: 'string',
    schema: { description: 'Name of the file in place of objectName.', ...scalar },
    type: 'string',
    otherwise: '`objectName`',
    errors: '`FILE_NAME_UNUSABLE`, `DUPLICATE_FILE`, `FILE_IS_DIRECTORY`',
  },
  objectVersion: {
    kind: 'string',
    longest: longestVersion,
    schema: {
      description: 'VersionId of a secret, version number of a parameter. Default: the current one.',
      ...scalar,
    },
    type: `string of at most ${longestVersion} characters`,
    otherwise: 'the newest',
    errors: '`FIELD_TOO_LONG`, `VERSION_AND_LABEL`, `SELECTOR_TWICE`',
  },
  objectVersionLabel: {
    kind: 'string',
    longest: longestLabel,
    schema: {
      description: 'Staging label of a secret (default AWSCURRENT), label of a parameter.',
      ...scalar,
    },
    type: `string of at most ${longestLabel} characters`,
    otherwise: '`AWSCURRENT`; for parameters the newest',
    errors: '`FIELD_TOO_LONG`, `VERSION_AND_LABEL`, `SELECTOR_TWICE`',
  },
  filePermission: { ...filePermission, otherwise: 'what the driver sends: `0644`' },
  fileOwner: { ...fileId, otherwise: 'that of the class' },
  fileGroup: { ...fileId, type: 'number of a group id', otherwise: 'that of the class' },
  optional: {
    ...boolean,
    schema: {
      description: 'Whether to go without its files when the object is missing.',
      $ref: '#/definitions/boolean',
    },
  },
  jmesPath: {
    kind: 'jmesPath',
    schema: {
      description: 'Values to mount as files of their own, of a secret that holds JSON.',
      type: ['array', 'null'],
      items: { $ref: '#/definitions/jmesPath' },
    },
    type: 'list',
    otherwise: 'none',
    errors: '[see there](#jmespath)',
  },
  expandKeys: {
    kind: 'expandKeys',
    schema: {
      description: 'Mounts each key of a JSON object as a file of its own, in place of the whole value.',
      anyOf: [{ $ref: '#/definitions/boolean' }, { $ref: '#/definitions/expandKeys' }],
    },
    type: '`true`, or a map',
    otherwise: '`false`',
    errors: '[see there](#expandkeys)',
  },
  objectEncoding: {
    ...objectEncoding,
    schema: {
      description: 'How the value is written: it is decoded before it is mounted.',
      ...objectEncoding.schema,
    },
  },
  decodeFirst: {
    ...boolean,
    schema: {
      description: 'Whether jmesPath and expandKeys see the value after it was decoded.',
      $ref: '#/definitions/boolean',
    },
    errors: '`FIELD_VALUE_UNKNOWN`, `FIELD_NEEDS_FIELD`',
  },
  objectRegion: {
    kind: 'string',
    schema: {
      description:
        'Region to read from instead of that of the class; with an ARN of it, an ssmparameterpath or a secretsmanagerquery.',
      anyOf: [{ type: 'string', pattern: '^[a-z]{2,}(-[a-z0-9]+)*-[0-9]{1,2}$' }, { type: 'null' }],
    },
    type: 'code of a region',
    otherwise: 'that of the class',
    errors:
      '`OBJECT_REGION_MALFORMED`, `OBJECT_REGION_NEEDS_ARN`, `OBJECT_REGION_WITH_FAILOVER`, `REGION_MISMATCH`',
  },
  ...memberFields,
  objectFormat: {
    kind: 'string',
    schema: {
      description: 'Writes the keys of a JSON object as one file under objectAlias.',
      enum: [...formatKinds, null],
    },
    type: formatKinds.map((word) => `\`${word}\``).join(', '),
    otherwise: 'none: the value as it is',
    errors: '[see there](#objectformat)',
  },
  ...beside,
  failoverObject: {
    kind: 'failoverObject',
    schema: {
      description:
        'What to read in the failover region instead; needs objectAlias and the parameter failoverRegion.',
      anyOf: [
        { $ref: '#/definitions/failoverObject' },
        { type: 'array', minItems: 1, maxItems: 1, items: { $ref: '#/definitions/failoverObject' } },
        { type: 'null' },
      ],
    },
    type: 'map, or list of one map',
    otherwise: 'the object itself',
    errors: '[see there](#failoverobject)',
  },
  parts: {
    kind: 'parts',
    schema: {
      description: 'Of a composed file: what is read, by the names that placeholders use.',
      type: ['object', 'null'],
      additionalProperties: { $ref: '#/definitions/part' },
    },
    type: 'map',
    otherwise: 'none',
    errors: '[see there](#composed-files)',
  },
  text: {
    kind: 'string',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of ours
    schema: { description: 'Of a composed file: its text, with placeholders such as ${name}.', ...scalar },
    type: 'string',
    otherwise: 'none',
    errors: '[see there](#composed-files)',
  },
  json: {
    kind: 'structure',
    schema: { description: 'Of a composed file: what it holds as JSON, with placeholders as whole values.' },
    type: 'any',
    otherwise: 'none',
    errors: '[see there](#composed-files)',
  },
  yaml: {
    kind: 'structure',
    schema: { description: 'Of a composed file: what it holds as YAML, with placeholders as whole values.' },
    type: 'any',
    otherwise: 'none',
    errors: '[see there](#composed-files)',
  },
} as const satisfies FieldTable

/** An entry of an object's jmesPath. */
export const jmesPathFields = {
  path: {
    kind: 'string',
    required: true,
    schema: { description: 'JMESPath expression.', type: 'string', minLength: 1 },
    type: 'JMESPath expression',
    otherwise: 'none, required',
    errors: '`JMES_PATH_INCOMPLETE`, `EXTRACT_EXPRESSION_INVALID`',
  },
  objectAlias: {
    kind: 'string',
    required: true,
    schema: { description: 'Name of the file.', ...requiredScalar },
    type: 'string',
    otherwise: 'none, required',
    errors: '`JMES_PATH_INCOMPLETE`, `FILE_NAME_UNUSABLE`, `DUPLICATE_FILE`, `FILE_IS_DIRECTORY`',
  },
  filePermission: { ...filePermission, otherwise: 'that of the object' },
  fileOwner: { ...fileId, otherwise: 'that of the object' },
  fileGroup: { ...fileId, type: 'number of a group id', otherwise: 'that of the object' },
  format: {
    kind: 'string',
    schema: {
      description: 'How the result is written, lists and objects included.',
      enum: [...formatKinds, null],
    },
    type: 'as [objectFormat](#objectformat)',
    otherwise: 'a text, number or boolean as it is',
    errors: '`FIELD_VALUE_UNKNOWN`',
  },
  optional: {
    kind: 'string',
    schema: {
      description: 'Whether to go without the file when nothing is found.',
      $ref: '#/definitions/boolean',
    },
    type: '`true`, `false`',
    otherwise: '`false`',
    errors: '`FIELD_VALUE_UNKNOWN`',
  },
  objectEncoding: {
    ...objectEncoding,
    schema: {
      description: 'How the result is written: it is decoded before it is mounted.',
      ...objectEncoding.schema,
    },
    errors: `${objectEncoding.errors}, \`FIELDS_EXCLUDE\``,
  },
  ...beside,
} as const satisfies FieldTable
