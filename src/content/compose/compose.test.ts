import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { fault, ProviderError } from '../../errors/provider-error.ts'
import type { ExtractSubject } from '../../jmespath/extract.ts'
import { planMount } from '../../plan/plan-mount.ts'
import { atOnce } from '../../process/in-turns.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { MountRequest } from '../../request/mount-request.ts'
import type { ObjectValue } from '../../store/object-value.ts'
import { ReadFaults } from '../../store/read-faults.ts'
import { buildFiles, faultsWithExtracts } from '../build-files.ts'
import type { OnNullText } from '../extract-text.ts'

const request: MountRequest = {
  pod: { name: 'web-0', namespace: 'shop', uid: 'u', serviceAccount: 'web' },
  tokens: new Map(),
  targetPath: '/v',
  defaultMode: 0o644,
  identityKind: 'irsa',
  addressType: 'auto',
  objects: '',
}

const parts = {
  user: { objectName: 'login', objectType: 'secretsmanager', jmesPath: 'username' },
  pass: { objectName: 'login', objectType: 'secretsmanager', jmesPath: 'password' },
  host: { objectName: '/db/host', objectType: 'ssmparameter' },
}
const login = '{"username":"till","password":"p@ss/\\"w","n":9007199254740993,"o":{"z":1,"1":[]},"nil":null}'

function value(text: string | Uint8Array, version: string): ObjectValue {
  return { version, region: 'us-east-1', content: new Sensitive(Buffer.from(text)) }
}

/** Of a secret that was stored as bytes, which are text all the same. */
const stored = { ...value('{"key":"hunter2"}', '7'), isBinary: true }

function files(
  entry: object,
  versions = ['v1', 'v1', '7'],
  host: string | Uint8Array | ObjectValue = 'db.shop',
  onNullText: OnNullText = () => undefined,
) {
  const objects = JSON.stringify([
    { objectName: 'first', objectType: 'secretsmanager' },
    { objectType: 'composed', objectAlias: 'dsn', parts, ...entry },
  ])
  const plan = planMount({ ...request, objects }, ['us-east-1'])
  const values = plan.objects.map(({ name }, at) => {
    if (name === 'first') return value('x', 'v0')
    if (name === 'login') return value(login, versions[at - 1] ?? '')
    return typeof host === 'object' && 'content' in host ? host : value(host, versions[2] ?? '')
  })
  return atOnce(buildFiles(plan, values, 8_388_608, onNullText))
}

function composed(entry: object, host?: string | Uint8Array | ObjectValue): string {
  const [, file] = files(entry, undefined, host)
  return Buffer.from(file?.content.reveal() ?? []).toString()
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: placeholders of ours
const cases: readonly (readonly [entry: object, text: string])[] = [
  [{ text: 'postgres://${user|url}:${pass|url}@${host}/shop' }, 'postgres://till:p%40ss%2F%22w@db.shop/shop'],
  [{ text: 'no placeholder, $${user}' }, 'no placeholder, ${user}'],
  [
    { json: { a: '${user}', b: ['${pass}', 5, true, null, 'x', '$${user}'] } },
    '{"a":"till","b":["p@ss/\\"w",5,true,null,"x","${user}"]}',
  ],
  [{ yaml: { a: '${host}', m: '5432' } }, 'a: "db.shop"\nm: "5432"'],
  [
    { parts: { all: { ...parts.user, jmesPath: '{n: n, o: o}' } }, json: { from: '${all}' } },
    '{"from":{"n":9007199254740993,"o":{"z":1,"1":[]}}}',
  ],
  [{ parts: { o: { ...parts.user, jmesPath: 'o' } }, text: 'o=${o|json}' }, 'o={"z":1,"1":[]}'],
  [{ parts: { n: { ...parts.user, jmesPath: 'n' } }, text: '${n}' }, '9007199254740993'],
  [{ parts: { no: { ...parts.user, jmesPath: 'none', optional: true } }, text: '[${no}]' }, '[]'],
]
for (const [entry, text] of cases) {
  test(`composes ${text}`, () => assert.equal(composed(entry), text))
}

test('the version changes with that of any part, and with nothing else', () => {
  const entry = { text: '${user}' }
  const version = (versions: string[], host?: string) => files(entry, versions, host)[1]?.version
  const first = version(['v1', 'v1', '7'])
  assert.match(first ?? '', /^[0-9a-f]{32}$/)
  assert.equal(version(['v1', 'v1', '7'], 'another.host'), first)
  assert.notEqual(version(['v2', 'v1', '7']), first)
  assert.notEqual(version(['v1', 'v1', '8']), first)
})

test('what files there are, their mode and their source', () => {
  const made = files({ text: '${user}', filePermission: '0400' })
  assert.deepEqual(
    made.map(({ path, mode, source }) => [path, mode, source.parts]),
    [
      ['first', 0o644, undefined],
      ['dsn', 0o400, ['login', 'login', '/db/host']],
    ],
  )
})

const path = { a: { objectName: '/x/', objectType: 'ssmparameterpath' } }

const refused: readonly (readonly [
  entry: object,
  code: string,
  message: RegExp,
  host?: Uint8Array | ObjectValue,
])[] = [
  [
    { parts: { no: { ...parts.user, jmesPath: 'nil' } }, text: '${no}' },
    'EXTRACT_NOT_STRING',
    /jmesPath "nil" for the part "no" of the file "dsn" finds nothing/,
  ],
  [
    { text: '${host}' },
    'PART_NOT_TEXT',
    /object "\/db\/host": its value is not text in UTF-8, and cannot be the part "host" of composed file "dsn"/,
    Buffer.of(0xff),
  ],
  [
    { text: '${host}' },
    'PART_NOT_TEXT',
    /object "\/db\/host": its value is binary \(SecretBinary\), and cannot be the part "host" of composed file "dsn"/,
    stored,
  ],
  [
    {
      parts: { ...parts, no: { ...parts.user, jmesPath: 'nil' }, o: { ...parts.user, jmesPath: 'o' } },
      text: '${host|sh}${o}${host|xml}${o}${no}',
    },
    'EXTRACT_NOT_STRING',
    /^[^\n]*part "no"[^\n]*\n[^\n]*part "host"[^\n]*NUL[^\n]*\n[^\n]*part "o"[^\n]*an object[^\n]*\n[^\n]*part "host"[^\n]*XML[^\n]*$/,
    Buffer.of(0x61, 0),
  ],
  [
    { parts: { o: { ...parts.user, jmesPath: 'o' } }, text: '${o}' },
    'PART_UNUSABLE',
    /part "o" cannot be put in: it is an object/,
  ],
  [{ text: '${host|sh}' }, 'PART_UNUSABLE', /NUL/, Buffer.of(0x61, 0)],
  [
    { text: '${host}'.repeat(9000) },
    'COMPOSED_TOO_COSTLY',
    /composed file "dsn": it was stopped/,
    Buffer.alloc(60_000, 'hunter2'),
  ],
  [
    { text: '${nobody}' },
    'TEMPLATE_INVALID',
    /composed file "dsn": text cannot be read at character 1: there is no part "nobody"/,
  ],
  [
    { text: 'x${nobody}${user|no}', parts: { ...parts, 'a b': parts.user, bad: { objectName: 'x' } } },
    'FIELD_MALFORMED',
    /names of letters[^\n]*\n[^\n]*character 2: there is no part "nobody"[^\n]*\n[^\n]*character 11: "no" is not one of[^\n]*\n[^\n]*part bad: objectType is missing/,
  ],
  [
    { json: { a: '${one}', b: ['${two}${three}'] } },
    'TEMPLATE_INVALID',
    /no part "one"[^\n]*\n[^\n]*no part "two"[^\n]*\n[^\n]*no part "three"/,
  ],
  [{ json: { a: 'x${user}' } }, 'TEMPLATE_INVALID', /a placeholder is a whole value/],
  [{}, 'FIELD_NEEDS_FIELD', /set without text, json or yaml/],
  [{ text: 'a', json: {} }, 'FIELDS_EXCLUDE', /text and json are both set/],
  [{ text: 'a', objectName: 'x' }, 'FIELDS_EXCLUDE', /objectType composed and objectName/],
  [{ text: 'a', parts: {} }, 'FIELD_NEEDS_FIELD', /without parts/],
  [{ text: 'a', parts: { 'a b': parts.user } }, 'FIELD_MALFORMED', /names of letters/],
  [
    { text: 'a', parts: { a: { objectType: 'secretsmanager' } } },
    'OBJECT_NAME_MISSING',
    /part a has no objectName/,
  ],
  [
    { text: 'a', parts: { a: { objectName: 'x' } } },
    'OBJECT_TYPE_MISSING',
    /composed file "dsn", part a: objectType is missing/,
  ],
  [{ text: 'a', parts: { a: { objectName: 'x', objectType: 'composed' } } }, 'OBJECT_TYPE_UNKNOWN', /part a/],
  [{ text: 'a', parts: path }, 'OBJECT_TYPE_UNKNOWN', /part a: objectType is "ssmparameterpath"/],
  [{ text: 'a', objectAlias: 'first' }, 'DUPLICATE_FILE', /"first"/],
]
for (const [entry, code, message, host] of refused) {
  test(`${inspect(entry).slice(0, 60)} is ${code}`, () => {
    assert.throws(
      () => composed(entry, host),
      (error: unknown) => {
        assert.ok(error instanceof ProviderError)
        assert.equal(error.code, code, error.message)
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /hunter2|till/)
        return true
      },
    )
  })
}

test('one file has a quarter of the work of a mount', () => {
  const host = Buffer.alloc(60_000, 'a')
  assert.equal(composed({ text: '${host}'.repeat(16) }, host).length, 960_000)
  assert.throws(() => composed({ text: '${host}'.repeat(17) }, host), { code: 'COMPOSED_TOO_COSTLY' })
})

test('a jmesPath finds a string in a part that was stored as bytes', () => {
  const host = { ...parts.host, objectName: 'bytes', jmesPath: 'key' }
  assert.equal(composed({ parts: { host }, json: { a: '${host}' } }, stored), '{"a":"hunter2"}')
})

test('to_string() of nothing is told of a part as of a file', () => {
  const entry = (more: object) => ({
    parts: { no: { ...parts.user, jmesPath: 'to_string(none)', ...more } },
    text: '[${no}]',
  })
  const told: ExtractSubject[] = []
  const onNullText = (about: ExtractSubject) => {
    told.push(about)
    return fault('EXTRACT_NULL_TEXT', about)
  }
  assert.throws(
    () => files(entry({}), undefined, undefined, onNullText),
    /part "no" of the file "dsn" gives the text "null"/,
  )
  const about = { object: 'login', expression: 'to_string(none)', file: 'dsn', part: 'no' }
  assert.deepEqual(told, [about])
  assert.equal(composed(entry({})), '[null]')
  assert.equal(composed(entry({ optional: true })), '[]')
})

test('with a part that is missing, what is wrong with the others is told too', () => {
  const no = { ...parts.user, jmesPath: 'nil' }
  const composed = {
    objectType: 'composed',
    objectAlias: 'dsn',
    parts: { ...parts, no },
    text: '${host|sh}${user}',
  }
  const plan = planMount({ ...request, objects: JSON.stringify([composed]) }, ['us-east-1'])
  const missing = fault('OBJECT_NOT_FOUND', {
    ...{ store: 'Secrets Manager', region: 'us-east-1', object: 'login' },
    ...{ code: 'ResourceNotFoundException', message: 'no', part: { name: 'user', file: 'dsn' } },
  })
  const values = [undefined, value(login, 'v1'), value(Buffer.of(0), '7'), value(login, 'v1')]
  const read = new ReadFaults([{ index: 0, fault: missing }], values)
  const faults = atOnce(faultsWithExtracts(plan, read, 1_000_000, () => undefined))
  assert.deepEqual(
    faults.map(({ code }) => code),
    ['OBJECT_NOT_FOUND', 'EXTRACT_NOT_STRING', 'PART_UNUSABLE'],
  )
})

test('parts, text, json and yaml mean nothing on another type', () => {
  const objects = JSON.stringify([{ objectName: 'a', objectType: 'secretsmanager', text: 'x', parts }])
  assert.throws(
    () => planMount({ ...request, objects }, ['us-east-1']),
    /parts is set without objectType composed/,
  )
})
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: placeholders of ours
