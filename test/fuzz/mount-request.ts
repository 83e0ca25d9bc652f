import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { ProviderError } from '../../src/errors/provider-error.ts'
import { claimedPod } from '../../src/mount/claimed-pod.ts'
import { Sensitive } from '../../src/process/sensitive.ts'
import { podAttributes } from '../../src/request/pod-attributes.ts'
import { readRequest } from '../../src/request/read-request.ts'
import type { FuzzTarget } from './harness/target.ts'

const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJzaG9wIn0.c2lnbmF0dXJl'
const tokens = { 'sts.amazonaws.com': { token, expirationTimestamp: '2026-11-22T10:00:00Z' } }
const tokensKey = 'csi.storage.k8s.io/serviceAccount.tokens'
const pod = {
  [podAttributes.name]: 'shop-0',
  [podAttributes.namespace]: 'default',
  [podAttributes.uid]: '1',
  [podAttributes.serviceAccount]: 'shop',
}
const parameters = {
  objects: '- objectName: a',
  region: 'eu-west-1',
  usePodIdentity: 'true',
  pathTranslation: '+',
}

/**
 * The JSON of a mount request, attributes and tokens: whatever it is, it is read or refused by errors of our own, which
 * have nothing of a token in them.
 */
export const target: FuzzTarget = {
  seeds: [
    JSON.stringify({ ...pod, ...parameters, [tokensKey]: JSON.stringify(tokens) }),
    JSON.stringify({ ...pod, [tokensKey]: '{"":{"token":""}}' }),
    JSON.stringify({ ...pod, [tokensKey]: JSON.stringify({ 'sts.amazonaws.com': token }) }),
    JSON.stringify({ [tokensKey]: JSON.stringify(tokens) }),
    JSON.stringify(tokens),
    '{}',
    'null',
    '[]',
    '""',
    '{"a":1}',
    '{"__proto__":"x","constructor":"y"}',
  ],
  words: [
    tokensKey,
    'csi.storage.k8s.io/',
    ...Object.keys(pod),
    '"token":',
    '\\"token\\":',
    'sts.amazonaws.com',
    'failoverRegion',
    'assumeRoleArn',
    'us-east-1',
    '"true"',
    '\\u0000',
    '\\ud800',
    '{',
    '}',
    '":"',
    '\\"',
    'null',
  ],
  tryInput(input, random) {
    const text = input.toString()
    const [attributes, secrets] = random.one([
      [text, 'null'],
      [JSON.stringify(pod), text],
      [JSON.stringify({ ...pod, [tokensKey]: text }), '{}'],
      [text, text],
    ])
    claimedPod(attributes)
    try {
      const request = readRequest({ attributes, secrets, targetPath: '/target', permission: '420' })
      assert.ok([...request.tokens.values()].every((each) => each instanceof Sensitive))
      return `read, ${request.tokens.size} tokens, ${request.identityKind}`
    } catch (error) {
      assert.ok(error instanceof ProviderError, inspect(error))
      assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /eyJzdWIiOiJzaG9wIn0/)
      const { codes = [error.code] } = error.log as { codes?: readonly string[] }
      return codes.join(' ')
    }
  },
}
