import { boolean } from './field-definition.ts'

/** The objectTypes of objects that stand for many: the parameters below a path, the secrets that filters find. */
export const setTypes = ['ssmparameterpath', 'secretsmanagerquery'] as const

/** One of them. */
export type SetType = (typeof setTypes)[number]

const errors = '`FIELD_VALUE_UNKNOWN`, `FIELD_NOT_OF_TYPE`'

const flag = { ...boolean, schema: { $ref: '#/definitions/boolean' }, errors } as const

const patterns = {
  kind: 'strings',
  schema: {
    description: 'Patterns of whole names in AWS, with * for any characters.',
    anyOf: [
      { type: 'array', maxItems: 100, items: { type: ['string', 'number', 'boolean'] } },
      { $ref: '#/definitions/text' },
    ],
  },
  type: 'list of names in AWS, with `*`',
  errors: '`FIELD_NOT_OF_TYPE`, `FIELD_VALUE_UNKNOWN`, `SET_EMPTY`',
} as const

/** Fields of an object that stands for many. A part of objectFields. */
export const memberFields = {
  filters: {
    kind: 'filters',
    schema: {
      description:
        'Of a secretsmanagerquery: what a secret must have; each filter narrows what the others find.',
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: { $ref: '#/definitions/filter' },
    },
    type: 'list',
    otherwise: 'none',
    errors: '[see there](#secrets-by-query)',
  },
  recursive: { ...flag, otherwise: '`true`' },
  keepPath: { ...flag, otherwise: '`false`' },
  include: { ...patterns, otherwise: 'all' },
  exclude: { ...patterns, otherwise: 'none' },
  limit: {
    kind: 'string',
    schema: {
      description: 'How many secrets or parameters there may be.',
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 1000 },
        { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$' },
        { type: 'null' },
      ],
    },
    type: '`1` to `1000`',
    otherwise: '`200`',
    errors: `${errors}, \`SET_TOO_LARGE\``,
  },
} as const

/** The objectTypes that each of them goes with. */
export const typesOfField: Readonly<Record<keyof typeof memberFields, readonly SetType[]>> = {
  filters: ['secretsmanagerquery'],
  recursive: ['ssmparameterpath'],
  keepPath: setTypes,
  include: setTypes,
  exclude: setTypes,
  limit: setTypes,
}
