import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { type ErrorCode, MountFaults, ProviderError } from '../errors/provider-error.ts'
import { parseGoBoolean } from '../go-syntax/boolean.ts'
import type { MountRequest, RawMountRequest } from './mount-request.ts'
import { readRequest } from './read-request.ts'

const csi = 'csi.storage.k8s.io'
const tokensKey = `${csi}/serviceAccount.tokens`
const pod = {
  [`${csi}/pod.name`]: 'web-0',
  [`${csi}/pod.namespace`]: 'shop',
  [`${csi}/pod.uid`]: '11111111-2222-3333-4444-555555555555',
  [`${csi}/serviceAccount.name`]: 'web',
}
const tokenText = 'eyJhbGciOiJSUzI1NiJ9.HUSHTOKEN.sig'
const tokens = JSON.stringify({
  'sts.amazonaws.com': { token: tokenText, expirationTimestamp: '2030-01-01T00:00:00Z' },
})

function raw(attributes: Record<string, unknown> = {}, rest: Partial<RawMountRequest> = {}): RawMountRequest {
  const text = JSON.stringify({ ...pod, objects: '- objectName: a', ...attributes })
  return { attributes: text, secrets: '', targetPath: '/var/lib/v', permission: '420', ...rest }
}

function failure(run: () => unknown): ProviderError {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof ProviderError, `not a ProviderError: ${inspect(error)}`)
    return error
  }
  return assert.fail('nothing was thrown')
}

function codes(error: ProviderError): ErrorCode[] {
  return error instanceof MountFaults ? error.faults.map((each) => each.code) : [error.code]
}

test('readRequest() reads the pod, the path, the mode and the defaults', () => {
  const request = readRequest(raw())
  assert.deepEqual(request, {
    pod: {
      name: 'web-0',
      namespace: 'shop',
      uid: '11111111-2222-3333-4444-555555555555',
      serviceAccount: 'web',
    },
    tokens: new Map(),
    targetPath: '/var/lib/v',
    defaultMode: 0o644,
    identityKind: 'irsa',
    addressType: 'auto',
    objects: '- objectName: a',
  })
})

const role = 'arn:aws:iam::444455556666:role/team/shop-secrets'

const readings: [string, RawMountRequest, (request: MountRequest) => unknown, unknown][] = [
  ['secrets "null" are none', raw({}, { secrets: 'null' }), (r) => r.tokens.size, 0],
  ['secrets "{}" are none', raw({}, { secrets: '{}' }), (r) => r.tokens.size, 0],
  ['an unknown key is ignored', raw({ whatever: 'x' }), (r) => 'whatever' in r, false],
  ['an empty region is missing', raw({ region: '' }), (r) => 'region' in r, false],
  ['a region is taken', raw({ region: 'eusc-de-east-1' }), (r) => r.region, 'eusc-de-east-1'],
  ['an empty failoverRegion is missing', raw({ failoverRegion: '' }), (r) => 'failoverRegion' in r, false],
  ['missing objects are empty', raw({ objects: '' }), (r) => r.objects, ''],
  ['an owner', raw({ fileOwner: '1000' }), (r) => r.fileOwner, 1000],
  ['a group', raw({ fileGroup: '0' }), (r) => r.fileGroup, 0],
  ['an empty owner is none', raw({ fileOwner: '' }), (r) => r.fileOwner, undefined],
  ['usePodIdentity T is true', raw({ usePodIdentity: 'T' }), (r) => r.identityKind, 'podIdentity'],
  ['usePodIdentity 0 is false', raw({ usePodIdentity: '0' }), (r) => r.identityKind, 'irsa'],
  ['usePodIdentity may be empty', raw({ usePodIdentity: '' }), (r) => r.identityKind, 'irsa'],
  ['a role to assume', raw({ assumeRoleArn: role }), (r) => r.assumeRole, { roleArn: role }],
  [
    'a role to assume, its external id and the longest duration',
    raw({ assumeRoleArn: role, assumeRoleExternalId: 'a:b/c=@.,+-_9', assumeRoleDurationSeconds: '3600' }),
    (r) => r.assumeRole,
    { roleArn: role, externalId: 'a:b/c=@.,+-_9', durationSeconds: 3600 },
  ],
  [
    'the shortest duration, of another partition',
    raw({ assumeRoleArn: 'arn:aws-us-gov:iam::444455556666:role/x', assumeRoleDurationSeconds: '900' }),
    (r) => r.assumeRole,
    { roleArn: 'arn:aws-us-gov:iam::444455556666:role/x', durationSeconds: 900 },
  ],
  [
    'empty texts for no role to assume',
    raw({ assumeRoleArn: '', assumeRoleExternalId: '', assumeRoleDurationSeconds: '' }),
    (r) => r.assumeRole,
    undefined,
  ],
  ['preferredAddressType in any case', raw({ preferredAddressType: 'IPv6' }), (r) => r.addressType, 'ipv6'],
  ['preferredAddressType of any text', raw({ preferredAddressType: 'ip' }), (r) => r.addressType, 'auto'],
  ['pathTranslation as written', raw({ pathTranslation: 'False' }), (r) => r.pathTranslation, 'False'],
  ['only permission bits', raw({}, { permission: String(0o104755) }), (r) => r.defaultMode, 0o755],
  ['permission 0', raw({}, { permission: '0' }), (r) => r.defaultMode, 0],
  ['tokens of attributes', raw({ [tokensKey]: tokens }), token, tokenText],
  ['tokens of secrets', raw({}, { secrets: JSON.stringify({ [tokensKey]: tokens }) }), token, tokenText],
  [
    'tokens of secrets before those of attributes',
    raw(
      { [tokensKey]: '{"sts.amazonaws.com":{"token":"other"}}' },
      { secrets: JSON.stringify({ [tokensKey]: tokens }) },
    ),
    token,
    tokenText,
  ],
  [
    'tokens of attributes where secrets have other things',
    raw({ [tokensKey]: tokens }, { secrets: '{"user":"x"}' }),
    token,
    tokenText,
  ],
  ['an empty token is none', raw({ [tokensKey]: '{"sts.amazonaws.com":{"token":""}}' }), token, undefined],
  ['empty tokens are none', raw({ [tokensKey]: '' }), token, undefined],
]

function token(request: MountRequest): string | undefined {
  return request.tokens.get('sts.amazonaws.com')?.reveal()
}

for (const [name, request, see, expected] of readings) {
  test(`readRequest() takes it: ${name}`, () => assert.deepEqual(see(readRequest(request)), expected))
}

const refusals: [string, RawMountRequest, ErrorCode[], RegExp][] = [
  ['attributes not JSON', raw({}, { attributes: 'HUSH{' }), ['ATTRIBUTES_MALFORMED'], /not JSON$/],
  ['attributes a list', raw({}, { attributes: '[]' }), ['ATTRIBUTES_MALFORMED'], /it is a list$/],
  ['attributes null', raw({}, { attributes: 'null' }), ['ATTRIBUTES_MALFORMED'], /it is null$/],
  ['a value that is no string', raw({ a: 1 }), ['ATTRIBUTES_MALFORMED'], /value of "a" is a number/],
  ['a __proto__ that is no string', raw({ ['__proto__']: {} }), ['ATTRIBUTES_MALFORMED'], /"__proto__"/],
  ['secrets not JSON', raw({}, { secrets: 'HUSH' }), ['SECRETS_MALFORMED'], /not JSON/],
  [
    'a secret that is no string',
    raw({}, { secrets: '{"k":["HUSH"]}' }),
    ['SECRETS_MALFORMED'],
    /"k" is a list/,
  ],
  ['tokens not JSON', raw({ [tokensKey]: 'HUSH' }), ['TOKENS_MALFORMED'], /attributes must.*not JSON/],
  [
    'tokens of secrets not JSON',
    raw({}, { secrets: JSON.stringify({ [tokensKey]: '{"HUSH' }) }),
    ['TOKENS_MALFORMED'],
    /secrets must/,
  ],
  ['tokens a list', raw({ [tokensKey]: '["HUSH"]' }), ['TOKENS_MALFORMED'], /a list/],
  [
    'an entry of text',
    raw({ [tokensKey]: '{"a":"HUSH"}' }),
    ['TOKENS_MALFORMED'],
    /audience "a" has a string/,
  ],
  ['a token of number', raw({ [tokensKey]: '{"a":{"token":5}}' }), ['TOKENS_MALFORMED'], /"a" is a number/],
  [
    'a token with a line end',
    raw({ [tokensKey]: '{"a":{"token":"HUSH\\r\\nX: y"}}' }),
    ['TOKENS_MALFORMED'],
    /characters/,
  ],
  ['no pod name', raw({ [`${csi}/pod.name`]: '' }), ['POD_ATTRIBUTE_MISSING'], /pod\.name.*podInfoOnMount/],
  ['nothing of the pod', raw({}, { attributes: '{}' }), Array(4).fill('POD_ATTRIBUTE_MISSING'), /uid/],
  [
    'a namespace with a slash',
    raw({ [`${csi}/pod.namespace`]: '../x' }),
    ['POD_ATTRIBUTE_MALFORMED'],
    /names?pace/,
  ],
  ['a relative target path', raw({}, { targetPath: 'v' }), ['TARGET_PATH_MALFORMED'], /"v"/],
  ['an empty target path', raw({}, { targetPath: '' }), ['TARGET_PATH_MALFORMED'], /absolute/],
  ['a NUL in the target path', raw({}, { targetPath: '/v\0' }), ['TARGET_PATH_MALFORMED'], /absolute/],
  ...['', '0644', '-1', '4.2', '4e2', '"420"', '4294967296', 'x'].map(
    (permission): [string, RawMountRequest, ErrorCode[], RegExp] => [
      `permission ${JSON.stringify(permission)}`,
      raw({}, { permission }),
      ['PERMISSION_MALFORMED'],
      /expected a decimal number/,
    ],
  ),
  ...[
    'evil.com/',
    'x@evil.com',
    'us-east-1.evil.com',
    'us-east-1\n',
    'US-EAST-1',
    'us-east-1#',
    '-1',
    `${'a'.repeat(70)}-1`,
  ].map((region): [string, RawMountRequest, ErrorCode[], RegExp] => [
    `region ${JSON.stringify(region).slice(0, 40)}`,
    raw({ region }),
    ['REGION_MALFORMED'],
    /parameter region is .*such as us-east-1/,
  ]),
  ['failoverRegion', raw({ failoverRegion: 'evil.com/' }), ['REGION_MALFORMED'], /parameter failoverRegion/],
  [
    'fileOwner that is a name',
    raw({ fileOwner: 'postgres', fileGroup: '-1' }),
    ['FILE_OWNER_MALFORMED', 'FILE_OWNER_MALFORMED'],
    /parameter fileOwner is "postgres": write the number of that user/,
  ],
  [
    'usePodIdentity yes',
    raw({ usePodIdentity: 'yes' }),
    ['USE_POD_IDENTITY_MALFORMED'],
    /usePodIdentity is "yes"/,
  ],
  ...['AssumeRoleArn', 'assumerolearn', 'assumeRoleARN', 'ASSUMEROLEARN', 'assumeRoleArns'].map(
    (key): [string, RawMountRequest, ErrorCode[], RegExp] => [
      `the parameter ${key}`,
      raw({ [key]: role }),
      ['ASSUME_ROLE_PARAMETER_UNKNOWN'],
      /did you mean assumeRoleArn\?/,
    ],
  ),
  [
    'a parameter near the external id',
    raw({ assumeRoleArn: role, assumeRoleExternalID: 'HUSH' }),
    ['ASSUME_ROLE_PARAMETER_UNKNOWN'],
    /"assumeRoleExternalID" is unknown.*did you mean assumeRoleExternalId\?/,
  ],
  [
    'a parameter near none of them',
    raw({ assumeRoleWithWebIdentityTokenFile: 'x' }),
    ['ASSUME_ROLE_PARAMETER_UNKNOWN'],
    /known ones are assumeRoleArn, assumeRoleExternalId, assumeRoleDurationSeconds/,
  ],
  ['an empty parameter near one', raw({ assumeRole: '' }), ['ASSUME_ROLE_PARAMETER_UNKNOWN'], /"assumeRole"/],
  ...[
    'shop',
    'arn:aws:iam::1:role/x',
    'arn:aws:iam::444455556666:user/x',
    'arn:aws:sts::444455556666:assumed-role/x/y',
    `${role} `,
    `${role}\n`,
    'arn:aws:iam::444455556666:role/',
    'arn:evil:iam::444455556666:role/x',
  ].map((arn): [string, RawMountRequest, ErrorCode[], RegExp] => [
    `a role to assume ${JSON.stringify(arn)}`,
    raw({ assumeRoleArn: arn }),
    ['ASSUME_ROLE_ARN_MALFORMED'],
    /write the ARN of an IAM role/,
  ]),
  ...['x', 'HUSH id', 'HUSH\n', `HUSH${'x'.repeat(1221)}`, 'HÜSH'].map(
    (id): [string, RawMountRequest, ErrorCode[], RegExp] => [
      `an external id of ${id.length} characters, ${JSON.stringify(id).slice(0, 10)}`,
      raw({ assumeRoleArn: role, assumeRoleExternalId: id }),
      ['ASSUME_ROLE_EXTERNAL_ID_MALFORMED'],
      new RegExp(`of ${id.length} characters?, is not a valid external id`),
    ],
  ),
  ...['899', '0', '-900', '1h', '900.5', '9e2', ' 900', '0x384'].map(
    (seconds): [string, RawMountRequest, ErrorCode[], RegExp] => [
      `a duration of ${JSON.stringify(seconds)}`,
      raw({ assumeRoleArn: role, assumeRoleDurationSeconds: seconds }),
      ['ASSUME_ROLE_DURATION_MALFORMED'],
      /: write a number of seconds from 900 to 3600$/,
    ],
  ),
  [
    'a duration of more than an hour',
    raw({ assumeRoleArn: role, assumeRoleDurationSeconds: '3601' }),
    ['ASSUME_ROLE_DURATION_MALFORMED'],
    /one hour at most/,
  ],
  [
    'an external id and a duration without a role',
    raw({ assumeRoleExternalId: 'HUSH', assumeRoleDurationSeconds: '900' }),
    ['ASSUME_ROLE_ARN_MISSING', 'ASSUME_ROLE_ARN_MISSING'],
    /assumeRoleExternalId is set without assumeRoleArn/,
  ],
  [
    'an external id with an empty role',
    raw({ assumeRoleArn: '', assumeRoleExternalId: 'HUSH' }),
    ['ASSUME_ROLE_ARN_MISSING'],
    /without assumeRoleArn/,
  ],
  [
    'several at once',
    raw({ region: '/', usePodIdentity: 'x', [tokensKey]: 'HUSH' }, { permission: 'x' }),
    ['TOKENS_MALFORMED', 'PERMISSION_MALFORMED', 'REGION_MALFORMED', 'USE_POD_IDENTITY_MALFORMED'],
    /region/,
  ],
]

for (const [name, request, expected, sentence] of refusals) {
  test(`readRequest() refuses: ${name}`, () => {
    const error = failure(() => readRequest(request))
    assert.deepEqual(codes(error), expected)
    assert.match(error.message, sentence)
    assert.doesNotMatch(inspect(error, { depth: 9 }), /HUSH/)
    assert.equal(error.status, 'INVALID_ARGUMENT')
  })
}

test('a __proto__ key gives a request no attributes', () => {
  const attributes = `{"__proto__":"x","constructor":"y","${csi}/pod.name":"web-0"}`
  const error = failure(() => readRequest(raw({}, { attributes })))
  assert.deepEqual(codes(error), Array(3).fill('POD_ATTRIBUTE_MISSING'))
})

test('a token is masked wherever a request is printed', () => {
  const request = readRequest(raw({ [tokensKey]: tokens }))
  assert.doesNotMatch(inspect(request, { depth: 9 }) + JSON.stringify([...request.tokens]), /HUSHTOKEN/)
})

test('whatever the request is, readRequest() throws nothing but a ProviderError, without what it read', () => {
  const text = fc.oneof(fc.string(), fc.json(), fc.constant(JSON.stringify(pod)))
  const cutTokens = fc.nat(tokens.length).map((length) => tokens.slice(0, length))
  const anyTokens = fc.oneof(
    fc.string(),
    fc.json(),
    cutTokens,
    cutTokens.map((cut) => `{"a":${cut}`),
  )
  fc.assert(
    fc.property(text, text, anyTokens, fc.string(), fc.string(), (attributes, secrets, inner, path, mode) => {
      for (const each of [attributes, JSON.stringify({ ...pod, [tokensKey]: inner })]) {
        try {
          readRequest({ attributes: each, secrets, targetPath: `/${path}`, permission: mode })
        } catch (error) {
          assert.ok(error instanceof ProviderError)
          assert.doesNotMatch(error.message, /HUSHTOKEN/)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('parseGoBoolean() takes what Go takes and nothing else', () => {
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) assert.equal(parseGoBoolean(text), true)
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) assert.equal(parseGoBoolean(text), false)
  for (const text of ['', 'yes', 'tRUE', ' true', '01']) assert.equal(parseGoBoolean(text), undefined)
})
