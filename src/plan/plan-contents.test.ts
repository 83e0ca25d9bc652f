import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, plan, sm, ssm, two } from '../../test/fixtures/plan.ts'

const all = {
  prefix: '',
  include: [],
  exclude: [],
  depth: 1,
  nulls: 'skip',
  optional: false,
  translation: '_',
  access: { mode: 0o644 },
}

const expansions: readonly (readonly [fields: string, file: string | undefined, keys: unknown])[] = [
  ['expandKeys: true', undefined, all],
  ['expandKeys: True, filePermission: 0400', undefined, { ...all, access: { mode: 0o400 } }],
  ['expandKeys: false', 'a', undefined],
  ['expandKeys: null', 'a', undefined],
  ['expandKeys: {}', undefined, all],
  ['expandKeys: {mountWhole: true}, objectAlias: x', 'x', all],
  [
    'expandKeys: {prefix: p/, include: a*, exclude: [b, 1], depth: 3, nulls: empty, optional: true}',
    undefined,
    { ...all, prefix: 'p/', include: ['a*'], exclude: ['b', '1'], depth: 3, nulls: 'empty', optional: true },
  ],
  ['expandKeys: {flatten: "."}', undefined, { ...all, flatten: '.', depth: Number.POSITIVE_INFINITY }],
  ['expandKeys: {flatten: ".", depth: 2}', undefined, { ...all, flatten: '.', depth: 2 }],
]
for (const [fields, file, keys] of expansions) {
  test(`the files of ${fields}`, () => {
    const [object] = plan(`- {objectName: a, ${sm}, ${fields}}`).objects
    assert.equal(object?.file?.path, file)
    assert.deepEqual(object?.keys, keys)
  })
}

const formats: readonly (readonly [fields: string, format: unknown])[] = [
  ['objectFormat: json, prefix: ""', { kind: 'json' }],
  ['objectFormat: json, prefix: p, uppercase: false', { kind: 'json', prefix: 'p' }],
  ['objectFormat: ini, section: ""', { kind: 'ini' }],
  ['objectFormat: ini, section: s, uppercase: true', { kind: 'ini', section: 's', uppercase: true }],
]
for (const [fields, format] of formats) {
  test(`the format of ${fields}`, () => {
    const [object] = plan(`- {objectName: a, ${sm}, objectAlias: b, ${fields}}`).objects
    assert.deepEqual(object?.format, format)
  })
}

test('an object of which only keys are mounted needs no objectAlias for its failoverObject, and claims no name', () => {
  const objects = `- {objectName: a, ${sm}, expandKeys: true, failoverObject: {objectName: b}}\n- {objectName: a, ${sm}}`
  assert.deepEqual(files(plan(objects, two)), ['a 644'])
})

test('optional is of the object, or of one of its extracts', () => {
  const planned = plan(
    `- {objectName: a, ${sm}, optional: true, jmesPath: [{path: x, objectAlias: b}]}
- {objectName: c, ${sm}, Optional: "False", jmesPath: [{path: x, objectAlias: d, optional: True}]}
- {objectName: e, ${ssm}, optional: }`,
  )
  assert.deepEqual(
    planned.objects.map(({ optional, extracts }) => [optional, extracts.map((each) => each.optional)]),
    [
      [true, [undefined]],
      [undefined, [true]],
      [undefined, []],
    ],
  )
})

test('an empty list is a plan of no objects, and no list is none', () => {
  for (const text of ['[]', '[ ] # nothing', '---\n[]\n']) assert.deepEqual(plan(text).objects, [], text)
})

test('an ssmparameterpath has reads below its path, and members in place of a file', () => {
  const [object] = plan(
    `- {objectName: /app/db/, objectType: ssmparameterpath, objectAlias: a/b, exclude: x*, filePermission: 0400, failoverObject: {objectName: /west}}`,
    two,
  ).objects
  const set = { kind: 'path', recursive: true, include: [], exclude: ['x*'], limit: 200 }
  assert.deepEqual(object?.reads, [
    { name: '/app/db/', set },
    { name: '/west', set },
  ])
  assert.equal(object?.file, undefined)
  assert.deepEqual(object?.members, { directory: 'a_b/', access: { mode: 0o400 } })
})

test('a secretsmanagerquery has the same filters in each region, and is called by them', () => {
  const [object] = plan(
    `- {objectType: secretsmanagerquery, keepPath: true, limit: 5, filters: [{Key: tag-key, Values: [a, "!b"]}, {key: name, values: app/}]}`,
    two,
  ).objects
  const filters = [
    { key: 'tag-key', values: ['a', '!b'] },
    { key: 'name', values: ['app/'] },
  ]
  const name = 'tag-key=a|!b, name=app/'
  const set = { kind: 'query', filters, include: [], exclude: [], limit: 5 }
  assert.equal(object?.name, name)
  assert.deepEqual(object?.reads, [
    { name, set },
    { name, set },
  ])
  assert.equal(object?.file, undefined)
  assert.deepEqual(object?.members, { translation: false, directory: '', access: { mode: 0o644 } })
})

test('a secretsmanagerquery names files as objectName does, by pathTranslation', () => {
  const [object] = plan(
    `- {objectName: mine, objectType: secretsmanagerquery, filters: [{key: all, values: [x]}]}`,
  ).objects
  assert.equal(object?.name, 'mine')
  assert.equal(object?.members?.translation, '_')
})

test('what Terraform’s jsonencode writes is read: keys in order, &, < and > escaped', () => {
  const objects = String.raw`[{"filePermission":"0440","jmesPath":[{"objectAlias":"user","path":"a \u0026\u0026 b[?c \u003e d]"}],"objectName":"shop/db","objectType":"secretsmanager"}]`
  assert.deepEqual(files(plan(objects)), ['shop_db 440', 'user 440 = a && b[?c > d]'])
})
