import { memberFields } from './fields/member-fields.ts'
import { formatKinds } from './mount-plan.ts'

/**
 * Every field of `objects`: what the reader knows, what the JSON schema and the reference page say of it.
 * `npm run generate` writes deployment/schema/ and the tables of docs/secretproviderclass.md from here.
 */
export interface FieldDefinition {
  /** How it is written: a string (any scalar, as it looks), or a shape of its own that object-list.ts reads. */
  readonly kind: 'string' | 'strings' | 'jmesPath' | 'expandKeys' | 'failoverObject' | 'parts' | 'structure'
  readonly required?: true
  /** Characters it may have. */
  readonly longest?: number
  /** JSON schema of its value. */
  readonly schema: Readonly<Record<string, unknown>>
  /** Cells of the reference page, in Markdown. */
  readonly type: string
  readonly otherwise: string
  readonly errors: string
}

type FieldTable = Readonly<Record<string, FieldDefinition>>

/** A scalar that may be left empty. */
const scalar = { $ref: '#/definitions/text' }
const requiredScalar = { type: ['string', 'number', 'boolean'] }

const filePermission = {
  kind: 'string',
  schema: { $ref: '#/definitions/filePermission' },
  type: 'four octal digits',
  errors: '`FILE_PERMISSION_MALFORMED`',
} as const

const boolean = {
  kind: 'string',
  type: '`true`, `false`',
  otherwise: '`false`',
  errors: '`FIELD_VALUE_UNKNOWN`',
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
const longestName = 2_048
const longestVersion = 64
const longestLabel = 256

/** What stands beside a format, on an object and on an entry of its jmesPath. */
const beside = {
  prefix: {
    kind: 'string',
    schema: { description: 'With a format: put before each name.', ...scalar },
    type: 'string',
    otherwise: 'none',
    errors: '`FIELD_NEEDS_FIELD`, `FORMAT_NAME_UNUSABLE`',
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
    schema: { description: 'With the format ini: the section that all names are in.', ...scalar },
    type: 'string',
    otherwise: 'none',
    errors: '`FIELD_VALUE_UNKNOWN`, `FIELD_NEEDS_FIELD`',
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
        'The store; may be left out when objectName is an ARN. Or parameters by path, or a file composed of parts.',
      enum: ['secretsmanager', 'ssmparameter', 'ssmparameterpath', 'composed', null],
    },
    type: '`secretsmanager`, `ssmparameter`, [`ssmparameterpath`](#parameters-by-path), [`composed`](#composed-files)',
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

const names = {
  anyOf: [{ type: 'array', items: requiredScalar }, { $ref: '#/definitions/text' }],
}

/** An expandKeys that is a map. */
export const expandKeysFields = {
  prefix: {
    kind: 'string',
    schema: { description: 'Put before each name.', ...scalar },
    type: 'string',
    otherwise: 'none',
    errors: '`EXPANDED_NAME_UNUSABLE`',
  },
  include: {
    kind: 'strings',
    schema: { description: 'Names to take, with * for any characters.', ...names },
    type: 'list of names, with `*`',
    otherwise: 'all',
    errors: '`EXPANDED_NOTHING`',
  },
  exclude: {
    kind: 'strings',
    schema: { description: 'Names to leave out, with * for any characters.', ...names },
    type: 'list of names, with `*`',
    otherwise: 'none',
    errors: '`EXPANDED_NOTHING`',
  },
  mountWhole: {
    ...boolean,
    schema: {
      description: 'Whether to mount the whole value as well, under its own name.',
      $ref: '#/definitions/boolean',
    },
  },
  depth: {
    kind: 'string',
    schema: {
      description: 'How many levels of objects to expand; nested ones become directories.',
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 100 },
        { type: 'string', pattern: '^([1-9][0-9]?|100)$' },
        { type: 'null' },
      ],
    },
    type: '1 to 100',
    otherwise: '1; with `flatten` all',
    errors: '`FIELD_VALUE_UNKNOWN`',
  },
  flatten: {
    kind: 'string',
    schema: { description: 'Joins the names of nested objects, in place of directories.', ...scalar },
    type: 'string, e.g. `_`',
    otherwise: 'directories',
    errors: '`EXPANDED_NAME_UNUSABLE`',
  },
  nulls: {
    kind: 'string',
    schema: { description: 'What becomes of null.', enum: ['skip', 'empty', null] },
    type: '`skip`, or `empty` for an empty file',
    otherwise: '`skip`',
    errors: '`FIELD_VALUE_UNKNOWN`',
  },
  optional: {
    ...boolean,
    schema: {
      description: 'Whether to go without files when no key is taken.',
      $ref: '#/definitions/boolean',
    },
  },
} as const satisfies FieldTable

/** A part of a composed file. */
export const partFields = {
  objectName: objectFields.objectName,
  objectType: {
    ...objectFields.objectType,
    schema: {
      description: 'The store; may be left out when objectName is an ARN.',
      enum: ['secretsmanager', 'ssmparameter', null],
    },
    type: '`secretsmanager`, `ssmparameter`',
  },
  objectVersion: objectFields.objectVersion,
  objectVersionLabel: objectFields.objectVersionLabel,
  jmesPath: {
    kind: 'string',
    schema: { description: 'JMESPath expression that selects from the value.', ...scalar },
    type: 'JMESPath expression',
    otherwise: 'the whole value',
    errors: '`EXTRACT_EXPRESSION_INVALID`, `EXTRACT_NOT_STRING`',
  },
  optional: {
    ...boolean,
    schema: { description: 'Whether a part that is missing is empty.', $ref: '#/definitions/boolean' },
  },
  failoverObject: objectFields.failoverObject,
} as const satisfies FieldTable

/** A failoverObject. */
export const failoverFields = {
  objectName: {
    kind: 'string',
    required: true,
    longest: longestName,
    schema: { description: 'Name or ARN in the failover region.', ...requiredScalar, maxLength: longestName },
    type: 'string; an object of the same store, an ARN of the failover region',
    otherwise: 'none, required',
    errors: '`FAILOVER_OBJECT_NAME_MISSING`, `FAILOVER_STORE_MISMATCH`, `REGION_MISMATCH`',
  },
  objectVersion: {
    kind: 'string',
    longest: longestVersion,
    schema: { description: 'Must equal that of the object when it is given.', ...scalar },
    type: 'string; equal to that of the object when set',
    otherwise: 'that of the object',
    errors: '`FAILOVER_VERSION_MISMATCH`',
  },
  objectVersionLabel: {
    kind: 'string',
    longest: longestLabel,
    schema: scalar,
    type: 'string; for a parameter not beside an objectVersion, its own or that of the object',
    otherwise: 'that of the object',
    errors: '`VERSION_AND_LABEL`',
  },
} as const satisfies FieldTable

/** Names of the fields of a table that are strings. */
export type StringField<Table extends FieldTable> = {
  [Name in keyof Table]: Table[Name]['kind'] extends 'string' ? Name : never
}[keyof Table] &
  string

/** The same names, for a loop. */
export function stringFields<Table extends FieldTable>(table: Table): readonly StringField<Table>[] {
  return Object.keys(table).filter((name) => table[name]?.kind === 'string') as StringField<Table>[]
}
