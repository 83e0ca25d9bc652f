/**
 * How a field of `objects` is defined: what the reader knows, what the JSON schema and the reference page say of it.
 * `npm run generate` writes deployment/schema/ and the tables of docs/secretproviderclass.md from the tables.
 */
export interface FieldDefinition {
  /** How it is written: a string (any scalar, as it looks), or a shape of its own that object-list.ts reads. */
  readonly kind:
    | 'string'
    | 'strings'
    | 'jmesPath'
    | 'expandKeys'
    | 'failoverObject'
    | 'filters'
    | 'parts'
    | 'structure'
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

/** Fields by their names. */
export type FieldTable = Readonly<Record<string, FieldDefinition>>

/** A scalar that may be left empty. */
export const scalar = { $ref: '#/definitions/text' }

/** A scalar that must be there. */
export const requiredScalar = { type: ['string', 'number', 'boolean'] }

/** What all fields that are booleans have. */
export const boolean = {
  kind: 'string',
  type: '`true`, `false`',
  otherwise: '`false`',
  errors: '`FIELD_VALUE_UNKNOWN`',
} as const

/** Names of the fields of a table that are strings. */
export type StringField<Table extends FieldTable> = {
  [Name in keyof Table]: Table[Name]['kind'] extends 'string' ? Name : never
}[keyof Table] &
  string
