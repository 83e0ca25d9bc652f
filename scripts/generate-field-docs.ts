import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { booleanWords } from '../src/go-syntax/boolean.ts'
import type { FieldDefinition } from '../src/plan/fields/field-definition.ts'
import {
  expandKeysFields,
  failoverFields,
  filterFields,
  partFields,
} from '../src/plan/fields/nested-fields.ts'
import { jmesPathFields, objectFields } from '../src/plan/objects/object-fields.ts'
import { largestFileId } from '../src/request/file-id.ts'
import { type ParameterDefinition, parameterFields } from '../src/request/parameter-fields.ts'

/**
 * node scripts/generate-field-docs.ts [--check]
 * Writes the JSON schemas in deployment/schema and the tables of docs/secretproviderclass.md from the definitions of
 * parameters and fields in src/, or says which of them are not what these give.
 */
const root = join(import.meta.dirname, '..')
type Definitions = Readonly<Record<string, FieldDefinition | ParameterDefinition>>

const outputs: readonly (readonly [path: string, make: (old: string) => string])[] = [
  ['deployment/schema/secretproviderclass-parameters.schema.json', () => json(parametersSchema())],
  ['deployment/schema/objects.schema.json', () => json(objectsSchema())],
  ['docs/secretproviderclass.md', withTables],
]

const stale = outputs.filter(([path, make]) => {
  const file = join(root, path)
  const old = readFileSync(file, 'utf8')
  const made = make(old)
  if (!process.argv.includes('--check')) writeFileSync(file, made)
  return made !== old
})
if (process.argv.includes('--check') && stale.length > 0) {
  for (const [path] of stale)
    process.stderr.write(`${path} is not what src/ gives: run node scripts/generate-field-docs.ts\n`)
  process.exitCode = 1
}

function json(schema: unknown): string {
  return `${print(schema, '')}\n`
}

/** JSON in which whatever fits into a line has one. */
function print(value: unknown, indent: string): string {
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const parts = Object.entries(value).map(([key, each]) => {
    const text = print(each, inner)
    return isList ? text : `${JSON.stringify(key)}: ${text}`
  })
  const [open, close] = isList ? ['[', ']'] : ['{ ', ' }']
  const line = `${open}${parts.join(', ')}${close}`
  if (indent.length + line.length <= 120 && !line.includes('\n')) return line
  return `${open.trim()}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close.trim()}`
}

function parametersSchema(): unknown {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'spec.parameters of a SecretProviderClass for the provider aws',
    description: 'All values are strings: put quotes around booleans and numbers.',
    type: 'object',
    required: requiredOf(parameterFields),
    additionalProperties: { type: 'string' },
    propertyNames: lookalikesOf('assumeRole'),
    dependencies: needsOf(parameterFields),
    properties: Object.fromEntries(
      Object.entries(parameterFields).map(([name, { schema }]) => {
        const { description, ...rest } = schema
        return [name, { description, type: 'string', ...rest }]
      }),
    ),
  }
}

/** What begins so in any case must be a parameter that is known. */
function lookalikesOf(prefix: string): unknown {
  const anyCase = Array.from(prefix, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`).join('')
  const known = Object.keys(parameterFields).filter((name) => name.startsWith(prefix))
  return { anyOf: [{ enum: known }, { not: { pattern: `^${anyCase}` } }] }
}

function needsOf(fields: Readonly<Record<string, ParameterDefinition>>): unknown {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { needs }]) => (needs === undefined ? [] : [[name, needs]])),
  )
}

function objectsSchema(): unknown {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The objects parameter of a SecretProviderClass for the provider aws, as YAML',
    type: 'array',
    items: { $ref: '#/definitions/object' },
    definitions: {
      text: {
        description: 'A scalar; it means what it looks like.',
        type: ['string', 'number', 'boolean', 'null'],
      },
      boolean: { enum: [true, false, ...booleanWords, 0, 1, null] },
      filePermission: {
        description: 'Mode of the file: four octal digits, such as "0644".',
        anyOf: [{ type: 'string', pattern: '^[0-7]{4}$' }, { type: ['integer', 'null'] }],
        examples: ['0440'],
      },
      fileId: {
        description: 'Numeric id of a user or group; 0 is root.',
        anyOf: [
          { type: 'integer', minimum: 0, maximum: largestFileId },
          { type: 'string', pattern: '^(0|[1-9][0-9]{0,9})$' },
          { type: 'null' },
        ],
        examples: [1000],
      },
      object: namedObject(),
      jmesPath: mapOf(jmesPathFields),
      expandKeys: mapOf(expandKeysFields),
      filter: mapOf(filterFields),
      part: mapOf(partFields),
      failoverObject: mapOf(failoverFields),
    },
  }
}

/** What stands for several objects, or finds them, needs no name of its own. */
function namedObject(): unknown {
  const unnamed = { objectType: { enum: ['secretsmanagerquery', 'composed'] } }
  const named = [{ required: ['objectName'] }, { required: ['objectType'], properties: unnamed }]
  const { required: _, ...map } = mapOf(objectFields)
  return { ...map, anyOf: named }
}

function mapOf(fields: Definitions) {
  return {
    type: 'object',
    required: requiredOf(fields),
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
  }
}

function requiredOf(fields: Definitions): readonly string[] {
  return Object.keys(fields).filter((name) => fields[name]?.required === true)
}

/** Puts each table between its two markers, which stay. */
function withTables(page: string): string {
  const tables = {
    parameters: ['parameter', parameterFields],
    object: ['field', objectFields],
    jmesPath: ['field', jmesPathFields],
    expandKeys: ['field', expandKeysFields],
    filter: ['field', filterFields],
    part: ['field', partFields],
    failoverObject: ['field', failoverFields],
  } as const satisfies Record<string, readonly [string, Definitions]>
  return Object.entries(tables).reduce((text, [name, [head, fields]]) => {
    const [begin, end] = [`<!-- table of ${name}: npm run generate -->\n\n`, '\n<!-- end of table -->']
    const start = text.indexOf(begin)
    const stop = text.indexOf(end, start)
    if (start < 0 || stop < 0) throw new Error(`docs/secretproviderclass.md has no markers of ${name}`)
    return text.slice(0, start + begin.length) + tableOf(head, fields) + text.slice(stop)
  }, page)
}

function tableOf(head: string, fields: Definitions): string {
  const rows = Object.entries(fields).map(
    ([name, { type, otherwise, errors }]) => `| \`${name}\` | ${type} | ${otherwise} | ${errors} |\n`,
  )
  return `| ${head} | type | default | errors |\n|---|---|---|---|\n${rows.join('')}`
}
