import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { providerCommand } from '../harness/provider.ts'

const text = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app}
spec:
  provider: aws
  parameters:
    objects: |
      - {objectName: “shop/db”, objectType: secretsmanager, objectAlias: château}
      - {objectName: api, objectType: secretsmanager, objectAlias: “api”}
`

test('the program as it is shipped tells curly quotes from other letters beyond ASCII', () => {
  const [program = '', ...words] = providerCommand()
  const { status, stdout } = spawnSync(program, [...words, 'validate', '-', '--json'], {
    input: text,
    encoding: 'utf8',
  })
  assert.equal(status, 1, stdout)
  const found: readonly { line: number; code: string; message: string }[] = JSON.parse(stdout)
  assert.deepEqual(
    found.map(({ line, code }) => `${line} ${code}`),
    ['8 OBJECT_NAME_IMPOSSIBLE', '9 ALIAS_QUOTED'],
  )
  for (const { message } of found) assert.match(message, /has curly quotes in it/)
})
