import assert from 'node:assert/strict'
import { test } from 'node:test'
import { possibleNames, secretName } from './secret-name.ts'

const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret'

const table: readonly (readonly [id: string, names: readonly string[], name: string])[] = [
  ['shop/db', ['shop/db'], 'shop/db'],
  ['shop/db-AbCdEf', ['shop/db-AbCdEf'], 'shop/db-AbCdEf'],
  [`${arn}:shop/db-AbCdEf`, ['shop/db-AbCdEf', 'shop/db'], 'shop/db'],
  [`${arn}:shop/db`, ['shop/db'], 'shop/db'],
  [`${arn}:shop/db-AbCdEf-GhIjKl`, ['shop/db-AbCdEf-GhIjKl', 'shop/db-AbCdEf'], 'shop/db-AbCdEf'],
]

for (const [id, names, name] of table) {
  test(`${id} may be called ${names.join(' or ')}`, () => {
    assert.deepEqual(possibleNames(id), names)
    assert.equal(secretName(id), name)
  })
}
