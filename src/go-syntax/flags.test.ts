import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ProviderError } from '../errors/provider-error.ts'
import { parseServeFlags, serveFlags, serveHelp } from '../settings/serve-flags.ts'
import { normalizeGoFlags } from './flags.ts'

const flags = [{ name: 'qps' }, { name: 'v' }, { name: 'log-level' }, { name: 'writes', boolean: true }]

const spellings: readonly (readonly [title: string, argv: readonly string[], expected: readonly string[]])[] =
  [
    ['one dash and =', ['-qps=3'], ['--qps=3']],
    ['two dashes and =', ['--qps=3'], ['--qps=3']],
    ['one dash and the next word', ['-qps', '3'], ['--qps=3']],
    ['two dashes and the next word', ['--qps', '3'], ['--qps=3']],
    ['a dash in the name', ['-log-level', 'info'], ['--log-level=info']],
    ['-v=4', ['-v=4'], ['--v=4']],
    ['-v 4', ['-v', '4'], ['--v=4']],
    ['an empty value', ['-qps='], ['--qps=']],
    ['a value with =', ['-qps=a=b'], ['--qps=a=b']],
    ['a value with a line end', ['-qps=a\nb'], ['--qps=a\nb']],
    ['a next word that looks like a flag', ['-qps', '-1'], ['--qps=-1']],
    ['a next word that is empty', ['-qps', ''], ['--qps=']],
    ['a boolean alone', ['-writes'], ['--writes=true']],
    ['a boolean with =', ['--writes=false'], ['--writes=false']],
    ['a boolean, whose next word is never its value', ['-writes', 'false'], ['--writes=true', 'false']],
    ['a flag twice, the last one last', ['-v=1', '-v=2'], ['--v=1', '--v=2']],
    ['-- and all after it', ['-v=1', '--', '-qps', '3'], ['--v=1', '--', '-qps', '3']],
    ['words that are no flags', ['word', '-', ''], ['word', '-', '']],
    ['-h and -help', ['-h', '-help', '--help'], ['--help', '--help', '--help']],
  ]

for (const [title, argv, expected] of spellings) {
  test(`normalizeGoFlags() reads ${title}`, () => assert.deepEqual(normalizeGoFlags(argv, flags), expected))
}

const refused: readonly (readonly [title: string, argv: readonly string[], code: string])[] = [
  ['an unknown flag', ['--qp=1'], 'FLAG_UNKNOWN'],
  ['an unknown flag of one letter', ['-x'], 'FLAG_UNKNOWN'],
  ['letters joined to one flag', ['-v4'], 'FLAG_UNKNOWN'],
  ['a flag in another case', ['--QPS=1'], 'FLAG_UNKNOWN'],
  ['a flag without its value', ['-qps'], 'FLAG_VALUE_MISSING'],
]

for (const [title, argv, code] of refused) {
  test(`normalizeGoFlags() refuses ${title}`, () => {
    assert.throws(
      () => normalizeGoFlags(argv, flags),
      (error) => error instanceof ProviderError && error.code === code,
    )
  })
}

test('all four spellings of a flag mean the same, whatever the value', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const [first, ...others] = [
        [`-qps=${value}`],
        [`--qps=${value}`],
        ['-qps', value],
        ['--qps', value],
      ].map((argv) => normalizeGoFlags(argv, flags))
      for (const other of others) assert.deepEqual(other, first)
    }),
  )
})

test('parseServeFlags() takes every flag of the official provider in the way its manifests write it', () => {
  const argv = [
    '-provider-volume=/etc/kubernetes/secrets-store-csi-providers',
    '--driver-writes-secrets=true',
    '-qps',
    '5',
    '--burst=10',
    '-eks-addon-version=v1.2.3',
    '--pod-identity-http-timeout',
    '250ms',
  ]
  assert.deepEqual(parseServeFlags(argv), {
    'provider-volume': '/etc/kubernetes/secrets-store-csi-providers',
    'driver-writes-secrets': 'true',
    qps: '5',
    burst: '10',
    'eks-addon-version': 'v1.2.3',
    'pod-identity-http-timeout': '250ms',
  })
})

test('parseServeFlags() gives the last of a repeated flag', () => {
  assert.deepEqual(parseServeFlags(['-v=1', '--v', '6']), { v: '6' })
})

test('parseServeFlags() gives help wherever it is asked for', () => {
  assert.equal(parseServeFlags(['-qps=1', '-h']), 'help')
})

for (const argv of [['word'], ['--driver-writes-secrets', 'true'], ['--', '-qps=1']]) {
  test(`parseServeFlags() refuses ${JSON.stringify(argv)}, which is no flag`, () => {
    assert.throws(
      () => parseServeFlags(argv),
      (error) => error instanceof ProviderError && error.code === 'ARGUMENT_UNEXPECTED',
    )
  })
}

test('serveHelp() names every flag', () => {
  for (const { name } of serveFlags) assert.match(serveHelp(), new RegExp(`^  --${name}[ [=]`, 'm'))
})
