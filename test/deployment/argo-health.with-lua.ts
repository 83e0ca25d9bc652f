import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'

/** Runs the health check of deployment/argo-cd in GLUA, the command of the Lua that Argo CD has in it. */
const { GLUA = 'glua' } = process.env
const { data } = parse(
  readFileSync(new URL('../../deployment/argo-cd/argocd-cm.yaml', import.meta.url), 'utf8'),
)
const script: string = data['resource.customizations.health.secret-sync.x-k8s.io_SecretSync']

function health(
  conditions: readonly (readonly [type: string, status: string, reason: string, message?: string])[],
) {
  const items = conditions.map(([type, status, reason, message]) => {
    const words = { type, status, reason, ...(message === undefined ? {} : { message }) }
    const fields = Object.entries(words).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
    return `{ ${fields.join(', ')} }`
  })
  const status = conditions.length === 0 ? '' : `status = { conditions = { ${items.join(', ')} } }`
  const program = `obj = { ${status} }\nlocal check = function()\n${script}\nend\nlocal found = check()\nprint(found.status .. ": " .. found.message)`
  return execFileSync(GLUA, ['-e', program], { encoding: 'utf8' }).trim()
}

const cases: readonly [title: string, Parameters<typeof health>[0], string][] = [
  ['nobody has looked at', [], 'Progressing: the controller has not looked at it yet'],
  [
    'was begun',
    [
      ['SecretCreated', 'Unknown', 'SyncStarting', ''],
      ['SecretUpdated', 'Unknown', 'NoUpdatesAttemptedYet', ''],
    ],
    'Progressing: NoUpdatesAttemptedYet',
  ],
  [
    'is there',
    [
      ['SecretCreated', 'True', 'CreateSuccessful', 'Secret created successfully.'],
      ['SecretUpdated', 'True', 'SecretUpToDate', 'Secret contains last observed values.'],
    ],
    'Healthy:',
  ],
  [
    'could not be made',
    [
      ['SecretUpdated', 'Unknown', 'NoUpdatesAttemptedYet'],
      ['SecretCreated', 'False', 'ProviderError', 'SYNC_TOKEN_MISSING: …'],
    ],
    'Degraded: SYNC_TOKEN_MISSING: …',
  ],
  [
    'could not be renewed',
    [
      ['SecretCreated', 'True', 'CreateSuccessful'],
      ['SecretUpdated', 'False', 'ProviderError'],
    ],
    'Degraded: ProviderError',
  ],
]

for (const [title, conditions, expected] of cases) {
  test(`a SecretSync that ${title} is ${expected.split(':')[0]}`, () =>
    assert.equal(health(conditions), expected))
}
