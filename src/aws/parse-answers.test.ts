import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AwsReply } from './aws-transport.ts'
import {
  readCredentialsAnswer,
  readParameterPage,
  readParametersAnswer,
  readSecretAnswer,
  readSecretBatch,
} from './parse-answers.ts'

type Output = Readonly<Record<string, unknown>>

function reply(body: string, statusCode = 200): AwsReply {
  return { statusCode, headers: { 'x-amzn-requestid': 'r' }, body: Buffer.from(body) }
}

function json(output: Output | undefined): AwsReply {
  return reply(output === undefined ? '[1]' : JSON.stringify(output))
}

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
    const answer = readSecretAnswer(json(output))
    assert.deepEqual(answer?.SecretString ?? answer?.SecretBinary, content)
    if (content !== undefined) assert.deepEqual([answer?.VersionId, answer?.requestId], ['v', 'r'])
  })
}

const entry = { ARN: 'a', Name: 'n', VersionId: 'v', SecretString: 'é' }
const { SecretString: _, ...noValue } = entry
const batches: readonly [sentence: string, output: Output | undefined, values: readonly unknown[] | false][] =
  [
    [
      'texts and bytes',
      { SecretValues: [entry, { ...noValue, SecretBinary: 'AP8=' }] },
      ['é', Buffer.from([0, 255])],
    ],
    ['a text beside bytes that are null', { SecretValues: [{ ...entry, SecretBinary: null }] }, ['é']],
    ['errors', { SecretValues: [], Errors: [{ SecretId: 's', ErrorCode: 'c', Message: 'm' }] }, []],
    ['a next page that is null', { SecretValues: [], NextToken: null }, []],
    ['no list of values', {}, false],
    ['a value without its name', { SecretValues: [{ ...entry, Name: undefined }] }, false],
    ['a value without its version', { SecretValues: [{ ...entry, VersionId: 1 }] }, false],
    ['an entry without value', { SecretValues: [noValue] }, false],
    ['bytes that are no base64', { SecretValues: [{ ...noValue, SecretBinary: 'ä' }] }, false],
    ['an entry that is null', { SecretValues: [null] }, false],
    ['errors that are no list', { SecretValues: [], Errors: {} }, false],
    ['an error that is null', { SecretValues: [], Errors: [null] }, false],
    ['an error with a list', { SecretValues: [], Errors: [{ Message: ['m'] }] }, false],
    ['a next page that is no text', { SecretValues: [], NextToken: 1 }, false],
    ['no object', undefined, false],
  ]
for (const [sentence, output, values] of batches) {
  test(`readSecretBatch() given ${sentence}`, () => {
    const batch = readSecretBatch(json(output))
    const found = batch?.SecretValues?.map(({ SecretString, SecretBinary }) => SecretString ?? SecretBinary)
    assert.deepEqual(found ?? false, values)
    if (batch !== undefined) assert.deepEqual([batch.NextToken, batch.requestId], [undefined, 'r'])
    if (batch !== undefined) assert.deepEqual(batch.Errors, output?.Errors ?? [])
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
    const answer = readParametersAnswer(json(output))
    assert.equal(answer !== undefined, good)
    if (good) assert.deepEqual(answer?.Parameters, output?.Parameters ?? [])
  })
}

const pages: readonly [sentence: string, output: Output | undefined, next: string | undefined | false][] = [
  ['values and a next page', { Parameters: [parameter], NextToken: 'n' }, 'n'],
  ['the last page', { Parameters: [parameter] }, undefined],
  ['a next page that is null', { Parameters: [], NextToken: null }, undefined],
  ['an empty page', {}, undefined],
  ['a next page that is no text', { Parameters: [], NextToken: 1 }, false],
  ['a value that is no text', { Parameters: [{ ...parameter, Value: 1 }] }, false],
  ['no object', undefined, false],
]
for (const [sentence, output, next] of pages) {
  test(`readParameterPage() given ${sentence}`, () => {
    const page = readParameterPage(json(output))
    assert.equal(page !== undefined, next !== false)
    if (next !== false) assert.equal(page?.NextToken, next)
  })
}

test('answers that are refusals, or cut, are left to the SDK', () => {
  const good = JSON.stringify({ VersionId: 'v', SecretString: 'a' })
  assert.ok(readSecretAnswer(reply(good)))
  for (const each of [reply(good, 400), reply(good, 500), reply(good.slice(0, -1)), reply('')]) {
    assert.equal(readSecretAnswer(each), undefined)
  }
})

const credentials = (inside: string, more = '') =>
  `<A xmlns="x"><R><AssumedRoleUser><Arn>a</Arn></AssumedRoleUser><Credentials>${inside}</Credentials></R><M><RequestId>r</RequestId></M>${more}</A>`
const whole =
  '<AccessKeyId>ASIA1</AccessKeyId>\n <SecretAccessKey>a/b+c=</SecretAccessKey><SessionToken>t==</SessionToken><Expiration>2026-01-02T03:04:05Z</Expiration>'

test('readCredentialsAnswer() reads the credentials of a good answer', () => {
  assert.deepEqual(readCredentialsAnswer(reply(credentials(whole))), {
    AccessKeyId: 'ASIA1',
    SecretAccessKey: 'a/b+c=',
    SessionToken: 't==',
    expiration: Date.parse('2026-01-02T03:04:05Z'),
    requestId: 'r',
  })
})

const unusual: readonly [sentence: string, given: AwsReply][] = [
  ['a refusal', reply(credentials(whole), 403)],
  ['HTML', reply('<html><body>Sign in</body></html>')],
  ['an entity', reply(credentials(whole.replace('t==', 't&#61;')))],
  ['an element inside a value', reply(credentials(whole.replace('t==', '<b>t</b>')))],
  ['a value that is missing', reply(credentials(whole.replace('SessionToken', 'Token')))],
  ['an empty value', reply(credentials(whole.replace('t==', '')))],
  ['no time of their end', reply(credentials(whole.replace('2026-01-02T03:04:05Z', 'soon')))],
  ['two sets of credentials', reply(credentials(whole, `<Credentials>${whole}</Credentials>`))],
  ['an answer that is cut', reply(credentials(whole).slice(0, 150))],
]
for (const [sentence, given] of unusual) {
  test(`readCredentialsAnswer() leaves ${sentence} to the SDK`, () => {
    assert.equal(readCredentialsAnswer(given), undefined)
  })
}
