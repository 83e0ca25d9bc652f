import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { giveRole } from '../harness/give-role.ts'
import { objectsText, type Scene, startScene } from '../harness/scene.ts'

/**
 * Classes and values of which a little is repeated thousands of times: by aliases of YAML, by keys, by extracts, by parts
 * of composed files. Each had ended the provider, or held it for seconds.
 */

let scene: Scene

const numbered = <T>(count: number, make: (number: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))
const named = (count: number, value: unknown) =>
  Object.fromEntries(numbered(count, (number) => [`k${number}`, value]))
const wide = '中'

const values: Readonly<Record<string, unknown>> = {
  well: 'well',
  'long parent': { ['k'.repeat(25_000)]: named(4_500, 1) },
  'many keys': named(5_000, 1),
  'empty maps': numbered(21_800, () => ({})),
  'long text': { a: Buffer.alloc(48_000, 1).toString('base64') },
  directories: named(490, { y: 1 }),
  'two names': { ['k'.repeat(30_000)]: 1, ['K'.repeat(30_000)]: 2 },
  texts: { text: 'a'.repeat(43_500), one: `${'a'.repeat(10)}b${'a'.repeat(21_600)}` },
}

before(async () => {
  const world = examplesWorld()
  const secrets = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replace(' ', '-'),
      { string: JSON.stringify(value) },
    ]),
  )
  const digits = { string: `{"n":${'1'.repeat(65_000)}}` }
  const escapes = { string: `${'\u0001'.repeat(65_000)}${wide}` }
  const dels = { string: JSON.stringify({ a: `${'\u007f'.repeat(65_000)}${wide}` }) }
  const nested = { string: `${'[1,'.repeat(480)}"${wide}${'a'.repeat(62_000)}"${']'.repeat(480)}` }
  const raw = { digits, escapes, dels, nested }
  scene = await startScene({
    world: { ...world, regions: { 'us-east-1': { secrets: { ...secrets, ...raw } }, 'us-west-2': {} } },
    verifySignatures: false,
  })
  giveRole(scene.emulator, 'multiplied')
})
after(() => scene.stop())

const secret = (objectName: string, more: object = {}) => ({
  objectName,
  objectType: 'secretsmanager',
  ...more,
})
/** An entry that thousands of others repeat under names of their own. */
const repeated = (entry: string, count: number, name = 'objectAlias') =>
  [`- &c {${entry}}`, ...numbered(count, (number) => `- {<<: *c, ${name}: z${number}}`)].join('\n')
/** Extracts of one secret, each the same under a name of its own. */
const extracts = (name: string, extract: string, count: number) =>
  [
    `- objectName: ${name}`,
    '  objectType: secretsmanager',
    '  jmesPath:',
    `    - &x {${extract}, objectAlias: first}`,
    ...numbered(count, (number) => `    - {<<: *x, objectAlias: z${number}}`),
  ].join('\n')
const parts = (count: number, part: object) => Object.fromEntries(numbered(count, (at) => [`p${at}`, part]))
const keysOf = (count: number, path: string) => `{${numbered(count, (at) => `k${at}: ${path}`).join(', ')}}`
const place = `\${a}`
const composed = 'objectType: composed, objectAlias: f'

const cases: readonly (readonly [
  name: string,
  objects: string,
  ends: RegExp,
  more?: Readonly<Record<string, string>>,
])[] = [
  [
    'a template of 5,000 placeholders in 400 composed files',
    repeated(
      `${composed}, text: "${place.repeat(5_000)}", parts: {a: {objectName: gone, objectType: secretsmanager}}`,
      400,
    ),
    /^OBJECT_NOT_FOUND/,
  ],
  [
    '5,000 places of a structure that have one text of 4,000 placeholders',
    `- {${composed}, parts: {a: {objectName: well, objectType: secretsmanager}}, json: [&t "${place.repeat(4_000)}"${',*t'.repeat(5_000)}]}`,
    /^TEMPLATE_INVALID/,
  ],
  [
    '18,900 mistakes with long names',
    `- &c {objectName: "${wide.repeat(190)}", objectType: [], objectAlias: [], filePermission: [], fileOwner: [], fileGroup: [], objectVersion: []}\n${'- *c\n'.repeat(2_700)}`,
    /^FIELD_MALFORMED.*more errors$/s,
  ],
  [
    'filters of 18 MB',
    `- &c {objectType: secretsmanagerquery, filters: [&f {key: name, values: [&v "${'a'.repeat(180_000)}"${',*v'.repeat(9)}]}${',*f'.repeat(9)}]}\n${'- *c\n'.repeat(300)}`,
    /^FILTER_INVALID/,
  ],
  [
    'thousands of missing objects with long names',
    repeated(`objectType: secretsmanager, objectName: "${wide.repeat(190)}", objectAlias: f`, 3_900),
    /^OBJECT_NOT_FOUND.*more errors$/s,
    { failoverRegion: 'us-west-2' },
  ],
  [
    'parts of composed files by the thousand',
    `- {${composed}, text: a, parts: {a: &p {objectName: well, objectType: secretsmanager}${numbered(1_000, (at) => `, b${at}: *p`).join('')}}}`,
    /^TOO_MANY_PARTS: .* 1001 parts/,
  ],
  [
    'keys below a key of 25,000 characters',
    objectsText(secret('long-parent', { expandKeys: { depth: 2 } })),
    /^EXPANDED_TOO_COSTLY/,
  ],
  [
    'a prefix of 200,000 characters',
    objectsText(secret('many-keys', { expandKeys: { prefix: 'x'.repeat(200_000) } })),
    /^FIELD_TOO_LONG: .*prefix/,
  ],
  [
    'directories of 30 levels for each of thousands of keys',
    objectsText(
      ...numbered(8, (at) =>
        secret('directories', { expandKeys: { prefix: `${at}/`, flatten: `/${'a/'.repeat(25)}` } }),
      ),
    ),
    /^TOO_MANY_FILES/,
    { pathTranslation: 'False' },
  ],
  [
    'an alias of 1,900 levels',
    objectsText(secret('well', { objectAlias: `${'a/'.repeat(1_900)}a` })),
    /^FILE_NAME_UNUSABLE: .*more than 32 levels/,
    { pathTranslation: 'False' },
  ],
  [
    'an alias of 180,000 slashes, thousands of times',
    `- &c {objectType: secretsmanager, objectName: a, objectAlias: "${'/'.repeat(180_000)}"}\n${'- *c\n'.repeat(3_900)}`,
    /^FILE_NAME_UNUSABLE/,
  ],
  [
    'parts that are large structures',
    objectsText({
      objectType: 'composed',
      objectAlias: 'f',
      parts: parts(120, secret('empty-maps', { jmesPath: '@' })),
      json: { a: 'x' },
    }),
    /^EXTRACT_TOO_COSTLY/,
  ],
  [
    'names of 30,000 characters in thousands of errors',
    extracts('two-names', 'path: "@", format: dotenv, uppercase: true', 3_900),
    /^FORMAT_NAME_UNUSABLE/,
  ],
  [
    'thousands of decoded texts of 48 KB',
    extracts('long-text', 'path: a, objectEncoding: base64', 3_900),
    /^VOLUME_TOO_LARGE/,
  ],
  [
    'sums of numbers of 65,000 digits',
    objectsText(
      secret('digits', {
        jmesPath: [{ path: `[n,n]${'|[@,@][]'.repeat(13)}|sum(@)`, objectAlias: 'sum' }],
      }),
    ),
    /^EXTRACT_TOO_COSTLY/,
  ],
  [
    'a part of 65,000 escapes in 60 places',
    `- {${composed}, parts: {a: {objectName: escapes, objectType: secretsmanager}}, json: ["${place}"${`, "${place}"`.repeat(59)}]}`,
    /^COMPOSED_TOO_COSTLY/,
  ],
  ...['toml', 'properties'].map(
    (format) =>
      [
        `60 keys of 65,000 escapes as ${format}`,
        objectsText(secret('dels', { jmesPath: [{ path: keysOf(60, 'a'), format, objectAlias: 'f' }] })),
        /^FORMAT_TOO_COSTLY/,
      ] as const,
  ),
  [
    '50 texts of 480 levels in a list',
    objectsText(
      secret('nested', { jmesPath: [{ path: `[${'@,'.repeat(49)}@]`, format: 'json', objectAlias: 'f' }] }),
    ),
    /^FORMAT_TOO_COSTLY/,
  ],
  [
    'a part of 480 levels in 50 places',
    `- {${composed}, parts: {a: {objectName: nested, objectType: secretsmanager, jmesPath: '@'}}, json: ["${place}"${`, "${place}"`.repeat(49)}]}`,
    /^COMPOSED_TOO_COSTLY/,
  ],
  [
    'a search for a text of 21,600 characters',
    objectsText(secret('texts', { jmesPath: [{ path: 'contains(text, one)', objectAlias: 'found' }] })),
    /^EXTRACT_TOO_COSTLY/,
  ],
]

describe('what is multiplied ends at a bound, and others are served', () => {
  for (const [name, objects, ends, more = {}] of cases) {
    test(name, async () => {
      const parameters = { region: 'us-east-1', objects, ...more }
      const hostile = scene.mount('provider-written', { parameters, serviceAccount: 'multiplied' })
      const good = await scene.mount('provider-written', {
        parameters: { region: 'us-east-1', objects: objectsText(secret('well')) },
      })
      assert.equal(good.status, 'OK', good.message)
      const { status, message } = await hostile
      assert.notEqual(status, 'OK')
      assert.match(message, ends)
      assert.ok(message.length < 8_192, `${message.length} characters`)
    })
  }

  test('hundreds of parameters that are nearly known ones', async () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz'.split('')
    const names = letters.flatMap((one) => letters.map((other) => `${one}${other}jects`))
    const parameters = { objects: '[]', ...Object.fromEntries(names.map((each) => [each, ''])) }
    const { status, message } = await scene.mount('provider-written', { parameters })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.ok(message.split('\n').length <= 21, message)
  })

  test('many volumes that fail for another object, whose values are as large', async () => {
    const jmesPath = numbered(10, (at) => ({ path: 'length(@)', objectAlias: `f${at}` }))
    const objects = objectsText(secret('gone'), secret('empty-maps', { jmesPath }))
    const mounts = numbered(60, () =>
      scene.mount('provider-written', {
        parameters: { region: 'us-east-1', objects },
        serviceAccount: 'multiplied',
      }),
    )
    for (const { status, message } of await Promise.all(mounts)) {
      assert.equal(status, 'NOT_FOUND', message)
      assert.match(message, /^OBJECT_NOT_FOUND[^\n]*$/)
    }
  })

  test('many volumes whose values are hundred times as large once they are read', async () => {
    const jmesPath = numbered(10, (at) => ({ path: 'length(@)', objectAlias: `f${at}` }))
    const objects = objectsText(secret('empty-maps', { jmesPath }))
    const mounts = numbered(60, () =>
      scene.mount('provider-written', {
        parameters: { region: 'us-east-1', objects },
        serviceAccount: 'multiplied',
      }),
    )
    for (const { status, message } of await Promise.all(mounts)) assert.equal(status, 'OK', message)
  })
})
