import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameOf } from './read-region.ts'

for (const [service, read, expected] of [
  ['ssm', { name: 'p', version: '9' }, 'p:9'],
  ['ssm', { name: '/a/p', versionLabel: 'gone' }, '/a/p:gone'],
  ['ssm', { name: 'p:9' }, 'p:9'],
  ['ssm', { name: 'p' }, 'p'],
  // Secrets Manager's own sentence names what it does not find.
  ['secretsmanager', { name: 's', version: '9' }, 's'],
] as const) {
  test(`messages call ${JSON.stringify(read)} of ${service} ${expected}`, () =>
    assert.equal(nameOf(service, read), expected))
}
