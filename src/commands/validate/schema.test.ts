import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readObjectList } from '../../plan/objects/object-list.ts'
import { atOnce } from '../../process/in-turns.ts'
import { parameterNames } from '../../request/parameter-fields.ts'

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>
  readonly definitions: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
}

function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../../deployment/schema', name), 'utf8'))
}

const parameters = readSchema('secretproviderclass-parameters.schema.json')
const objects = readSchema('objects.schema.json')

test('the schema of the parameters has exactly those that are known', () => {
  assert.deepEqual(Object.keys(parameters.properties).toSorted(), parameterNames.toSorted())
})

/** What the reader itself calls the known fields of a place, from its warning about one that is none. */
function knownFields(text: string): readonly string[] {
  const [warning] = atOnce(readObjectList(text)).warnings
  const names = /known fields are (.*)$/.exec(warning?.message ?? '')?.[1] ?? ''
  return names.split(', ').toSorted()
}

const stranger = 'zzzzzzzzzzzzzzzzzzzzzzzzzzzz: 1'
const places = [
  ['object', `- {objectName: a, ${stranger}}`],
  ['jmesPath', `- {objectName: a, jmesPath: [{${stranger}}]}`],
  ['expandKeys', `- {objectName: a, expandKeys: {${stranger}}}`],
  ['filter', `- {objectType: secretsmanagerquery, filters: [{${stranger}}]}`],
  ['part', `- {objectType: composed, parts: {a: {${stranger}}}}`],
  ['failoverObject', `- {objectName: a, failoverObject: {${stranger}}}`],
] as const

for (const [definition, text] of places) {
  test(`the schema of the objects has exactly the known fields of ${definition}`, () => {
    assert.deepEqual(
      Object.keys(objects.definitions[definition]?.properties ?? {}).toSorted(),
      knownFields(text),
    )
  })
}

const patterns = [
  ['region', ['us-east-1', 'us-iso-east-1', ''], ['us-east', 'US-EAST-1', 'x@evil-1']],
  ['pathTranslation', ['_', 'é', 'False', 'fAlSe'], ['/', '__']],
] as const

for (const [parameter, good, bad] of patterns) {
  test(`the schema takes the ${parameter} that a mount takes`, () => {
    const pattern = new RegExp(parameters.properties[parameter]?.pattern ?? '', 'u')
    for (const text of good) assert.match(text, pattern)
    for (const text of bad) assert.doesNotMatch(text, pattern)
  })
}

test('every example names the schema in its first line, for editors', () => {
  const folder = join(import.meta.dirname, '../../../deployment/examples')
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.yaml'))) {
    const [first] = readFileSync(join(folder, name), 'utf8').split('\n')
    assert.equal(first, '# yaml-language-server: $schema=../schema/secretproviderclass.schema.json', name)
  }
})
