import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HttpRequest, HttpResponse } from '@smithy/core/protocols'
import { Sensitive } from '../sensitive.ts'
import type { AwsRequestHandler } from './connections.ts'
import { clockCorrectedHeader, createSigningHandler, type SignedCallOptions } from './signing-handler.ts'

function as(name: string): SignedCallOptions {
  const credentials = {
    accessKeyId: `AKIA${name}`,
    secretAccessKey: new Sensitive(`secret of ${name}`),
    sessionToken: new Sensitive(`token of ${name}`),
    expiration: Number.POSITIVE_INFINITY,
  }
  return { credentials }
}

/** A handler that keeps what it is given and answers with the date of a clock so many minutes ahead. */
function record(minutesAhead = 0) {
  const seen: Readonly<Record<string, string>>[] = []
  const inner: AwsRequestHandler = {
    async handle(request) {
      seen.push(request.headers)
      const date = new Date(Date.now() + minutesAhead * 60_000).toUTCString()
      return { response: new HttpResponse({ statusCode: 400, headers: { date } }) }
    },
  }
  return { seen, handler: createSigningHandler(inner, { service: 'secretsmanager', region: 'eu-west-1' }) }
}

const request = () =>
  new HttpRequest({
    method: 'POST',
    hostname: 'secretsmanager.eu-west-1.amazonaws.com',
    path: '/',
    headers: { host: 'secretsmanager.eu-west-1.amazonaws.com' },
    body: '{}',
  })

test('each request is signed as the identity of its own call, also when many are under way', async () => {
  const { seen, handler } = record()
  const names = Array.from({ length: 50 }, (_, at) => `N${at}`)
  await Promise.all(names.map((name) => handler.handle(request(), as(name))))
  for (const { authorization = '', 'x-amz-security-token': token } of seen) {
    const name = /Credential=AKIA(N\d+)\/\d{8}\/eu-west-1\/secretsmanager\/aws4_request/.exec(
      authorization,
    )?.[1]
    assert.equal(token, `token of ${name}`)
  }
  assert.equal(new Set(seen.map((headers) => headers['x-amz-security-token'])).size, 50)
})

test('a call without credentials is refused and nothing is sent', async () => {
  const { seen, handler } = record()
  await assert.rejects(handler.handle(request(), {}), TypeError)
  await assert.rejects(handler.handle(request()), TypeError)
  assert.equal(seen.length, 0)
})

test('a clock that is off is learnt from the answer, told once, and used from then on', async () => {
  const { seen, handler } = record(60)
  const send = () => handler.handle(request(), as('A'))
  const [first, second] = [await send(), await send()]
  assert.equal(first.response.headers[clockCorrectedHeader], 'true')
  assert.equal(second.response.headers[clockCorrectedHeader], undefined)
  const minutes = seen.map((headers) => minutesFromNow(headers['x-amz-date'] ?? ''))
  assert.deepEqual(minutes, [0, 60])
})

test('a clock that is off by less than AWS minds is left alone', async () => {
  const { seen, handler } = record(2)
  const send = () => handler.handle(request(), as('A'))
  assert.equal((await send()).response.headers[clockCorrectedHeader], undefined)
  await send()
  assert.deepEqual(
    seen.map((headers) => minutesFromNow(headers['x-amz-date'] ?? '')),
    [0, 0],
  )
})

/** Of a time such as 20260102T030405Z. */
function minutesFromNow(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  return Math.round((Date.parse(iso) - Date.now()) / 60_000) || 0
}
