import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  accessInWords,
  codes,
  files,
  one,
  plan,
  refusal,
  request,
  sm,
  ssm,
} from '../../../test/fixtures/plan.ts'
import { planMount } from '../plan-mount.ts'

const owned = (rest: string) => `- {objectName: a, ${sm}, ${rest}}`
const extract = (rest: string) => `jmesPath: [{path: x, objectAlias: b, ${rest}}]`

const plans: readonly (readonly [title: string, objects: string, expected: readonly string[]])[] = [
  ['an owner', owned('fileOwner: 1000'), ['a 644 1000:0']],
  ['a group', owned('fileGroup: "70", filePermission: 0640'), ['a 640 0:70']],
  ['both', owned('fileOwner: 70, fileGroup: 71'), ['a 644 70:71']],
  ['root, who is nobody to give to', owned('fileOwner: 0, fileGroup: 0'), ['a 644']],
  ['the largest id', owned('fileOwner: 2147483647'), ['a 644 2147483647:0']],
  [
    'what extracts take over from their object',
    owned(`fileOwner: 1, fileGroup: 2, ${extract('filePermission: 0400')}`),
    ['a 644 1:2', 'b 400 1:2 = x'],
  ],
  [
    'what an extract has of its own',
    owned(`fileOwner: 1, fileGroup: 2, ${extract('fileOwner: 3')}`),
    ['a 644 1:2', 'b 644 3:2 = x'],
  ],
  ['an extract of root', owned(`fileOwner: 1, ${extract('fileOwner: 0')}`), ['a 644 1:0', 'b 644 = x']],
]

for (const [title, objects, expected] of plans) {
  test(`fileOwner and fileGroup: ${title}`, () => {
    assert.deepEqual(files(plan(objects)), expected)
  })
}

test('the class says whose files are of which nobody says it', () => {
  const objects = `- {objectName: a, ${sm}}\n- {objectName: b, ${sm}, fileOwner: 0}\n- {objectName: c, ${sm}, fileGroup: 3}`
  const planned = planMount({ ...request(objects), fileOwner: 1, fileGroup: 2 }, one)
  assert.deepEqual(files(planned), ['a 644 1:2', 'b 644 0:2', 'c 644 1:3'])
})

test('keys, what lies below a path, and composed files have them too', () => {
  const owner = 'fileOwner: 1, fileGroup: 2, filePermission: 0400'
  const parts = `parts: {p: {objectName: a, ${sm}}}, text: x`
  const { objects, compositions = [] } = plan(
    `- {objectName: a, ${sm}, expandKeys: true, ${owner}}\n- {objectName: /p, objectType: ssmparameterpath, ${owner}}\n- {objectType: composed, objectAlias: c, ${parts}, ${owner}}`,
  )
  const [keys, members] = objects
  const found = [keys?.keys?.access, members?.members?.access, compositions[0]?.file]
  assert.deepEqual(
    found.map((each) => each && accessInWords(each)),
    ['400 1:2', '400 1:2', '400 1:2'],
  )
})

const givenAway: readonly (readonly [objects: string, expected: unknown])[] = [
  [`- {objectName: a, ${sm}}`, undefined],
  [owned('fileOwner: 0'), undefined],
  [owned('fileOwner: 1, fileGroup: 2'), { where: 'object "a"', field: 'fileOwner' }],
  [owned(extract('fileGroup: 2')), { where: 'object "a"', field: 'fileGroup' }],
  [owned('expandKeys: true, fileGroup: 2'), { where: 'object "a"', field: 'fileGroup' }],
  [
    `- {objectName: /p, objectType: ssmparameterpath, fileOwner: 1}`,
    { where: 'object "/p"', field: 'fileOwner' },
  ],
  [
    `- {objectType: composed, objectAlias: c, text: x, fileOwner: 1, parts: {p: {objectName: a, ${ssm}}}}`,
    { where: 'composed file "c"', field: 'fileOwner' },
  ],
]

test('a plan says which object gives its files away first', () => {
  for (const [objects, expected] of givenAway) assert.deepEqual(plan(objects).givenAway, expected, objects)
})

const refusals: readonly (readonly [value: string, expected: RegExp])[] = [
  ['postgres', /object "a": fileOwner is "postgres": write the number of that user, which "id -u" prints/],
  ['0999', /fileOwner is "0999": write 999$/],
  ['"1000:2000"', /write fileOwner: 1000 and fileGroup: 2000$/],
  ['-1', /write the number of a user, from 0 to 2147483647$/],
  ['2147483648', /from 0 to 2147483647$/],
  ['4294967295', /from 0 to 2147483647$/],
  ['1e3', /from 0 to 2147483647$/],
  ['1_000', /from 0 to 2147483647$/],
  ['1000.0', /from 0 to 2147483647$/],
  ['0x10', /from 0 to 2147483647$/],
  ['" 1000"', /from 0 to 2147483647$/],
]

for (const [value, expected] of refusals) {
  test(`fileOwner ${value} is refused`, () => {
    const error = refusal(owned(`fileOwner: ${value}`))
    assert.deepEqual(codes(error), ['FILE_OWNER_MALFORMED'])
    assert.match(error.message, expected)
  })
}

test('what is wrong on an object, its extract and a path of parameters is told once each', () => {
  const error = refusal(
    `${owned(`fileOwner: x, fileGroup: y, ${extract('fileGroup: z')}`)}\n- {objectName: /p, objectType: ssmparameterpath, fileOwner: q}`,
  )
  assert.deepEqual(codes(error), Array(4).fill('FILE_OWNER_MALFORMED'))
  assert.match(error.message, /object "a", jmesPath entry 1 \("b"\): fileGroup is "z"/)
})

test('any text is either an id that prints as it was written, or refused', () => {
  const text = fc.oneof(fc.nat(3_000_000_000).map(String), fc.string({ unit: 'grapheme', minLength: 1 }))
  fc.assert(
    fc.property(text, (value) => {
      const objects = JSON.stringify([{ objectName: 'a', objectType: 'secretsmanager', fileOwner: value }])
      let planned: ReturnType<typeof plan>
      try {
        planned = plan(objects)
      } catch {
        assert.ok(!/^(?:0|[1-9][0-9]*)$/.test(value) || Number(value) > 2 ** 31 - 1, value)
        return
      }
      assert.equal(String(planned.objects[0]?.file?.owner ?? 0), value)
    }),
    { numRuns: 1000 },
  )
})
