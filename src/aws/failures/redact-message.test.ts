import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventMessage, loggedMessage } from './redact-message.ts'

const id = '5f642215-959a-11e8-bfd1-81a81941d54a'

const cases: readonly [sentence: string, message: string, expected: string][] = [
  [
    'the session name',
    'User: arn:aws:sts::111122223333:assumed-role/shop/default-shop is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:111122223333:parameter/p because no identity-based policy allows the ssm:GetParameters action',
    'User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:us-east-1:111122223333:parameter/p because no identity-based policy allows the ssm:GetParameters action',
  ],
  [
    'the request id of a service behind the service',
    `The ciphertext refers to a customer master key that does not exist. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: ${id}; Proxy: null)`,
    'The ciphertext refers to a customer master key that does not exist. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Proxy: null)',
  ],
  ['a request id in parentheses', `Internal failure (request id: ${id})`, 'Internal failure'],
  ['a request id at the end', `Please contact support. RequestId: ${id}`, 'Please contact support.'],
  [
    'the encoded authorization message',
    'You are not authorized to perform this operation. Encoded authorization failure message: 4kCzTyXbYn8o-Qd_5',
    'You are not authorized to perform this operation',
  ],
  [
    'the times of a signature',
    'Signature expired: 20261122T101500Z is now earlier than 20261122T102000Z (20261122T102500Z - 5 min.)',
    'Signature expired: <time> is now earlier than <time> (<time> - 5 min.)',
  ],
  [
    'the times of a token',
    'Token expired: current date/time 1617895413 must be before the expiration date/time1617894900',
    'Token expired: current date/time <time> must be before the expiration date/time <time>',
  ],
  [
    'a date',
    "You can't perform this operation on the secret because it was deleted on 2026-11-22T10:15:00.123Z",
    "You can't perform this operation on the secret because it was deleted on <time>",
  ],
  ['line ends', 'one\n  two\r\nthree', 'one two three'],
  [
    'a web identity token that STS quotes',
    "1 validation error detected: Value 'tok' at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
    "1 validation error detected: Value '<redacted>' at 'webIdentityToken' failed to satisfy constraint: Member must have length greater than or equal to 4",
  ],
  [
    'a token',
    'The ID Token provided eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJzeXN0ZW0ifQ.c2ln is not a valid JWT.',
    'The ID Token provided <redacted> is not a valid JWT.',
  ],
  [
    'a token that only what is left out had parted',
    `The ID Token provided eyJhbG(request id: ${id})ciOiJSUzI1NiJ9.c2ln is no JWT.`,
    'The ID Token provided <redacted> is no JWT.',
  ],
  [
    'the request that should have been signed',
    "The request signature we calculated does not match the signature you provided. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nhost:secretsmanager.us-east-1.amazonaws.com\nx-amz-date:20261122T101500Z\nx-amz-security-token:FwoGZXIvYXdzEBYaD\n",
    'The request signature we calculated does not match the signature you provided. Consult the service documentation for details.',
  ],
  [
    'a security token',
    'unexpected header x-amz-security-token: FwoGZXIvYXdzEBYaD',
    'unexpected header x-amz-security-token: <redacted>',
  ],
]

for (const [sentence, message, expected] of cases) {
  test(`AWS's sentence loses ${sentence}`, () => assert.equal(eventMessage(message), expected))
}

test("AWS's sentence keeps what says what is wrong", () => {
  const message =
    "1 validation error detected: Value 'x' at 'versionId' failed to satisfy constraint: Member must have length greater than or equal to 32"
  assert.equal(eventMessage(message), message)
})

test('a long sentence is cut at 600 characters, and never within one', () => {
  const cut = eventMessage('𝒳'.repeat(700))
  assert.equal(cut, `${'𝒳'.repeat(600)}…`)
})

test('the log keeps request ids and session names, but no credential', () => {
  assert.equal(
    loggedMessage(
      `User: arn:aws:sts::1:assumed-role/r/s; Request ID: ${id}; x-amz-security-token:FwoGZXIvYXdz Value 'abc' at 'webIdentityToken'`,
    ),
    `User: arn:aws:sts::1:assumed-role/r/s; Request ID: ${id}; x-amz-security-token:<redacted> Value '<redacted>' at 'webIdentityToken'`,
  )
})

test('only the beginning of a text without end is looked at, and a token that the cut leaves open goes with it', () => {
  const endless = `Value '${'a b '.repeat(1_000_000)}' at 'versionId' failed`
  assert.equal(eventMessage(endless), '')
  assert.equal(eventMessage(`It failed. ${' '.repeat(100_000)}`), 'It failed.')
  const token = 'FwoGZXIvYXdzEBYaD'.repeat(1_000)
  for (const readMessage of [eventMessage, loggedMessage]) {
    const message = readMessage(`1 validation error detected: Value '${token}' at 'webIdentityToken' failed`)
    assert.equal(message, '1 validation error detected:')
    assert.doesNotMatch(readMessage(`x-amz-security-token:${token}`), /FwoG/)
  }
})
