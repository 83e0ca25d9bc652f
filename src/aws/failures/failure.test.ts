import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ConnectionError,
  SilenceError,
  StaleSocketError,
  TunnelRefused,
} from '../../http/transport-errors.ts'
import { withRetryClass } from '../sdk/retry-class.ts'
import { AwsFailure, entryFailure, type FailureKind, toAwsFailure } from './failure.ts'

const call = { service: 'secretsmanager', region: 'us-east-1', operation: 'GetSecretValue' } as const

/** An error as the SDK's reader makes it. */
function sdkError(
  name: string,
  status: number | undefined,
  more: Readonly<Record<string, unknown>> = {},
): unknown {
  const $metadata = { ...(status === undefined ? {} : { httpStatusCode: status }), requestId: 'r-1' }
  return withRetryClass(Object.assign(new Error(`${name} says so`), { name, $metadata, ...more }))
}

const refused = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })
const reset = Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })
const certificate = Object.assign(new Error('unable to verify'), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })

const tunnel = (how: string) =>
  Object.assign(new Error(`Connection to establish proxy tunnel ${how}`), { code: 'ERR_PROXY_TUNNEL' })

const cases: readonly [sentence: string, error: unknown, kind: FailureKind, code: string][] = [
  [
    'a missing secret',
    sdkError('ResourceNotFoundException', 400, { $fault: 'client' }),
    'client',
    'ResourceNotFoundException',
  ],
  ['a refusal', sdkError('AccessDeniedException', 400), 'client', 'AccessDeniedException'],
  ['expired credentials', sdkError('ExpiredTokenException', 400), 'client', 'ExpiredTokenException'],
  [
    'throttling, a client fault to the SDK',
    sdkError('ThrottlingException', 400, { $fault: 'client' }),
    'throttling',
    'ThrottlingException',
  ],
  ['throttling by STS', sdkError('Throttling', 400), 'throttling', 'Throttling'],
  ['429 without a body', sdkError('Unknown', 429), 'throttling', 'HTTP 429'],
  [
    'an internal error',
    sdkError('InternalServiceError', 500, { $fault: 'server' }),
    'server',
    'InternalServiceError',
  ],
  [
    'STS that cannot reach the issuer',
    sdkError('IDPCommunicationErrorException', 400, { $fault: 'client', $retryable: {} }),
    'server',
    'IDPCommunicationErrorException',
  ],
  ['503 with HTML', sdkError('SyntaxError', 503), 'server', 'HTTP 503'],
  ['403 with HTML', sdkError('SyntaxError', 403), 'client', 'HTTP 403'],
  ['200 with HTML', sdkError('SyntaxError', 200), 'server', 'HTTP 200'],
  ['XML that is cut', sdkError('Error', 200), 'server', 'HTTP 200'],
  ['an answer whose code is no word', sdkError('correct horse 7', 400), 'client', 'HTTP 400'],
  ['a refused connection', refused, 'network', 'ECONNREFUSED'],
  ['a proxy that refuses', tunnel('statusCode: 502'), 'network', 'ERR_PROXY_TUNNEL'],
  ['a proxy that is silent', tunnel('timed out after 15000ms'), 'network', 'ETIMEDOUT'],
  ['a reset connection, a time-out to the SDK', reset, 'network', 'ECONNRESET'],
  ['a body that was cut', sdkError('Error', 200, { code: 'ECONNRESET' }), 'network', 'ECONNRESET'],
  ['a certificate of nobody', certificate, 'network', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['silence', new SilenceError('no answer within 5 s'), 'network', 'Timeout'],
  ['a stale pooled connection', new StaleSocketError(), 'network', 'StaleConnection'],
  ['a proxy that asks for a password', new TunnelRefused(407, false), 'network', 'ERR_PROXY_TUNNEL'],
  [
    'a proxy that refuses connections',
    new ConnectionError('ECONNREFUSED', { peer: 'proxy' }),
    'network',
    'ECONNREFUSED',
  ],
  ['408 of whoever stands before AWS', sdkError('SyntaxError', 408), 'server', 'HTTP 408'],
  ['408 with a code', sdkError('RequestTimeout', 408), 'server', 'RequestTimeout'],
  ['a region without such an endpoint', sdkError('EndpointError', undefined), 'client', 'EndpointError'],
]

for (const [sentence, error, kind, code] of cases) {
  test(`${sentence} is a ${kind} failure`, () => {
    const failure = toAwsFailure(error, call)
    assert.deepEqual([failure.kind, failure.code, failure.call], [kind, code, call])
  })
}

test('silence alone is silent', () => {
  const silent = cases.filter(([, error]) => toAwsFailure(error, call).silent).map(([sentence]) => sentence)
  assert.deepEqual(silent, ['a proxy that is silent', 'silence'])
})

test('an answer that cannot be parsed is not quoted, not even as a cause', () => {
  const error = sdkError('SyntaxError', 503, { message: 'Unexpected token, ..."etString":hunter2,"N"...' })
  const failure = toAwsFailure(error, call)
  assert.doesNotMatch(failure.message, /hunter2/)
  assert.equal(failure.cause, undefined)
  assert.equal(failure.words, undefined)
})

test('a failure keeps its request id, and what its message leaves out for the log', () => {
  const error = sdkError('AccessDeniedException', 400, {
    message: 'User: arn:aws:sts::1:assumed-role/r/s may not',
  })
  const failure = toAwsFailure(error, call)
  assert.equal(failure.requestId, 'r-1')
  assert.equal(failure.message, 'User: arn:aws:sts::1:assumed-role/r may not')
  assert.equal(failure.words, 'User: arn:aws:sts::1:assumed-role/r/s may not')
})

test('a clock that has been corrected is told for errors of signature and expiry alone', () => {
  const corrected = (name: string) =>
    toAwsFailure(
      Object.assign(new Error(name), {
        name,
        $metadata: { httpStatusCode: 400 },
        $response: { headers: { 'provider-clock-corrected': 'true' } },
      }),
      call,
    ).clockCorrected
  assert.deepEqual(
    ['InvalidSignatureException', 'ExpiredTokenException', 'ResourceNotFoundException'].map(corrected),
    [true, true, false],
  )
})

test('a failure passes through as it is', () => {
  const failure = new AwsFailure(call, 'server', 'EmptyAnswer', 'nothing')
  assert.equal(toAwsFailure(failure, call), failure)
})

const defects: readonly [sentence: string, error: unknown][] = [
  ['a TypeError of ours', new TypeError('x is not a function')],
  ['a TypeError of Node with a code', Object.assign(new TypeError('bad'), { code: 'ERR_INVALID_ARG_TYPE' })],
  ['an error without code or answer', new Error('impossible')],
  ['something thrown that is no error', 'oops'],
]
for (const [sentence, error] of defects) {
  test(`${sentence} is a defect, and no failure of the network`, () => {
    let thrown: unknown
    try {
      toAwsFailure(error, call)
    } catch (caught) {
      thrown = caught
    }
    assert.equal(thrown, error)
  })
}

const tunnels: readonly [error: Error, sentence: RegExp][] = [
  [new TunnelRefused(407, false), /the proxy asks for a user and password \(407\)/],
  [new TunnelRefused(407, true), /does not accept the user and password .* \(407\)/],
  [new TunnelRefused(403, false), /does not let connections to this host through \(403\)/],
  [new TunnelRefused(502, false), /opened no connection to the host \(502\)/],
  [
    Object.assign(tunnel('HTTP/1.1 407'), { statusCode: 407 }),
    /the proxy asks for a user and password \(407\)/,
  ],
  [new ConnectionError('ECONNRESET', { peer: 'proxy' }), /the proxy closed the connection without an answer/],
  [new ConnectionError('ENOTFOUND', { peer: 'proxy' }), /the proxy's host name does not resolve/],
  [
    new ConnectionError('SELF_SIGNED_CERT_IN_CHAIN', { peer: 'proxy' }),
    /the proxy's certificate is not trusted/,
  ],
]
for (const [error, sentence] of tunnels) {
  test(`${error.message}: people read ${sentence.source}`, () => {
    assert.match(toAwsFailure(error, call).message, sentence)
  })
}

const entries: readonly [errorCode: string, kind: FailureKind, code: string][] = [
  ['ResourceNotFoundException', 'client', 'ResourceNotFoundException'],
  ['com.amazonaws.secretsmanager#ResourceNotFoundException', 'client', 'ResourceNotFoundException'],
  ['AccessDeniedException', 'client', 'AccessDeniedException'],
  ['DecryptionFailure', 'client', 'DecryptionFailure'],
  ['InternalServiceError', 'server', 'InternalServiceError'],
  ['InternalServiceErrorException', 'server', 'InternalServiceErrorException'],
  ['ServiceUnavailable', 'server', 'ServiceUnavailable'],
  ['ThrottlingException', 'throttling', 'ThrottlingException'],
  ['no code at all', 'server', 'HTTP 200'],
  ['', 'server', 'HTTP 200'],
]
for (const [errorCode, kind, code] of entries) {
  test(`an entry of Errors with ${JSON.stringify(errorCode)} is ${kind}`, () => {
    const text = 'It failed (request id: 5f642215-959a-11e8-bfd1-81a81941d54a)'
    const failure = entryFailure(call, errorCode, text, 'r')
    assert.deepEqual([failure.kind, failure.code, failure.message], [kind, code, 'It failed'])
    assert.deepEqual([failure.requestId, failure.words], ['r', text])
  })
}
