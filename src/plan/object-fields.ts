/**
 * Every field of `objects`: what the reader knows, what the JSON schema and the reference page say of it.
 * `npm run generate` writes deployment/schema/ and the tables of docs/secretproviderclass.md from here.
 */
export interface FieldDefinition {
  /** How it is written: a string (any scalar, as it looks), or a shape of its own that object-list.ts reads. */
  readonly kind: 'string' | 'jmesPath' | 'failoverObject'
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

/**
 * The longest that AWS takes. Source: API references, GetSecretValue (SecretId, VersionId, VersionStage) and
 * GetParameters (Names; a parameter's label has 100 at most).
 */
const longestName = 2_048
const longestVersion = 64
const longestLabel = 256

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
      description: 'The store; may be left out when objectName is an ARN.',
      enum: ['secretsmanager', 'ssmparameter', null],
    },
    type: '`secretsmanager`, `ssmparameter`',
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
} as const satisfies FieldTable

/** An entry of an object's jmesPath. */
export const jmesPathFields = {
  path: {
    kind: 'string',
    required: true,
    schema: { description: 'JMESPath expression that gives a string.', type: 'string', minLength: 1 },
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
