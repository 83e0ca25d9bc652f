import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sensitive } from '../process/sensitive.ts'
import type { AwsRequest } from './aws-transport.ts'
import { clockCorrectedHeader } from './failures/failure.ts'
import { createJsonService } from './json-service.ts'
import { signersOf } from './signing/call-credentials.ts'

const signal = new AbortController().signal

function signersNamed(name: string) {
  return signersOf({
    accessKeyId: `AKIA${name}`,
    secretAccessKey: new Sensitive(`secret of ${name}`),
    sessionToken: new Sensitive(`token-of-${name}`),
  })
}

/** A network that keeps what it is given and answers with a body, by a clock so many minutes ahead. */
function record({ body = '{}', statusCode = 200, minutesAhead = 0 } = {}) {
  const seen: AwsRequest[] = []
  const transport = {
    async send(request: AwsRequest) {
      seen.push(request)
      const date = new Date(Date.now() + minutesAhead * 60_000).toUTCString()
      return { statusCode, headers: { date }, body: Buffer.from(body) }
    },
  }
  const service = createJsonService({
    service: 'secretsmanager',
    region: 'eu-west-1',
    targetPrefix: 'secretsmanager',
    endpoint: async () => new URL('https://secretsmanager.eu-west-1.amazonaws.com'),
    transport,
    userAgent: 'test',
  })
  const ask = (name = 'A') => service('GetSecretValue', { SecretId: 'é' }, signersNamed(name), signal)
  return { seen, ask }
}

test('each call is signed as the identity of its own signers, also when many are under way', async () => {
  const { seen, ask } = record()
  const names = Array.from({ length: 50 }, (_, at) => `N${at}`)
  await Promise.all(names.map((name) => ask(name)))
  for (const { headers } of seen) {
    const { authorization = '', 'x-amz-security-token': token } = headers
    const [, name] =
      /Credential=AKIA(N\d+)\/\d{8}\/eu-west-1\/secretsmanager\/aws4_request/.exec(authorization) ?? []
    assert.equal(token, `token-of-${name}`)
  }
  assert.equal(new Set(seen.map(({ headers }) => headers['x-amz-security-token'])).size, 50)
})

test('a call says which operation it is and what it asks for', async () => {
  const { seen, ask } = record()
  await ask()
  assert.equal(seen[0]?.headers['x-amz-target'], 'secretsmanager.GetSecretValue')
  assert.equal(seen[0]?.headers['content-type'], 'application/x-amz-json-1.1')
  assert.equal(seen[0]?.body, '{"SecretId":"é"}')
})

test('an answer comes back as it is, whatever its status', async () => {
  const { statusCode, body } = await record({ body: '{"a":', statusCode: 403 }).ask()
  assert.deepEqual([statusCode, body.toString()], [403, '{"a":'])
})

test('a clock that is off is learnt from the answer, told once, and used from then on', async () => {
  const { seen, ask } = record({ minutesAhead: 60 })
  const [first, second] = [await ask(), await ask()]
  assert.equal(first.headers[clockCorrectedHeader], 'true')
  assert.equal(second.headers[clockCorrectedHeader], undefined)
  assert.deepEqual(seen.map(minutesFromNow), [0, 60])
})

test('a clock that is off by less than AWS minds is left alone', async () => {
  const { seen, ask } = record({ minutesAhead: 2 })
  assert.equal((await ask()).headers[clockCorrectedHeader], undefined)
  await ask()
  assert.deepEqual(seen.map(minutesFromNow), [0, 0])
})

/** Of a time such as 20260102T030405Z. */
function minutesFromNow({ headers }: AwsRequest): number {
  const stamp = headers['x-amz-date'] ?? ''
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  return Math.round((Date.parse(iso) - Date.now()) / 60_000) || 0
}
