import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'validate-action-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const executable = join(folder, 'provider')
writeFileSync(executable, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'src/main.ts')}" "$@"\n`)
chmodSync(executable, 0o755)

const good = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app}
spec: {provider: aws, parameters: {objects: "- {objectName: db, objectType: secretsmanager}"}}
`
mkdirSync(join(folder, 'deploy/a b'), { recursive: true })
writeFileSync(join(folder, 'deploy/a b/good.yaml'), good)
writeFileSync(join(folder, 'deploy/wrong.yaml'), good.replace('secretsmanager', 'vault'))
writeFileSync(join(folder, 'deploy/other.yaml'), 'kind: Pod\n')

function act(inputs: Readonly<Record<string, string>>) {
  const output = join(folder, 'output')
  writeFileSync(output, '')
  const { status, stdout, stderr } = spawnSync(join(root, 'scripts/validate-action.sh'), {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      EXECUTABLE: executable,
      GITHUB_OUTPUT: output,
      SARIF: 'out.sarif',
      ...inputs,
    },
  })
  return { status, text: stdout + stderr, output: readFileSync(output, 'utf8') }
}

test('the action checks every file of its patterns, names with spaces too, and leaves SARIF behind', () => {
  const { status, text, output } = act({ FILES: 'deploy/**/*.yaml\n' })
  assert.equal(status, 1, text)
  assert.match(text, /^deploy\/wrong\.yaml:4:\d+: error: OBJECT_TYPE_UNKNOWN/m)
  assert.match(text, /checked 2 SecretProviderClasses: 1 error/)
  assert.equal(output, 'sarif=out.sarif\n')
  const { runs } = JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8'))
  assert.equal(runs[0].results[0].ruleId, 'OBJECT_TYPE_UNKNOWN')
})

test('the action passes good files, and runs nothing that a name says', () => {
  const { status, text } = act({ FILES: 'deploy/a b/good.yaml' })
  assert.equal(status, 0, text)
  assert.equal(act({ FILES: '$(touch pwned)' }).status, 2)
  assert.throws(() => readFileSync(join(folder, 'pwned')))
})

test('the action fails where nothing is checked, unless that is fine', () => {
  assert.equal(act({ FILES: 'deploy/other.yaml' }).status, 2)
  assert.equal(act({ FILES: 'deploy/other.yaml', ALLOW_NONE: 'true' }).status, 0)
  assert.equal(act({ FILES: 'nothing/*.yaml' }).status, 2)
})

test('each input of the action reaches its script, and no input is text of a script', () => {
  const { inputs, runs } = parse(readFileSync(join(root, 'action.yml'), 'utf8'))
  const [step] = runs.steps
  assert.doesNotMatch(step.run, /\$\{\{/)
  const handed = JSON.stringify([step.env, runs.steps[1]])
  for (const name of Object.keys(inputs)) assert.ok(handed.includes(`inputs.${name}`), name)
})

test('the hook of pre-commit names a command that there is', () => {
  const [hook] = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8'))
  assert.match(hook.entry, /^secrets-store-csi-driver-provider-aws validate --allow-none$/)
})
