import assert from 'node:assert/strict'
import { readParametersAnswer, readSecretAnswer, readSecretBatch } from '../../src/aws/parse-answers.ts'
import type { FuzzTarget } from './harness/target.ts'

/**
 * Answers of the two stores in JSON: what is taken holds what JSON.parse reads there, of the types it must be; anything
 * else is left to the slow way, never thrown.
 */
export const target: FuzzTarget = {
  seeds: [
    '{"ARN":"arn:aws:secretsmanager:us-east-1:1:secret:s","Name":"s","VersionId":"v","SecretString":"x","VersionStages":["AWSCURRENT"],"CreatedDate":1.7E9}',
    '{"VersionId":"v","SecretBinary":"aGVsbG8="}',
    '{"VersionId":"v","SecretBinary":"a"}',
    '{"VersionId":7,"SecretString":"x"}',
    '{"Parameters":[{"Name":"p","ARN":"a","Selector":":1","Value":"x","Version":1}],"InvalidParameters":["q"]}',
    '{"Parameters":[{"Version":1.5}]}',
    '{"Parameters":{},"InvalidParameters":[1]}',
    '{"SecretValues":[{"ARN":"a","Name":"s","VersionId":"v","SecretString":"x"},{"ARN":"b","Name":"t","VersionId":"w","SecretBinary":"aGVsbG8="}],"Errors":[{"SecretId":"u","ErrorCode":"DecryptionFailure","Message":"no"}],"NextToken":"n"}',
    '{"SecretValues":[{"Name":1}],"Errors":[null]}',
    '{"__type":"AccessDeniedException","Message":"no"}',
    'null',
    '[]',
    '',
  ],
  words: [
    '"SecretString":',
    '"SecretBinary":',
    '"VersionId":',
    '"Parameters":[',
    '"InvalidParameters":[',
    '"Value":',
    '"SecretValues":[',
    '"Errors":[',
    '"NextToken":',
  ],
  tryInput(input, random) {
    const statusCode = random.below(8) === 0 ? 400 : 200
    const reply = { statusCode, headers: { 'x-amzn-requestid': 'r' }, body: input }
    const secret = readSecretAnswer(reply)
    const parameters = readParametersAnswer(reply)
    const batch = readSecretBatch(reply)
    if (secret === undefined && parameters === undefined && batch === undefined) return 'left'
    assert.equal(statusCode, 200)
    const read = JSON.parse(input.toString())
    if (secret !== undefined) {
      assert.equal(secret.VersionId, read.VersionId)
      if (secret.SecretString !== undefined) assert.equal(secret.SecretString, read.SecretString)
      else assert.deepEqual(Buffer.from(secret.SecretBinary ?? []), Buffer.from(read.SecretBinary, 'base64'))
    }
    for (const { Name, Value, Version } of parameters?.Parameters ?? []) {
      assert.ok([Name, Value].every((text) => text === undefined || typeof text === 'string'))
      assert.ok(Version === undefined || Number.isInteger(Version))
    }
    for (const [at, { Name, ARN, VersionId, SecretString, SecretBinary }] of (
      batch?.SecretValues ?? []
    ).entries()) {
      const entry = read.SecretValues[at]
      assert.deepEqual([Name, ARN, VersionId], [entry.Name, entry.ARN, entry.VersionId])
      if (SecretString !== undefined) assert.equal(SecretString, entry.SecretString)
      else assert.deepEqual(Buffer.from(SecretBinary ?? []), Buffer.from(entry.SecretBinary, 'base64'))
    }
    for (const error of batch?.Errors ?? []) {
      for (const text of [error.SecretId, error.ErrorCode, error.Message])
        assert.ok(text === undefined || typeof text === 'string')
    }
    const count = parameters?.Parameters?.length
    return `secret ${secret?.SecretString === undefined ? typeof secret?.SecretBinary : 'text'}, parameters ${count === undefined ? 'none' : Math.min(count, 3)}, batch ${batch?.SecretValues?.length ?? 'none'}`
  },
}
