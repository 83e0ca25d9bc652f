import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from '../../../test/fixtures/run-command.ts'

function classText(objectName: string, more: Readonly<Record<string, string>>): string {
  const objects = JSON.stringify([{ objectName, objectType: 'secretsmanager' }])
  return JSON.stringify({
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name: objectName },
    spec: { provider: 'aws', parameters: { region: 'us-east-1', ...more, objects } },
  })
}

test('classes that read as different roles get a policy each, and none that is for all', async () => {
  const assumeRoleArn = 'arn:aws:iam::444455556666:role/reader'
  const input = [classText('a', {}), classText('b', { assumeRoleArn })].join('\n---\n')
  const { code, stdout } = await runCommand(['explain', '-', '--account', '111122223333'], { input })
  assert.equal(code, 0)
  const [, own = '', assumed = ''] = stdout.split(/^policy of .*:$/m)
  assert.match(own, /111122223333:secret:a-/)
  assert.doesNotMatch(own, /444455556666/)
  assert.match(assumed, /444455556666:secret:b-/)
  for (const option of ['--policy', '--json']) {
    const refused = await runCommand(['explain', '-', option], { input })
    assert.equal(refused.code, 2)
    assert.equal(refused.stdout, '')
    assert.match(refused.stderr, /OPTIONS_DISAGREE: the classes read as different roles/)
  }
})

test('codes go neither with files nor with the options of files', async () => {
  for (const words of [
    ['TOKEN_MISSING', '--json'],
    ['TOKEN_MISSING', '--policy'],
    ['TOKEN_MISSING', import.meta.filename],
  ]) {
    const { code, stdout, stderr } = await runCommand(['explain', ...words])
    assert.equal(code, 2, stdout)
    assert.match(stderr, /OPTIONS_DISAGREE/)
  }
})
