import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atOnce } from '../process/in-turns.ts'
import { FieldReader, knownNames } from './field-reader.ts'
import { readYaml } from './read-yaml.ts'
import { collectWarnings } from './warnings.ts'
import type { YamlMap } from './yaml-node.ts'

function mapOf(text: string): YamlMap {
  const read = atOnce(readYaml(text))
  if ('fault' in read || read.node.kind !== 'map') throw new Error(text)
  return read.node
}

test('advice on unknown names is made for those alone that are warned of', () => {
  const { names, bySpelling } = knownNames(['objectName'])
  let compared = 0
  const counting = {
    bySpelling,
    get names() {
      compared += 1
      return names
    },
  }
  const fields = Array.from({ length: 1_000 }, (_, at) => `objectNam${at}: x\n`)
  const { warn, made } = collectWarnings()
  for (let time = 0; time < 3; time += 1) new FieldReader(mapOf(fields.join('')), counting, 'object 1', warn)
  assert.equal(made().length, 100)
  assert.equal(compared, 100)
})

test('the last sentence of a place counts, also once there are no more places', () => {
  const { warn, made } = collectWarnings()
  const at = (line: number, message: string) =>
    warn({ code: 'FIELD_UNKNOWN', line, column: 1, message: () => message })
  for (let line = 1; line <= 101; line += 1) at(line, 'first')
  at(5, 'last')
  assert.deepEqual(
    made()
      .filter(({ line }) => line === 5 || line > 100)
      .map(({ message }) => message),
    ['last'],
  )
})

test('fields that are repeated count as often as an alias repeats the map that they stand in', () => {
  const repeated = (fields: number, aliases: number) =>
    atOnce(readYaml(`- &x {${'a: b, '.repeat(fields)}}\n${'- *x\n'.repeat(aliases)}`))
  const read = repeated(3, 2)
  assert.equal('node' in read && read.node.size, 1 + 3 * (1 + 2 + 2))
  const refused = repeated(1_000, 1_000)
  assert.equal('fault' in refused && refused.fault.code, 'OBJECTS_TOO_LARGE')
})
