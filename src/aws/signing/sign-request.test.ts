import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sha256 } from '@smithy/core/checksum'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { createSigner, type SignableRequest, type SigningIdentity } from './sign-request.ts'

const text = fc.stringMatching(/^[!-~]{1,60}$/)
const requests: fc.Arbitrary<SignableRequest> = fc.record({
  host: fc.constantFrom('secretsmanager.us-east-1.amazonaws.com', 'localhost:4566', '[::1]:443'),
  path: fc.constantFrom('/', '/a/b', '/a/', '/a//b/./c/../d', '/a%20b/%C3%A9', "/it's(1)*!"),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z\d-]{1,20}$/), fc.stringMatching(/^[ -~]{0,60}$/), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  body: fc.string({ unit: 'grapheme', maxLength: 200 }),
})
const identities: fc.Arbitrary<SigningIdentity> = fc.record(
  { accessKeyId: fc.stringMatching(/^[A-Z\d]{16,20}$/), secretAccessKey: text, sessionToken: text },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
)
const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })

test('a signature is the one that the SDK’s signer makes of the same request', async () => {
  await fc.assert(
    fc.asyncProperty(requests, identities, times, text, async (request, identity, time, service) => {
      const sdk = new SignatureV4({
        service,
        region: 'eu-west-1',
        credentials: identity as { accessKeyId: string; secretAccessKey: string },
        sha256: Sha256,
        applyChecksum: false,
      })
      const { host, path, headers, body } = request
      const given = new HttpRequest({
        method: 'POST',
        hostname: host,
        path,
        headers: { ...headers, host },
        body,
      })
      const expected = (await sdk.sign(given, { signingDate: time })).headers
      assert.deepEqual({ ...createSigner(identity, service, 'eu-west-1')(request, time) }, { ...expected })
    }),
    { numRuns: 300 },
  )
})

test('a signer that lives on signs each day with the key of that day', async () => {
  const identity = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  const request = { host: 'h', path: '/', headers: {}, body: '{}' }
  const kept = createSigner(identity, 'ssm', 'eu-west-1')
  for (const day of ['2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z', '2026-01-01T23:59:59Z']) {
    const time = new Date(day)
    assert.deepEqual(kept(request, time), createSigner(identity, 'ssm', 'eu-west-1')(request, time))
  }
  const signatures = new Set(
    ['2026-01-01T23:59:59Z', '2026-01-02T00:00:00Z'].map((day) => kept(request, new Date(day)).authorization),
  )
  assert.equal(signatures.size, 2)
})

test('what is kept of headers that were seen before is used for the same host and path alone', () => {
  const headers = { 'x-a': '1' }
  const time = new Date('2026-01-01T00:00:00Z')
  const identity = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  const kept = createSigner(identity, 'ssm', 'eu-west-1')
  for (const [host, path] of [
    ['a', '/'],
    ['b', '/'],
    ['b', '/c'],
    ['a', '/'],
  ] as const) {
    const request = { host, path, headers, body: path }
    const fresh = createSigner(identity, 'ssm', 'eu-west-1')({ ...request, headers: { ...headers } }, time)
    assert.deepEqual(kept(request, time), fresh)
  }
})
