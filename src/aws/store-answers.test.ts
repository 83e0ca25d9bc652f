import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpResponse } from '@smithy/core/protocols'
import { readParametersAnswer, readSecretAnswer } from './store-answers.ts'

const response = new HttpResponse({ statusCode: 200, headers: { 'x-amzn-requestid': 'r' } })
type Output = Readonly<Record<string, unknown>>

const secrets: readonly [sentence: string, output: Output | undefined, content: unknown][] = [
  ['a text', { VersionId: 'v', SecretString: 'é' }, 'é'],
  ['bytes', { VersionId: 'v', SecretBinary: 'AP8=' }, Buffer.from([0, 255])],
  ['a text beside bytes that are null', { VersionId: 'v', SecretString: 'a', SecretBinary: null }, 'a'],
  ['no version', { SecretString: 'a' }, undefined],
  ['no value', { VersionId: 'v' }, undefined],
  ['a value that is no text', { VersionId: 'v', SecretString: 1 }, undefined],
  ['bytes that are no base64', { VersionId: 'v', SecretBinary: 'ä' }, undefined],
  ['no object', undefined, undefined],
]
for (const [sentence, output, content] of secrets) {
  test(`readSecretAnswer() given ${sentence}`, () => {
    const answer = readSecretAnswer({ ...(output === undefined ? {} : { output }), response })
    assert.deepEqual(answer?.SecretString ?? answer?.SecretBinary, content)
    if (content !== undefined) assert.deepEqual([answer?.VersionId, answer?.requestId], ['v', 'r'])
  })
}

const parameter = { Name: 'p', ARN: 'a', Value: 'v', Version: 3, Type: 'String' }
const parameters: readonly [sentence: string, output: Output | undefined, good: boolean][] = [
  ['values', { Parameters: [parameter], InvalidParameters: [] }, true],
  ['invalid names alone', { InvalidParameters: ['x'] }, true],
  ['a version that is text', { Parameters: [{ ...parameter, Version: '3' }] }, false],
  ['a value that is no text', { Parameters: [{ ...parameter, Value: 1 }] }, false],
  ['what is no list', { Parameters: { 0: parameter } }, false],
  ['an entry that is null', { Parameters: [null] }, false],
  ['names that are no texts', { InvalidParameters: [1] }, false],
  ['no object', undefined, false],
]
for (const [sentence, output, good] of parameters) {
  test(`readParametersAnswer() given ${sentence}`, () => {
    const answer = readParametersAnswer({ ...(output === undefined ? {} : { output }), response })
    assert.equal(answer !== undefined, good)
    if (good) assert.deepEqual(answer?.Parameters, output?.Parameters ?? [])
  })
}
