import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
import {
  type Answer,
  json,
  type LoopbackServer,
  startLoopbackServer,
} from '../../test/fixtures/loopback-server.ts'
import { ProviderError } from '../errors/provider-error.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { AddressType } from '../request/mount-request.ts'
import { fetchPodIdentityCredentials, type PodIdentityRequest } from './pod-identity-agent.ts'

const token = 'eyJhbGciOiJSUzI1NiJ9.c29tZSBjbGFpbXMgaGVyZQ.c2lnbmF0dXJlLW9mLWl0'
const granted = (key: string) => ({
  AccessKeyId: key,
  SecretAccessKey: 'hidden-key',
  Token: 'hidden-token',
  AccountId: '123456789012',
  Expiration: '2030-01-02T03:04:05.123456789Z',
})
const grants =
  (key: string): Answer =>
  (_seen, response) =>
    json(response, 200, granted(key))
const says =
  (status: number, text = ''): Answer =>
  (_seen, response) =>
    response.writeHead(status).end(text)
const silent: Answer = () => {}
const resets: Answer = (_seen, response) => response.socket?.destroy()

/** An answer for each address; without one nobody listens there. */
async function setUp(
  t: TestContext,
  answers: { ipv4?: Answer; ipv6?: Answer },
  more: Partial<PodIdentityRequest> = {},
) {
  const start = async (answer: Answer | undefined, address: string) => {
    const server = await startLoopbackServer(answer ?? silent, { address })
    if (answer === undefined) await server.close()
    else t.after(() => server.close())
    return server
  }
  const ipv4 = await start(answers.ipv4, '127.0.0.1')
  const ipv6 = await start(answers.ipv6, '::1')
  const clock = createFakeClock()
  const request: PodIdentityRequest = {
    token: new Sensitive(token),
    addressType: 'auto',
    timeoutMs: 150,
    signal: new AbortController().signal,
    endpoints: { ipv4: { host: '127.0.0.1', port: ipv4.port }, ipv6: { host: '::1', port: ipv6.port } },
    clock,
    ...more,
  }
  return { ipv4, ipv6, clock, fetch: () => fetchPodIdentityCredentials(request) }
}

const counts = (...servers: LoopbackServer[]) => servers.map((server) => server.seen.length)

test('the token travels in Authorization and the answer becomes credentials', async (t) => {
  const { ipv4, ipv6, fetch } = await setUp(t, { ipv4: grants('v4'), ipv6: grants('v6') })
  const credentials = await fetch()
  assert.equal(credentials.accessKeyId, 'v4')
  assert.equal(credentials.secretAccessKey.reveal(), 'hidden-key')
  assert.equal(credentials.sessionToken.reveal(), 'hidden-token')
  assert.equal(credentials.expiration, Date.UTC(2030, 0, 2, 3, 4, 5, 123))
  assert.doesNotMatch(inspect(credentials) + JSON.stringify(credentials), /hidden/)
  assert.equal(ipv4.seen[0]?.method, 'GET')
  assert.equal(ipv4.seen[0]?.path, '/v1/credentials')
  assert.equal(ipv4.seen[0]?.headers.authorization, token)
  assert.deepEqual(counts(ipv4, ipv6), [1, 0])
})

const good: readonly [
  title: string,
  type: AddressType,
  ipv4: Answer | undefined,
  ipv6: Answer | undefined,
  key: string,
][] = [
  ['ipv6 asks IPv6 alone', 'ipv6', says(400), grants('v6'), 'v6'],
  ['ipv4 asks IPv4 alone', 'ipv4', grants('v4'), says(400), 'v4'],
  ['auto: nobody listens on IPv4', 'auto', undefined, grants('v6'), 'v6'],
  ['auto: IPv4 is silent', 'auto', silent, grants('v6'), 'v6'],
  ['auto: IPv4 answers 500', 'auto', says(500), grants('v6'), 'v6'],
  ['auto: IPv4 resets', 'auto', resets, grants('v6'), 'v6'],
]

for (const [title, addressType, ipv4, ipv6, key] of good) {
  test(title, async (t) => {
    const answers = { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) }
    const { fetch } = await setUp(t, answers, { addressType })
    assert.equal((await fetch()).accessKeyId, key)
  })
}

test('IPv6 is asked by its address in brackets', async (t) => {
  const { ipv6, fetch } = await setUp(t, { ipv6: grants('v6') }, { addressType: 'ipv6' })
  await fetch()
  assert.equal(ipv6.seen[0]?.headers.host, `[::1]:${ipv6.port}`)
})

test('a 4xx is final, with the words of the agent, and asks IPv6 nothing', async (t) => {
  const words =
    '[0f8fad5b-d9cb-469f-a165-70867728950e]: (ResourceNotFoundException): no association, fault: client'
  const { ipv4, ipv6, fetch } = await setUp(t, { ipv4: says(404, words), ipv6: grants('v6') })
  await assert.rejects(fetch(), (error: unknown) => {
    assert.ok(error instanceof ProviderError)
    assert.equal(error.code, 'POD_IDENTITY_REFUSED')
    assert.match(error.message, /status 404: "\(ResourceNotFoundException\): no association, fault: client"/)
    assert.match(String(error.log.agentMessage), /0f8fad5b/)
    return true
  })
  assert.deepEqual(counts(ipv4, ipv6), [1, 0])
})

test('an agent that comes up within seconds is waited for', async (t) => {
  let count = 0
  const { ipv4, clock, fetch } = await setUp(
    t,
    {
      ipv4: (seen, response) => {
        count += 1
        return count < 5 ? resets(seen, response) : grants('v4')(seen, response)
      },
    },
    { addressType: 'ipv4' },
  )
  assert.equal((await fetch()).accessKeyId, 'v4')
  assert.equal(ipv4.seen.length, 5)
  assert.equal(clock.pauses.length, 4)
})

test('an agent that stays away is given up after ten seconds, with the reason of each address', async (t) => {
  const { clock, ipv6, fetch } = await setUp(t, { ipv6: says(503, 'later') })
  await assert.rejects(fetch(), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'POD_IDENTITY_UNAVAILABLE')
    assert.match(
      error.message,
      /127\.0\.0\.1:\d+\/v1\/credentials: ECONNREFUSED; http:\/\/\[::1\].*: status 503 "later"/,
    )
    return true
  })
  assert.ok(clock.now() >= 10_000 && clock.now() <= 12_000)
  assert.equal(ipv6.seen.length, clock.pauses.length + 1)
})

test('maxAttempts bounds the rounds', async (t) => {
  const { ipv4, ipv6, fetch } = await setUp(t, { ipv4: says(500), ipv6: says(500) }, { maxAttempts: 2 })
  await assert.rejects(fetch(), { code: 'POD_IDENTITY_UNAVAILABLE' })
  assert.deepEqual(counts(ipv4, ipv6), [2, 2])
})

test('a 429 is retried, at the same address', async (t) => {
  let count = 0
  const throttles: Answer = (seen, response) => {
    count += 1
    return (count === 1 ? says(429, 'Too Many Requests.') : grants('v4'))(seen, response)
  }
  const { ipv4, ipv6, fetch } = await setUp(t, { ipv4: throttles, ipv6: grants('v6') })
  assert.equal((await fetch()).accessKeyId, 'v4')
  assert.deepEqual(counts(ipv4, ipv6), [2, 0])
})

test('the time-out covers the whole body', async (t) => {
  const drips: Answer = (_seen, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
  const { fetch } = await setUp(t, { ipv4: drips }, { addressType: 'ipv4', maxAttempts: 1 })
  await assert.rejects(fetch(), /no answer within 0\.15 s/)
})

const { Expiration: _expiration, ...eternal } = granted('k')
const unusable: readonly [title: string, body: string, text: RegExp][] = [
  ['no JSON', '{"SecretAccessKey":"hidden-key', /it is not JSON/],
  ['a list', '[]', /AccessKeyId is missing/],
  ['null', 'null', /it is not an object/],
  ['no key', JSON.stringify({ ...granted(''), Token: 'hidden' }), /AccessKeyId is missing or unusable/],
  ['no token', JSON.stringify({ ...granted('k'), Token: null }), /Token is missing or unusable/],
  ['no expiration', JSON.stringify(eternal), /Expiration is missing or unusable/],
  [
    'an odd expiration',
    JSON.stringify({ ...granted('k'), Expiration: 'hidden' }),
    /Expiration is missing or unusable/,
  ],
]

for (const [title, body, text] of unusable) {
  test(`an answer that is ${title} is named without showing it`, async (t) => {
    const { fetch } = await setUp(t, { ipv4: says(200, body) })
    await assert.rejects(fetch(), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'POD_IDENTITY_ANSWER_INVALID')
      assert.match(error.message, text)
      assert.doesNotMatch(inspect(error), /hidden/)
      return true
    })
  })
}

test('an answer without end is not read', async (t) => {
  const floods: Answer = (_seen, response) => response.end(Buffer.alloc(300 * 1024, 32))
  const { fetch } = await setUp(t, { ipv4: floods }, { addressType: 'ipv4', maxAttempts: 1 })
  await assert.rejects(fetch(), /more than 262144 bytes/)
})

test('no failure shows the token', async (t) => {
  for (const answer of [says(403, `bad ${token}`), says(500, `bad ${token}`), says(200, token)]) {
    const { fetch } = await setUp(t, { ipv4: answer }, { addressType: 'ipv4', maxAttempts: 1 })
    const error = await fetch().catch((reason: unknown) => reason)
    assert.ok(error instanceof ProviderError)
    assert.doesNotMatch(inspect(error, { depth: 9 }), /eyJ|c29tZSB|c2lnbmF0/)
  }
})

test('a token with a line break is refused before it is sent', async (t) => {
  const { ipv4, fetch } = await setUp(t, { ipv4: grants('v4') }, { token: new Sensitive('a\r\nx: y') })
  await assert.rejects(fetch(), { code: 'POD_IDENTITY_TOKEN_INVALID' })
  assert.equal(ipv4.seen.length, 0)
})

test('an abort ends it at once with its own reason', async (t) => {
  const controller = new AbortController()
  const { ipv4, fetch } = await setUp(
    t,
    { ipv4: () => controller.abort(new Error('my own reason')) },
    { signal: controller.signal, timeoutMs: 60_000 },
  )
  await assert.rejects(fetch(), /my own reason/)
  assert.equal(ipv4.seen.length, 1)
})

const skip = 'Deno' in globalThis && 'skipped: needs the proxy variables and flags of Node'

test('proxy variables have no effect, though they have on the global agent of the same process', {
  skip,
}, async (t) => {
  const { ipv4 } = await setUp(t, { ipv4: grants('v4') })
  let proxied = 0
  const proxy = net.createServer((socket) => {
    proxied += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const { port: proxyPort } = proxy.address() as net.AddressInfo

  const at = { host: '127.0.0.1', port: ipv4.port }
  const script = `
    import http from 'node:http'
    import { fetchPodIdentityCredentials } from ${JSON.stringify(new URL('pod-identity-agent.ts', import.meta.url).href)}
    import { Sensitive } from ${JSON.stringify(new URL('../process/sensitive.ts', import.meta.url).href)}
    const { accessKeyId } = await fetchPodIdentityCredentials({
      token: new Sensitive('t'), addressType: 'ipv4', timeoutMs: 5000, maxAttempts: 1,
      signal: new AbortController().signal, endpoints: { ipv4: ${JSON.stringify(at)}, ipv6: ${JSON.stringify(at)} },
    })
    console.log(accessKeyId)
    await new Promise((done) => http.get('http://127.0.0.1:${ipv4.port}/').on('error', done))
    process.exit()`
  const url = `http://127.0.0.1:${proxyPort}`
  const environment = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: url, http_proxy: url, NO_PROXY: '' }
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env: environment })
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk)
  assert.equal(Buffer.concat(chunks).toString().trim(), 'v4')
  assert.equal(ipv4.seen.length, 1)
  assert.equal(proxied, 1)
})
