import {
  longestAffix,
  longestLabel,
  longestName,
  longestVersion,
  objectFields,
} from '../objects/object-fields.ts'
import { boolean, type FieldTable, requiredScalar, scalar } from './field-definition.ts'

const names = {
  anyOf: [{ type: 'array', items: requiredScalar }, { $ref: '#/definitions/text' }],
}

/** An expandKeys that is a map. */
export const expandKeysFields = {
  prefix: {
    kind: 'string',
    longest: longestAffix,
    schema: { description: 'Put before each name.', ...scalar },
    type: `string of at most ${longestAffix} characters`,
    otherwise: 'none',
    errors: '`EXPANDED_NAME_UNUSABLE`, `FIELD_TOO_LONG`',
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
    longest: longestAffix,
    schema: { description: 'Joins the names of nested objects, in place of directories.', ...scalar },
    type: `string of at most ${longestAffix} characters, e.g. \`_\``,
    otherwise: 'directories',
    errors: '`EXPANDED_NAME_UNUSABLE`, `FIELD_TOO_LONG`',
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

/** What secrets are filtered by. Source: Secrets Manager API reference, Filter. */
export const filterKeys: readonly string[] = [
  'name',
  'tag-key',
  'tag-value',
  'description',
  'primary-region',
  'owning-service',
  'all',
]

/** Characters of a value of a filter. Source: the same. */
export const longestFilterValue = 512

/** A filter of a query. */
export const filterFields = {
  key: {
    kind: 'string',
    required: true,
    schema: { description: 'What to look at.', enum: filterKeys },
    type: filterKeys.map((key) => `\`${key}\``).join(', '),
    otherwise: 'none, required',
    errors: '`FILTER_INVALID`, `FIELD_VALUE_UNKNOWN`',
  },
  values: {
    kind: 'strings',
    required: true,
    schema: {
      description: 'What to look for: one of them must be there. With ! before it, what must not be there.',
      anyOf: [{ type: 'array', minItems: 1, maxItems: 10, items: requiredScalar }, requiredScalar],
    },
    type: `list of 1 to 10 strings of at most ${longestFilterValue} characters`,
    otherwise: 'none, required',
    errors: '`FILTER_INVALID`',
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
