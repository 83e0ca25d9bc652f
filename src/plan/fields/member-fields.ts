const boolean = {
  kind: 'string',
  schema: { $ref: '#/definitions/boolean' },
  type: '`true`, `false`',
  errors: '`FIELD_VALUE_UNKNOWN`, `FIELD_NOT_OF_TYPE`',
} as const

const patterns = {
  kind: 'strings',
  schema: {
    description: 'Patterns of whole names in AWS, with * for any characters.',
    anyOf: [
      { type: 'array', items: { type: ['string', 'number', 'boolean'] } },
      { $ref: '#/definitions/text' },
    ],
  },
  type: 'list of names in AWS, with `*`',
  errors: '`FIELD_NOT_OF_TYPE`, `SET_EMPTY`',
} as const

/** Fields of an object that stands for many: `objectType: ssmparameterpath`. A part of objectFields. */
export const memberFields = {
  recursive: { ...boolean, otherwise: '`true`' },
  keepPath: { ...boolean, otherwise: '`false`' },
  include: { ...patterns, otherwise: 'all' },
  exclude: { ...patterns, otherwise: 'none' },
  limit: {
    kind: 'string',
    schema: {
      description: 'How many parameters there may be.',
      anyOf: [
        { type: 'integer', minimum: 1, maximum: 1000 },
        { type: 'string', pattern: '^([1-9][0-9]{0,2}|1000)$' },
        { type: 'null' },
      ],
    },
    type: '`1` to `1000`',
    otherwise: '`200`',
    errors: '`FIELD_VALUE_UNKNOWN`, `FIELD_NOT_OF_TYPE`, `SET_TOO_LARGE`',
  },
} as const
