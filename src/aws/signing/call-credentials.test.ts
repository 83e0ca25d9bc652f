import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sensitive } from '../../process/sensitive.ts'
import { signersOf } from './call-credentials.ts'

const credentials = { accessKeyId: 'AKIA', secretAccessKey: new Sensitive('key') }

test('the signer of a service and region is made once', () => {
  const signers = signersOf(credentials)
  assert.equal(signers('ssm', 'us-east-1'), signers('ssm', 'us-east-1'))
  assert.notEqual(signers('ssm', 'us-east-1'), signers('secretsmanager', 'us-east-1'))
  assert.notEqual(signers('ssm', 'us-east-1'), signers('ssm', 'us-east-2'))
})

test('signers are kept for a few regions only, however many pods may name', () => {
  let revealed = 0
  const secretAccessKey = Object.assign(new Sensitive('key'), {
    reveal() {
      revealed += 1
      return 'key'
    },
  })
  const signers = signersOf({ ...credentials, secretAccessKey })
  for (let at = 0; at < 100; at += 1) signers('ssm', `us-east-${at}`)
  signers('ssm', 'us-east-99')
  assert.equal(revealed, 100)
  signers('ssm', 'us-east-0')
  assert.equal(revealed, 101)
})
