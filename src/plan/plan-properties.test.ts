import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { one, parameterArn, plan, secretArn, sm, two } from '../../test/fixtures/plan.ts'
import { ProviderError } from '../errors/provider-error.ts'
import { pathProblem } from './paths/file-name.ts'

const noise = [
  '- ',
  '? ',
  ': ',
  'objectName: a',
  '\n',
  '  ',
  '\t',
  '\r\n',
  '[',
  ']',
  '{',
  '}',
  ',',
  '&a ',
  '*a',
  '<<: ',
  '|',
  '>',
  '"',
  "'",
  '#',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '!!str ',
  '!x ',
  '\uFEFF',
  '\ud800',
  '\0',
  'null',
  '~',
  '\\',
  sm,
  'jmesPath: ',
  'failoverObject: ',
  'objectType: secretsmanagerquery\n',
  'filters: ',
  '{key: name, values: [a]}',
]
const yamlNoise = fc.array(fc.constantFrom(...noise), { maxLength: 60 }).map((parts) => parts.join(''))

test('whatever the objects are, planMount() throws nothing but a ProviderError of our own codes', () => {
  fc.assert(
    fc.property(fc.oneof(yamlNoise, fc.string({ unit: 'binary' })), (text) => {
      try {
        plan(text)
      } catch (error) {
        assert.ok(error instanceof ProviderError)
        for (const line of error.message.split('\n')) assert.ok(line.length < 2000)
      }
    }),
    { numRuns: 2000 },
  )
})

const name = fc.oneof(
  fc.constantFrom('a', 'a/b', 'a_b', '/a', '.', '..', 'a/', '__proto__', 'p:1', secretArn, parameterArn),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const anyObject = fc.record(
  {
    objectName: name,
    objectType: fc.constantFrom('secretsmanager', 'ssmparameter'),
    objectAlias: name,
    objectVersion: fc.constantFrom('1', ''),
    filePermission: fc.constantFrom('0644', '0600', '7777'),
    jmesPath: fc.array(fc.record({ path: name, objectAlias: name }), { maxLength: 2 }),
    failoverObject: fc.record({ objectName: name }),
  },
  { requiredKeys: ['objectName', 'objectType'] },
)

test('every planned path is clean and unique, and planning is deterministic', () => {
  let planned = 0
  fc.assert(
    fc.property(
      fc.array(anyObject, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('_', 'False', '.'),
      fc.constantFrom(one, two),
      (objects, translation, regions) => {
        const text = JSON.stringify(objects)
        const run = () => {
          try {
            return plan(text, regions, translation)
          } catch (error) {
            assert.ok(error instanceof ProviderError)
            return error.message
          }
        }
        const result = run()
        assert.deepEqual(run(), result)
        if (typeof result === 'string') return
        planned += 1
        const all = result.objects.flatMap(({ file, extracts }) => [
          ...(file === undefined ? [] : [file]),
          ...extracts.map((each) => each.file),
        ])
        const paths = all.map(({ path }) => path)
        assert.equal(new Set(paths).size, paths.length)
        for (const { path, mode } of all) {
          assert.equal(pathProblem(path), undefined)
          assert.ok(!paths.some((other) => other.startsWith(`${path}/`)))
          assert.ok(mode >= 0 && mode <= 0o777)
        }
        for (const { reads } of result.objects) assert.equal(reads.length, regions.length)
      },
    ),
    { numRuns: 2000 },
  )
  assert.ok(planned > 50, `only ${planned} plans were made`)
})
