import assert from 'node:assert/strict'
import { readDenial } from '../../src/aws/failures/denial.ts'
import { eventMessage, loggedMessage } from '../../src/aws/failures/redact-message.ts'
import type { FuzzTarget } from './harness/target.ts'

/**
 * Sentences of AWS, in which it echoes what strangers wrote: what goes into events and the log is bounded, on one line,
 * holds no token.
 */
export const target: FuzzTarget = {
  maxBytes: 65_536,
  seeds: [
    'User: arn:aws:sts::1:assumed-role/shop/s is not authorized to perform: ssm:GetParameters on resource: r because no identity-based policy allows the ssm:GetParameters action',
    'x with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p',
    'no (Service: AWSKMS; Status Code: 400; Request ID: 5f642215-959a-11e8-bfd1-81a81941d54a; Proxy: null)',
    'You are not authorized. Encoded authorization failure message: 4kCzTyXbYn8o-Qd_5',
    'Signature expired: 20261122T101500Z is now earlier than 20261122T102000Z',
    "1 validation error detected: Value 'tok' at 'webIdentityToken' failed",
    'The ID Token provided eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJzeXN0ZW0ifQ.c2ln is not a valid JWT.',
    'no.\n\nThe Canonical String for this request should have been\nx-amz-security-token:FwoGZXIvYXdzEBYaD\n',
    ' '.repeat(20_000),
  ],
  words: [
    ...[
      ' ',
      '\n',
      '\t',
      "Value '",
      "' at 'webIdentityToken'",
      'request id: ',
      'RequestId',
      'x-amz-security-token:',
    ],
    ...[
      'eyJhbGciOiJSUzI1NiJ9',
      'assumed-role/',
      'because no ',
      ' policy allows',
      'with an explicit deny in a ',
    ],
    ...[
      'The Canonical String for this request should have been',
      'encoded authorization failure message: ',
      '<time>',
    ],
  ],
  tryInput(input) {
    const text = input.toString()
    const [event, logged] = [eventMessage(text), loggedMessage(text)]
    for (const [message, limit] of [
      [event, 600],
      [logged, 1_000],
    ] as const) {
      assert.ok(Array.from(message).length <= limit + 1)
      assert.doesNotMatch(message, /[\n\r\t]|eyJ[\w-]{8}/)
    }
    const { action, denying, missing, aboutKey } = readDenial(event)
    return `${action !== undefined} ${denying !== undefined} ${missing !== undefined} ${aboutKey} ${event.endsWith('…')} ${event.includes('<redacted>')}`
  },
}
