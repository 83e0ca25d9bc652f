import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const scripts = fileURLToPath(new URL('../../scripts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'release-'))
after(() => rmSync(folder, { recursive: true }))
const record = join(folder, 'record')
const digest = `sha256:${'a'.repeat(64)}`

for (const name of ['docker', 'cosign']) {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >>'${record}'\necho "$REGISTRY_ANSWER"\n`)
  chmodSync(join(folder, name), 0o755)
}

function run(script: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  rmSync(record, { force: true })
  const { status, stdout, stderr } = spawnSync(join(scripts, script), words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${folder}:${process.env.PATH}`,
      SHLVL: '1',
      REGISTRY_ANSWER: `"${digest}"`,
      ...environment,
    },
  })
  const calls = existsSync(record) ? readFileSync(record, 'utf8').trimEnd().split('\n') : []
  return { status, output: stdout, errors: stderr, calls }
}

test('a base is pinned to the digest of its tag', () => {
  assert.equal(run('pin-image.sh', ['r.example/node:24']).output, `r.example/node:24@${digest}\n`)
})

test('a base with a digest stays as it is, and nobody is asked', () => {
  const { output, calls } = run('pin-image.sh', [`r.example/node@${digest}`])
  assert.equal(output, `r.example/node@${digest}\n`)
  assert.deepEqual(calls, [])
})

test('a base without a digest to be had stops a release', () => {
  const { status, errors } = run('pin-image.sh', ['r.example/node:24'], { REGISTRY_ANSWER: '' })
  assert.equal(status, 1)
  assert.match(errors, /no digest could be had for r\.example\/node:24/)
})

const signings = [
  { title: 'by a key', environment: { COSIGN_KEY: 'awskms:///alias/x' }, key: '--key awskms:///alias/x ' },
  { title: 'by the identity of the job', environment: { COSIGN_KEYLESS: '1' }, key: '' },
]
for (const { title, environment, key } of signings) {
  test(`an image is signed, and its bill of materials attested, ${title}`, () => {
    const image = `r.example/provider@${digest}`
    const { status, calls } = run('sign-image.sh', [image, 'bom.json'], environment)
    assert.equal(status, 0)
    assert.deepEqual(calls, [
      `cosign sign --yes --recursive ${key}${image}`,
      `cosign attest --yes --type cyclonedx --predicate bom.json ${key}${image}`,
    ])
  })
}

test('without a key nothing is signed, and it says so', () => {
  const { status, errors, calls } = run('sign-image.sh', [`r.example/provider@${digest}`, 'bom.json'])
  assert.equal(status, 0)
  assert.match(errors, /is not signed: neither COSIGN_KEY nor COSIGN_KEYLESS is set/)
  assert.deepEqual(calls, [])
})

test('an image by tag is not signed: the tag could be moved afterwards', () => {
  const { status, calls } = run('sign-image.sh', ['r.example/provider:1', 'bom.json'], { COSIGN_KEY: 'k' })
  assert.equal(status, 2)
  assert.deepEqual(calls, [])
})

for (const [script, words, sentence] of [
  ['release.sh', ['--pubish'], /'--pubish' is no option; write --publish or nothing/],
  ['debian-root.sh', ['base', 's390x', '/nowhere'], /the architecture is 's390x'; write: .*amd64\|arm64/],
  ['debian-root.sh', ['bass', 'amd64', '/nowhere'], /the kind is 'bass'/],
  ['image.sh', ['/nowhere', 'ppc64'], /there is no image for 'ppc64'; write amd64 or arm64/],
  ['deployment-tools.sh', ['helm5'], /no tool named 'helm5'/],
  ['stage-chart.sh', [join(folder, 'chart'), '/nowhere'], /\/nowhere has no Chart\.yaml/],
] as const) {
  test(`${script} refuses ${words.join(' ')} with one sentence`, () => {
    const { status, errors } = run(script, words)
    assert.equal(status, 2)
    assert.match(errors, sentence)
    assert.equal(errors.trimEnd().split('\n').length, 1)
  })
}
