import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DocumentedCommand, missingNames, optionProblems } from '../../scripts/docs/check-interface.ts'

const reference = `# Reference

## expandKeys

| \`prefix\` | string |

### Rules

Of \`depth\` and of \`flatten: _\`.

\`\`\`yaml
# no heading
nulls: skip
\`\`\`

## Other

\`optional\`
`

test('a field counts as named in the code of its own section alone', () => {
  const names = ['prefix', 'depth', 'flatten', 'nulls', 'optional', 'pre']
  const section = { page: 'a.md', heading: 'expandKeys', names }
  assert.deepEqual(missingNames(new Map([['a.md', reference]]), [section]), [
    'a.md: section "expandKeys" does not name `nulls`',
    'a.md: section "expandKeys" does not name `optional`',
    'a.md: section "expandKeys" does not name `pre`',
  ])
})

test('a section that is not there is told', () => {
  const section = { page: 'a.md', heading: 'parts', names: ['a'] }
  assert.deepEqual(missingNames(new Map([['a.md', reference]]), [section]), [
    'a.md: there is no section "parts"',
  ])
})

const commands: readonly DocumentedCommand[] = [
  { name: 'mount', options: ['--out', '--json', '--docs-url'], page: 'a.md', heading: 'mount' },
  { name: 'doctor', options: ['--json', '--pod'], page: 'doctor.md' },
]

const options = `# Commands

All know \`--docs-url URL\`.

## mount

| option | meaning |
|---|---|
| \`--out DIR\` | where to |
| \`--json\` | the result |

Unlike \`--driver-writes-secrets\`.

## Other

| \`--else\` | of another |
`
const doctor = '# doctor\n\n| `--pod POD` | the pod |\n| `--json` | rows |\n'

const pages = (changes: Readonly<Record<string, string>> = {}) =>
  new Map(Object.entries({ 'a.md': options, 'doctor.md': doctor, ...changes }))

test('options that are named and there are no problem', () => {
  assert.deepEqual(optionProblems(pages(), commands, 'a.md'), [])
})

test('an option that is not named is told', () => {
  const found = optionProblems(pages({ 'a.md': options.replace(/^.*--json.*\n/m, '') }), commands, 'a.md')
  assert.deepEqual(found, ['a.md: option --json of mount is not named'])
})

test('an option that is not there is told with its line', () => {
  const row = '| `--pdo POD` | the pod |'
  const found = optionProblems(pages({ 'doctor.md': doctor.replace(/^.*--pod.*$/m, row) }), commands, 'a.md')
  assert.deepEqual(found, [
    'doctor.md: option --pod of doctor is not named',
    'doctor.md:3: doctor has no option --pdo',
  ])
})

test('a call with an option that is not there is told, also on the lines that carry it on', () => {
  const call = (text: string) => pages({ 'b.md': `\`\`\`sh\n${text}\n\`\`\`\n` })
  const name = 'secrets-store-csi-driver-provider-aws'
  for (const [text, expected] of [
    [`${name} mount a.yaml --out x --json`, []],
    [`helm template --values x | ${name} mount - --out x`, []],
    [`kubectl exec --stdin POD -- ${name} doctor --pod a/b > x`, []],
    [`${name} mount a.yaml --ouy x`, ['b.md:2: mount has no option --ouy']],
    [`docker run --rm IMAGE doctor --out x`, ['b.md:2: doctor has no option --out']],
    [`$ ${name}-linux-amd64 mount a.yaml \\\n  --strict`, ['b.md:2: mount has no option --strict']],
  ] as const)
    assert.deepEqual(optionProblems(call(text), commands, 'a.md'), expected, text)
})
