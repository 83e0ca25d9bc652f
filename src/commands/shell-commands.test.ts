import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runCommand } from '../../test/fixtures/run-command.ts'
import { providerName, version } from '../process/version.ts'
import { printable, table } from './layout.ts'

const folder = mkdtempSync(join(tmpdir(), 'shell-commands-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const good = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app}
spec:
  provider: aws
  parameters:
    objects: |
      - {objectName: db, objectType: secretsmanager}
`
const warned = good.replace('objectType', 'objectAlia: x, objectType')
const wrong = good.replace('secretsmanager', 'secret')

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string }
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string }
        readonly region: { readonly startLine: number; readonly startColumn: number }
      }
    },
  ]
}

const uses: readonly (readonly [
  argv: readonly string[],
  input: string,
  code: number,
  stdout: RegExp,
  stderr: RegExp,
])[] = [
  [['--version'], '', 0, new RegExp(`^${providerName} ${version}\n$`), /^$/],
  [
    ['version'],
    '',
    0,
    new RegExp(`^${providerName} ${version}.*, (node|deno) \\d+\\.\\d+\\.\\d+, linux/\\w+\n$`),
    /^$/,
  ],
  [['help'], '', 0, /mount .*\n(.*\n)*.*validate /, /^$/],
  [['--help'], '', 0, /Exit codes: 0 done, 1 failed, 2 usage error/, /^$/],
  [['help', 'serve'], '', 0, /--provider-volume DIR/, /^$/],
  [['help', 'mount'], '', 0, /--dry-run/, /^$/],
  [['help', 'validate'], '', 0, /file:line:column: severity: CODE: sentence/, /^$/],
  [['mount', '--help'], '', 0, /--web-identity-token-file/, /^$/],
  [['mont'], '', 2, /^$/, /unknown command 'mont'(.|\n)*mount/],
  [['version', 'x'], '', 2, /^$/, /too many arguments/],
  [['completion', 'bash'], '', 2, /^$/, /unknown command 'completion'/],
  [['validate'], '', 2, /^$/, /missing required argument/],
  [
    ['validate', '/no-such-class.yaml'],
    '',
    2,
    /^$/,
    /^INPUT_UNREADABLE: "\/no-such-class.yaml" cannot be read: there is no such file\n$/,
  ],
  [['validate', '-', '--region', 'x'], good, 2, /^$/, /^SETTING_INVALID: --region/],
  [['validate', '-', '--json', '--sarif'], good, 2, /^$/, /^OPTIONS_DISAGREE/],
  [['validate', '-'], good, 0, /^$/, /^checked 1 SecretProviderClass: 0 errors, 0 warnings\n$/],
  [
    ['validate', '-'],
    warned,
    0,
    /^<stdin>:8:26: warning: FIELD_UNKNOWN: .*did you mean objectAlias\?\n {3}8 \| .*\n {5}\| {26}\^~+\n$/,
    /0 errors, 1 warning\nFIELD_UNKNOWN is explained by .* explain FIELD_UNKNOWN" and docs\/errors\.md#field_unknown\n/,
  ],
  [['validate', '-', '--strict'], warned, 1, /FIELD_UNKNOWN/, /1 error, 0 warnings\n/],
  [['validate', '-'], wrong, 1, /^<stdin>:8:38: error: OBJECT_TYPE_UNKNOWN: /, /1 error, /],
  [['validate', '-', '--docs-url', 'https://x/e'], wrong, 1, /./, /https:\/\/x\/e#object_type_unknown\n$/],
  [
    ['explain', 'OBJECT_TYPE_MISSING', 'FIELD_UNKNOWN'],
    '',
    0,
    /objectType is missing.*\n\n.*\nWhat to do: .*\n\n./s,
    /^$/,
  ],
  [
    ['validate', '-'],
    'kind: Pod\n',
    2,
    /^<stdin>:1:1: error: CLASS_MISSING/,
    /checked 0 SecretProviderClasses/,
  ],
  [
    ['validate', '-'],
    good.replace('aws', 'vault'),
    2,
    /^<stdin>:5:13: note: PROVIDER_SKIPPED(.|\n)*^<stdin>:1:1: error: CLASS_MISSING: .*"app \(provider vault\)"/m,
    /checked 0 SecretProviderClasses: 1 error, 0 warnings, 1 note\n/,
  ],
  [
    ['validate', '-'],
    `${good}---\n${good.replace('aws', 'vault')}`,
    0,
    /^<stdin>:14:13: note: PROVIDER_SKIPPED/,
    /checked 1 SecretProviderClass: /,
  ],
  [['validate', '-', '--allow-none'], good.replace('aws', 'vault'), 0, /PROVIDER_SKIPPED/, /checked 0/],
  [['validate', '-', '--strict'], '', 2, /^<stdin>:1:1: error: INPUT_EMPTY/, /1 error/],
  [['explain', '-'], good.replace('aws', 'vault'), 2, /^$/, /^CLASS_MISSING: .*"app \(provider vault\)"/],
  [['explain', '-', '--policy'], '', 2, /^$/, /^INPUT_EMPTY: standard input is empty: /],
  [['explain', 'OBJECT_TYPE_MISSIN'], '', 2, /^$/, /^CODE_UNKNOWN: .*did you mean OBJECT_TYPE_MISSING\?/],
  [['explain', 'NO_SUCH_THING_AT_ALL'], '', 2, /^$/, /^CODE_UNKNOWN: .*docs\/errors\.md/],
  [['explain', 'OBJECT_TYPE_MISSING', 'x.yaml'], '', 2, /^$/, /^CODE_UNKNOWN: "x\.yaml" is not a code/],
  [
    ['explain', 'KIND_MISSPELT'],
    '',
    0,
    /^ {2}KIND_MISSPELT: kind is .*\n\nError\. The kind .*\nWhat to do: .*\n$/,
    /^$/,
  ],
  [['explain', 'object_type_missing'], '', 0, /OBJECT_TYPE_MISSING: /, /^$/],
  [['validate', '-', '--allow-none'], 'kind: Pod\n', 0, /^$/, /checked 0 SecretProviderClasses/],
  [['validate', '-', '--json', '--allow-none'], 'kind: Pod\n', 0, /^\[\]\n$/, /checked/],
]

for (const [argv, input, code, stdout, stderr] of uses) {
  test(`${argv.join(' ')} ends with ${code}`, async () => {
    const result = await runCommand(argv, { input })
    assert.match(result.stdout, stdout)
    assert.match(result.stderr, stderr)
    assert.equal(result.code, code)
  })
}

test('version --json has name, version, runtime and architecture', async () => {
  const { stdout } = await runCommand(['version', '--json'])
  const { name, version: release, runtime, arch } = JSON.parse(stdout)
  assert.deepEqual([name, release], [providerName, version])
  assert.match(runtime, /^(node|deno) \d/)
  assert.match(arch, /^linux\//)
})

test('validate --json and --sarif say the same of several files, in their order', async () => {
  writeFileSync(join(folder, 'a b.yaml'), wrong)
  writeFileSync(join(folder, 'c.yaml'), warned)
  const files = ['./a b.yaml', 'c.yaml', 'c.yaml']
  const json = JSON.parse((await runCommand(['validate', ...files, '--json'], { cwd: folder })).stdout)
  assert.deepEqual(
    json.map(({ file, line, column, code, severity }: Record<string, unknown>) => [
      file,
      line,
      column,
      code,
      severity,
    ]),
    [
      ['./a b.yaml', 8, 38, 'OBJECT_TYPE_UNKNOWN', 'error'],
      ['c.yaml', 8, 26, 'FIELD_UNKNOWN', 'warning'],
    ],
  )
  const sarif = JSON.parse((await runCommand(['validate', ...files, '--sarif'], { cwd: folder })).stdout)
  assert.equal(sarif.version, '2.1.0')
  const [{ tool, results }] = sarif.runs
  assert.equal(tool.driver.name, providerName)
  assert.deepEqual(
    results.map(({ ruleId, ruleIndex, level, message, locations }: SarifResult) => {
      const { artifactLocation, region } = locations[0].physicalLocation
      const isNamed = tool.driver.rules[ruleIndex].id === ruleId && message.text !== ''
      return [artifactLocation.uri, region.startLine, region.startColumn, ruleId, level, isNamed]
    }),
    [
      ['a%20b.yaml', 8, 38, 'OBJECT_TYPE_UNKNOWN', 'error', true],
      ['c.yaml', 8, 26, 'FIELD_UNKNOWN', 'warning', true],
    ],
  )
})

test('every example that is shipped is valid', async () => {
  const examples = join(import.meta.dirname, '../../deployment/examples')
  const files = readdirSync(examples).filter((name) => name.endsWith('.yaml'))
  const { code, stderr } = await runCommand(['validate', '--strict', '--region', 'us-east-1', ...files], {
    cwd: examples,
  })
  assert.match(stderr, /checked [1-9]\d* SecretProviderClasses: 0 errors/)
  assert.equal(code, 0)
})

const texts = [
  ['plain text and é', 'plain text and é'],
  ['two\nlines', 'two\nlines'],
  ['a\u001b[31mb', 'a\\u{1b}[31mb'],
  ['a\u009bb\u202ec\u2028d\rtab\t', 'a\\u{9b}b\\u{202e}c\\u{2028}d\\u{d}tab\\u{9}'],
] as const

for (const [text, expected] of texts) {
  test(`printable() makes ${JSON.stringify(text)} harmless`, () => assert.equal(printable(text), expected))
}

test('table() lines columns up, numbers to the right', () => {
  assert.equal(
    table(
      ['A', 'BYTES'],
      [
        ['long name', 5],
        ['b\n', 12_345],
      ],
    ),
    'A          BYTES\nlong name      5\nb\\n        12345',
  )
})
