// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of ours
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import type { Fault } from '../emulator/faults.ts'
import { canariesIn, canaryToken, createCanary } from '../fixtures/canary.ts'
import {
  driverTexts,
  type MountEnd,
  type MountWish,
  mountRaw,
  newTarget,
  readVolume,
} from '../harness/driver.ts'
import { freePort } from '../harness/free-port.ts'
import { giveRole } from '../harness/give-role.ts'
import { type Provider, startProvider } from '../harness/provider.ts'

/**
 * No secret value, token or credential is ever in a log line, a gRPC status, a metric, a health page or a trace:
 * canaries are planted in everything that goes in, and looked for in everything that comes out.
 */
const canaries = {
  secret: createCanary('a secret value', 'qZ1xQ'),
  binary: createCanary('a binary secret value', 'qZ2xW'),
  field: createCanary('a field of a JSON secret', 'qZ3xE'),
  parameter: createCanary('a parameter value', 'qZ4xR'),
  token: createCanary('a service account token', 'qZ5xT'),
  published: createCanary('a secret of nodePublishSecretRef', 'qZ6xY'),
  accessKey: createCanary('a secret access key', 'qZ7xU'),
  session: createCanary('a session token', 'qZ8xI'),
  provider: createCanary('the token of the provider itself', 'qZ9xO'),
  externalId: createCanary('an external id', 'qZ0xP'),
}
const all = Object.values(canaries)
const accessKeyId = 'AKIACANARYCANARY0000'
const json = JSON.stringify({ password: canaries.field.text, list: [canaries.field.text], number: 1 })
const names = {
  plain: 'canary-plain',
  json: 'canary-json',
  binary: 'canary-binary',
  parameter: '/canary/parameter',
}

let emulator: Emulator
let providers: readonly Provider[]
let healthPorts: readonly number[]
let collector: Server
let traces = ''

before(async () => {
  emulator = await startEmulator({
    world: {
      regions: {
        'us-east-1': {
          secrets: {
            [names.plain]: { string: canaries.secret.text, replicas: ['us-west-2'] },
            [names.json]: { string: json, replicas: ['us-west-2'] },
            [names.binary]: { binary: Buffer.from(canaries.binary.text).toString('base64') },
            big1: { string: canaries.secret.mark.repeat(13_000) },
            big2: { string: canaries.secret.mark.repeat(13_000) },
          },
          parameters: { [names.parameter]: { type: 'SecureString', value: canaries.parameter.text } },
        },
        'us-west-2': {
          parameters: { [names.parameter]: { type: 'SecureString', value: canaries.parameter.text } },
        },
      },
      accessKeys: {
        [accessKeyId]: {
          secretAccessKey: canaries.accessKey.text,
          sessionToken: canaries.session.text,
          principal: 'arn:aws:sts::111122223333:assumed-role/canary/session',
        },
      },
      kubernetes: {
        tokens: { [canaries.provider.text]: { user: 'system:serviceaccount:kube-system:provider' } },
        nodes: { 'node-1': { labels: { 'topology.kubernetes.io/region': 'us-east-1' } } },
      },
    },
  })
  collector = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => {
      traces += text
    })
    request.on('end', () => response.end('{}'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => collector.once('listening', resolve))
  healthPorts = [await freePort(), await freePort()]
  providers = await Promise.all([start([], 0), start(['--driver-writes-secrets', '--log-format=text'], 1)])
})
after(async () => {
  await Promise.all(providers.map((provider) => provider.stop()))
  await emulator.close()
  collector.close()
  collector.closeAllConnections()
})

async function start(flags: readonly string[], index: number): Promise<Provider> {
  const address = collector.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const provider = await startProvider(emulator, {
    flags: [
      ...flags,
      '--log-level=trace',
      `--health-port=${healthPorts[index]}`,
      '--pod-identity-http-timeout=100ms',
      '--max-response-bytes=100000',
    ],
    environment: { AWS_MAX_ATTEMPTS: '2', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  })
  // The harness's own token is no canary.
  writeFileSync(join(provider.scratch, 'token'), canaries.provider.text)
  return provider
}

/** STS hands out credentials that are canaries, and that the stores accept. */
const canaryCredentials = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${canaries.accessKey.text}</SecretAccessKey><SessionToken>${canaries.session.text}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`
const opened: Fault = {
  when: { service: 'sts' },
  effect: { do: 'answer', status: 200, body: canaryCredentials, contentType: 'text/xml' },
}
const token = canaryToken(canaries.token)
const tokens = JSON.stringify({ 'sts.amazonaws.com': { token }, 'pods.eks.amazonaws.com': { token } })
const published = { username: canaries.published.text }

type Objects = readonly Readonly<Record<string, unknown>>[]
const secret = (objectName: string, more = {}) => ({ objectName, objectType: 'secretsmanager', ...more })
const plain: Objects = [secret(names.plain)]
const parameter: Objects = [{ objectName: names.parameter, objectType: 'ssmparameter' }]
const below: Objects = [{ objectName: '/canary', objectType: 'ssmparameterpath' }]
const found: Objects = [
  { objectType: 'secretsmanagerquery', filters: [{ key: 'name', values: ['canary-'] }] },
]
const several: Objects = [...plain, secret(names.json), secret(names.binary)]
const extracting = (path: string, of = names.json): Objects => [
  secret(of, { jmesPath: [{ path, objectAlias: 'extract' }] }),
]
const expanding = (expandKeys: unknown, of = names.json): Objects => [secret(of, { expandKeys })]
const failing = (
  service: 'secretsmanager' | 'ssm' | 'sts' | 'kubernetes',
  effect: Fault['effect'],
  more = {},
): Fault => ({
  when: { service, ...more },
  effect,
})
const tells = (code: string, message: string, status = 400): Fault['effect'] => ({
  do: 'error',
  code,
  message,
  status,
})
const answers = (
  status: number,
  body: string,
  contentType = 'application/x-amz-json-1.1',
): Fault['effect'] => ({
  do: 'answer',
  status,
  body,
  contentType,
})

interface Case {
  readonly sentence: string
  readonly objects?: Objects
  readonly faults?: readonly Fault[]
  readonly wish?: Partial<MountWish>
  readonly region?: Readonly<Record<string, string>>
  /** Changes the request's texts before they are sent. */
  readonly change?: (texts: { attributes: string; secrets: string }) => {
    attributes?: string
    secrets?: string
  }
  /** No fault for STS of ours: the emulator's, or none at all. */
  readonly ownSession?: boolean
  readonly succeeds?: true | 'when the provider writes'
  /** A file where a directory must be, and the like. */
  readonly spoil?: (targetPath: string) => string
}

const wrong = (text: string) => ({ ...JSON.parse(text) }) as Record<string, unknown>
const withTokens = (text: string) => (texts: { attributes: string }) => ({
  attributes: JSON.stringify({
    ...wrong(texts.attributes),
    'csi.storage.k8s.io/serviceAccount.tokens': text,
  }),
})
const twoRegions = { failoverRegion: 'us-west-2' }
const batches = { batchReads: 'true' }
const chain = {
  assumeRoleArn: 'arn:aws:iam::444455556666:role/canary',
  assumeRoleExternalId: canaries.externalId.text,
}
const ofAssuming = { operation: 'AssumeRole' }

const cases: readonly Case[] = [
  { sentence: 'a secret', succeeds: true },
  { sentence: 'a binary secret', objects: [secret(names.binary)], succeeds: true },
  { sentence: 'a parameter', objects: parameter, succeeds: true },
  { sentence: 'an extract', objects: extracting('password'), succeeds: true },
  { sentence: 'two regions', region: twoRegions, objects: [...plain, ...parameter], succeeds: true },
  { sentence: 'tokens in the secrets', wish: { tokensIn: 'secrets' }, succeeds: true },
  { sentence: 'tokens in both', wish: { tokensIn: 'both' }, succeeds: true },
  {
    sentence: 'a secret of nodePublishSecretRef',
    change: () => ({ secrets: JSON.stringify(published) }),
    succeeds: true,
  },
  {
    sentence: 'files that are too large for the answer',
    objects: [secret('big1'), secret('big2')],
    succeeds: 'when the provider writes',
  },

  // What the driver sends.
  {
    sentence: 'attributes that are cut',
    change: ({ attributes }) => ({ attributes: attributes.slice(0, -20) }),
  },
  {
    sentence: 'attributes that begin with a token',
    change: ({ attributes }) => ({ attributes: token + attributes }),
  },
  { sentence: 'attributes that are a text', change: () => ({ attributes: JSON.stringify(token) }) },
  {
    sentence: 'attributes with a list of tokens',
    change: ({ attributes }) => ({ attributes: JSON.stringify({ ...wrong(attributes), region: [token] }) }),
  },
  {
    sentence: 'a token in place of the pod’s name',
    change: ({ attributes }) => ({
      attributes: JSON.stringify({
        ...wrong(attributes),
        'csi.storage.k8s.io/serviceAccount.tokens': { token },
      }),
    }),
  },
  { sentence: 'tokens that are not JSON', change: withTokens(token) },
  { sentence: 'tokens that are cut', change: withTokens(tokens.slice(0, -30)) },
  { sentence: 'tokens that are a list', change: withTokens(JSON.stringify([token])) },
  {
    sentence: 'tokens without the word token',
    change: withTokens(JSON.stringify({ 'sts.amazonaws.com': { secret: token } })),
  },
  {
    sentence: 'tokens that are numbers and texts',
    change: withTokens(JSON.stringify({ 'sts.amazonaws.com': token })),
  },
  {
    sentence: 'a token for another audience',
    change: withTokens(JSON.stringify({ other: { token } })),
    faults: [
      failing('kubernetes', tells('Forbidden', 'no', 403), { operation: 'create serviceaccounts/token' }),
    ],
  },
  {
    sentence: 'a token with a line end',
    change: withTokens(JSON.stringify({ 'sts.amazonaws.com': { token: `${token}\n${token}` } })),
    ownSession: true,
  },
  {
    sentence: 'a token with a line end for the agent',
    change: withTokens(JSON.stringify({ 'pods.eks.amazonaws.com': { token: `${token}\n` } })),
    region: { usePodIdentity: 'true' },
  },
  { sentence: 'secrets that are cut', change: () => ({ secrets: JSON.stringify(published).slice(0, -2) }) },
  {
    sentence: 'secrets that are no texts',
    change: () => ({ secrets: JSON.stringify({ username: [canaries.published.text] }) }),
  },
  {
    sentence: 'secrets with tokens that are cut',
    change: () => ({
      secrets: JSON.stringify({ 'csi.storage.k8s.io/serviceAccount.tokens': tokens.slice(0, -9) }),
    }),
  },
  { sentence: 'a rule that is broken', objects: [{ objectName: 'x' }] },

  // What Kubernetes and the agent of the node say.
  { sentence: 'Kubernetes that refuses', faults: [failing('kubernetes', tells('Forbidden', 'no', 403))] },
  { sentence: 'Kubernetes that fails', faults: [failing('kubernetes', tells('InternalError', 'no', 500))] },
  { sentence: 'Kubernetes that answers half', faults: [failing('kubernetes', { do: 'malformed' })] },
  {
    sentence: 'Kubernetes that does not know the provider',
    faults: [failing('kubernetes', tells('Unauthorized', 'no', 401))],
  },
  {
    sentence: 'no token from the driver, one from Kubernetes',
    wish: { tokensIn: 'nowhere' },
    ownSession: true,
    succeeds: true,
  },
  {
    sentence: 'half a token from Kubernetes',
    wish: { tokensIn: 'nowhere' },
    faults: [failing('kubernetes', { do: 'malformed' }, { operation: 'create serviceaccounts/token' })],
  },
  {
    sentence: 'an agent that is not there',
    region: { usePodIdentity: 'true', preferredAddressType: 'ipv4' },
  },

  // What lies below a path of Parameter Store.
  { sentence: 'all parameters below a path', objects: below, succeeds: true },
  {
    sentence: 'keys of parameters below a path that are none',
    objects: [{ ...below[0], expandKeys: true }],
  },
  {
    sentence: 'half a page of parameters',
    objects: below,
    faults: [
      failing('ssm', answers(200, `{"Parameters":[{"Name":"/canary/p","Value":"${canaries.parameter.text}`)),
    ],
  },
  {
    sentence: 'a page of parameters without a version',
    objects: below,
    faults: [
      failing(
        'ssm',
        answers(200, JSON.stringify({ Parameters: [{ Name: '/canary/p', Value: canaries.parameter.text }] })),
      ),
    ],
  },
  {
    sentence: 'parameters with a name that no file can have',
    objects: below,
    faults: [
      failing(
        'ssm',
        answers(
          200,
          JSON.stringify({
            Parameters: [{ Name: '/canary/..x', Value: canaries.parameter.text, Version: 1 }],
          }),
        ),
      ),
    ],
  },

  // What filters find in Secrets Manager.
  { sentence: 'all secrets that filters find', objects: found, succeeds: true },
  {
    sentence: 'keys of secrets that filters find and that have none',
    objects: [{ ...found[0], expandKeys: true }],
  },
  {
    sentence: 'half a page of secrets',
    objects: found,
    faults: [
      failing(
        'secretsmanager',
        answers(200, `{"SecretValues":[{"Name":"canary-plain","SecretString":"${canaries.secret.text}`),
      ),
    ],
  },
  ...[
    { Name: 'canary-plain', SecretString: canaries.secret.text },
    { SecretString: canaries.secret.text, VersionId: 'v' },
    { Name: '..x', SecretString: canaries.secret.text, VersionId: 'v' },
    { Name: [canaries.secret.text], SecretString: canaries.secret.text, VersionId: 'v' },
    { Name: 'canary-plain', SecretBinary: canaries.secret.text, VersionId: 'v' },
    canaries.secret.text,
  ].map((entry) => ({
    sentence: `a page with a secret of ${typeof entry === 'string' ? 'no shape' : Object.keys(entry).join(', ')}`,
    objects: found,
    faults: [failing('secretsmanager', answers(200, JSON.stringify({ SecretValues: [entry] })))],
  })),
  {
    sentence: 'a secret that is found and that AWS does not give',
    objects: found,
    faults: [
      failing('secretsmanager', tells('DecryptionFailure', 'no'), {
        operation: 'GetSecretValue',
        name: '*canary-plain*',
      }),
    ],
  },
  // Several secrets a call.
  { sentence: 'secrets that are read by one call', objects: several, region: batches, succeeds: true },
  {
    sentence: 'half an answer for several secrets',
    objects: several,
    region: batches,
    faults: [
      failing(
        'secretsmanager',
        answers(200, `{"SecretValues":[{"Name":"canary-plain","SecretString":"${canaries.secret.text}`),
      ),
    ],
  },
  {
    sentence: 'an answer for several secrets that has what is none',
    objects: several,
    region: batches,
    faults: [
      failing(
        'secretsmanager',
        answers(
          200,
          JSON.stringify({
            SecretValues: [{ Name: names.plain, SecretString: { value: canaries.secret.text } }],
            Errors: [{ SecretId: names.json, ErrorCode: canaries.field.text, Message: 'no' }],
          }),
        ),
      ),
    ],
  },
  {
    sentence: 'secrets that are read by one call, of which one fails',
    objects: several,
    region: batches,
    faults: [
      failing('secretsmanager', tells('DecryptionFailure', 'no'), {
        operation: 'GetSecretValue',
        name: names.json,
      }),
    ],
  },
  {
    sentence: 'secrets that may not be read by one call',
    objects: several,
    region: batches,
    faults: [
      failing('secretsmanager', tells('AccessDeniedException', 'not authorized to perform: x'), {
        operation: 'BatchGetSecretValue',
      }),
    ],
  },
  {
    sentence: 'an optional object that is missing',
    objects: [...plain, secret('gone', { optional: true })],
    succeeds: true,
  },

  // What STS says of a role to assume.
  { sentence: 'a role to assume', region: chain, succeeds: true },
  {
    sentence: 'an external id that is none',
    region: { ...chain, assumeRoleExternalId: `${canaries.externalId.text} ` },
  },
  { sentence: 'an external id without a role', region: { assumeRoleExternalId: canaries.externalId.text } },
  {
    sentence: 'an external id under another name',
    region: { ...chain, assumeRoleExternalID: canaries.externalId.text },
  },
  {
    sentence: 'STS that lets no role be assumed',
    region: chain,
    faults: [
      failing('sts', tells('AccessDenied', 'not authorized to perform: sts:AssumeRole', 403), ofAssuming),
    ],
  },
  {
    sentence: 'STS that quotes the external id',
    region: chain,
    faults: [
      failing(
        'sts',
        tells(
          'ValidationError',
          `1 validation error detected: Value '${canaries.externalId.text}' at 'externalId' failed to satisfy constraint`,
        ),
        ofAssuming,
      ),
    ],
  },
  {
    sentence: 'STS that quotes the request as it should have been signed',
    region: chain,
    faults: [
      failing(
        'sts',
        tells(
          'SignatureDoesNotMatch',
          `The request signature does not match. The Canonical String for this request should have been 'POST x-amz-security-token:${canaries.session.text} ExternalId=${canaries.externalId.text}'`,
          403,
        ),
        ofAssuming,
      ),
    ],
  },
  {
    sentence: 'half an answer about the role to assume',
    region: chain,
    faults: [failing('sts', answers(200, canaryCredentials.slice(0, -200), 'text/xml'), ofAssuming)],
  },
  {
    sentence: 'credentials of the pod that STS does not take',
    region: chain,
    faults: [
      failing(
        'sts',
        tells('InvalidClientTokenId', 'The security token included in the request is invalid.', 403),
        ofAssuming,
      ),
    ],
  },

  // What STS says.
  { sentence: 'STS that knows nobody', ownSession: true },
  {
    sentence: 'STS that refuses',
    ownSession: true,
    faults: [
      failing('sts', tells('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)),
    ],
  },
  {
    sentence: 'STS that quotes the token',
    ownSession: true,
    faults: [
      failing(
        'sts',
        tells(
          'ValidationError',
          `1 validation error detected: Value '${token}' at 'webIdentityToken' failed to satisfy constraint`,
        ),
      ),
    ],
  },
  {
    sentence: 'STS that quotes the token in other words',
    ownSession: true,
    faults: [failing('sts', tells('InvalidIdentityToken', `The ID Token ${token} is bad`))],
  },
  {
    sentence: 'STS that answers half',
    ownSession: true,
    faults: [failing('sts', answers(200, canaryCredentials.slice(0, -200), 'text/xml'))],
  },
  {
    sentence: 'STS that forgets the access key',
    ownSession: true,
    faults: [failing('sts', answers(200, canaryCredentials.replace(accessKeyId, ''), 'text/xml'))],
  },
  {
    sentence: 'STS that fails with credentials',
    ownSession: true,
    faults: [failing('sts', answers(503, canaryCredentials, 'text/xml'))],
  },
  {
    sentence: 'STS that speaks JSON',
    ownSession: true,
    faults: [failing('sts', answers(200, JSON.stringify({ SecretAccessKey: canaries.accessKey.text })))],
  },
  {
    sentence: 'STS that refuses with credentials',
    ownSession: true,
    faults: [failing('sts', answers(403, canaryCredentials, 'text/xml'))],
  },
  { sentence: 'STS that hangs up', ownSession: true, faults: [failing('sts', { do: 'reset' })] },

  // What the stores say.
  ...(['secretsmanager', 'ssm'] as const).flatMap((service): readonly Case[] => {
    const objects = service === 'ssm' ? parameter : plain
    const value = service === 'ssm' ? canaries.parameter.text : canaries.secret.text
    const body =
      service === 'ssm' ? { Parameters: [{ Name: names.parameter, Value: value }] } : { SecretString: value }
    const effects: Readonly<Record<string, Fault['effect']>> = {
      refuses: tells('AccessDeniedException', 'User: arn:aws:sts::1:assumed-role/r/s is not authorized'),
      'knows no credentials': tells(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      ),
      'says how it should have been signed': tells(
        'InvalidSignatureException',
        `The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:${canaries.session.text}\n`,
      ),
      'quotes the session token': tells(
        'InvalidSignatureException',
        `header x-amz-security-token: ${canaries.session.text} is bad`,
      ),
      throttles: tells('ThrottlingException', 'Rate exceeded'),
      'answers half': { do: 'malformed' },
      'is cut': { do: 'cut' },
      'resets in the body': { do: 'reset-body' },
      'fails with the value': answers(503, JSON.stringify(body)),
      'fails with the value in a text': answers(500, value),
      'refuses with the value': answers(403, `<html>${value}</html>`),
      'answers with what is no JSON': answers(200, `{"SecretString":${value},"Value":${value}}`),
      'answers with a text in place of an object': answers(200, JSON.stringify(value)),
      'leaves something out': answers(200, JSON.stringify(body)),
      'answers with values of other types': answers(
        200,
        JSON.stringify({
          SecretString: { value },
          SecretBinary: value,
          VersionId: [value],
          Parameters: { Value: value },
        }),
      ),
      'answers with a date that is none': answers(
        200,
        JSON.stringify({ ...body, CreatedDate: value, LastModifiedDate: value }),
      ),
      'answers with a value as its code': answers(400, JSON.stringify({ __type: value, message: 'no' })),
    }
    return Object.entries(effects).flatMap(([does, effect]) => [
      { sentence: `${service} that ${does}`, objects, faults: [failing(service, effect)] },
      {
        sentence: `${service} that ${does}, in one of two regions`,
        objects,
        region: twoRegions,
        faults: [failing(service, effect, { region: 'us-east-1' })],
      },
    ])
  }),

  // What becomes of the values.
  { sentence: 'a value that is not JSON', objects: extracting('password', names.plain) },
  { sentence: 'an extract that is a list', objects: extracting('list') },
  { sentence: 'an extract that is everything', objects: extracting('@') },
  { sentence: 'an extract that is nothing', objects: extracting('missing') },
  { sentence: 'a function of the wrong type', objects: extracting('abs(password)') },
  { sentence: 'a function of a list', objects: extracting('join(password, list)') },
  { sentence: 'an expression that is none', objects: extracting('password[') },
  {
    sentence: 'an expression that makes too much',
    objects: extracting(`${'[@,@]|'.repeat(40)}to_string(@)`),
  },
  {
    sentence: 'everything as YAML',
    objects: [secret(names.json, { jmesPath: [{ path: '@', objectAlias: 'all', format: 'yaml' }] })],
  },
  { sentence: 'keys of what is no JSON', objects: expanding(true, names.plain) },
  { sentence: 'keys that are none', objects: expanding({ include: 'none' }) },
  { sentence: 'keys that are files', objects: expanding(true) },
  { sentence: 'keys that collide', objects: [...expanding(true), ...expanding(true)] },
  { sentence: 'keys with a name that is none', objects: expanding({ prefix: '../' }) },
  { sentence: 'a value that is not base64', objects: [secret(names.json, { objectEncoding: 'base64' })] },
  {
    sentence: 'keys that are not hex',
    objects: [secret(names.json, { objectEncoding: 'hex', expandKeys: true })],
  },
  ...['dotenv', 'docker-env', 'properties', 'ini', 'toml', 'yaml'].map((objectFormat) => ({
    sentence: `a value as ${objectFormat}`,
    objects: [
      secret(names.json, { objectAlias: 'file', objectFormat }),
      secret(names.plain, { objectAlias: 'other', objectFormat }),
    ],
  })),
  {
    sentence: 'names that are none',
    objects: [secret(names.json, { objectAlias: 'file', objectFormat: 'dotenv', prefix: '1' })],
  },
  ...['text', 'json', 'yaml'].map((kind) => ({
    sentence: `a composed file of ${kind}`,
    objects: [
      {
        objectType: 'composed',
        objectAlias: 'composed',
        parts: {
          plain: secret(names.plain),
          list: secret(names.json, { jmesPath: 'list' }),
          bytes: secret(names.binary),
        },
        ...(kind === 'text'
          ? { text: '${plain} ${list}' }
          : { [kind]: { a: '${list}', b: '${plain}', c: '${bytes}' } }),
      },
    ],
  })),
  { sentence: 'a number of a text', objects: extracting('to_number(password)') },
  { sentence: 'a volume that is not there', spoil: (targetPath) => join(targetPath, 'missing') },
  {
    sentence: 'a directory of another writer',
    spoil: (targetPath) => {
      mkdirSync(join(targetPath, names.plain))
      writeFileSync(join(targetPath, names.plain, 'theirs'), '')
      return targetPath
    },
  },
]

let number = 0

for (const {
  sentence,
  objects = plain,
  faults = [],
  wish,
  region,
  change,
  ownSession,
  succeeds,
  spoil,
} of cases) {
  test(`nothing is told: ${sentence}`, async () => {
    number += 1
    const serviceAccount = `canary-${number}`
    giveRole(emulator, serviceAccount)
    emulator.clearFaults()
    for (const fault of [...faults, ...(ownSession === true ? [] : [opened])]) emulator.addFault(fault)
    const parameters = { region: 'us-east-1', objects: JSON.stringify(objects), ...region }
    const own = succeeds === true && ownSession === true
    const podUid = randomUUID()
    emulator.mergeWorld({ kubernetes: { pods: { 'default/shop-0': { uid: podUid, serviceAccount } } } })
    const full = { parameters, serviceAccount, podUid, ...(own ? {} : { tokens }), ...wish }
    for (const [index, provider] of providers.entries()) {
      const logged = provider.log().length
      const before = driverTexts(emulator, full)
      const texts = { ...before, ...change?.(before) }
      const empty = newTarget(provider)
      const targetPath = spoil?.(empty) ?? empty
      const end = await mountRaw(provider, { ...texts, targetPath, permission: '420' })
      emulator.endSessions('forget')
      const isWriter = index === 0
      if (succeeds === true || (succeeds !== undefined && isWriter)) {
        assert.equal(end.status, 'OK', end.message)
        assert.ok(bytesOf(end, isWriter) >= 48, 'the value is where it belongs')
      }
      assert.deepEqual(
        canariesIn(`${end.status} ${end.message}`, all),
        [],
        `the status tells: ${end.message}`,
      )
      assert.deepEqual(canariesIn(provider.log().slice(logged), all), [], 'the log tells')
    }
  })
}

function bytesOf(end: MountEnd, isWriter: boolean): number {
  const files = isWriter ? readVolume(end.targetPath) : end.files
  return [...files.values()].reduce((sum, { content }) => sum + content.length, 0)
}

test('nothing is told by metrics, health, traces and all of the log', async () => {
  const pages = await Promise.all(
    healthPorts.flatMap((port) =>
      ['/metrics', '/readyz?verbose', '/livez?verbose', '/'].map(async (path) =>
        (await fetch(`http://127.0.0.1:${port}${path}`)).text(),
      ),
    ),
  )
  await Promise.all(providers.map((provider) => provider.stop()))
  const logs = providers.map((provider) => provider.log())
  for (const output of [...pages, ...logs, traces]) {
    assert.deepEqual(canariesIn(output, all), [])
    assert.doesNotMatch(output, /eyJ[\w-]{8}/, 'no token at all')
  }
  assert.match(pages.join(''), /ascp_mounts_total\{outcome="error",code="ACCESS_DENIED"\} \d/)
  assert.match(traces, /SecretsManager\.GetSecretValue/)
  for (const log of logs) {
    const ends = log.match(/"?outcome"?[:=]"(success|error)"/g) ?? []
    assert.ok(ends.length >= cases.length, `${ends.length} mounts are in the log`)
  }
})

for (const [how, hide] of [
  ['as it is', (text: string) => text.slice(3, 12)],
  ['in base64', (text: string) => Buffer.from(text.slice(1)).toString('base64').slice(2, 30)],
  ['in hexadecimal', (text: string) => Buffer.from(text).toString('hex').slice(7, 40)],
  ['as a list of bytes', (text: string) => JSON.stringify([...Buffer.from(text)]).slice(5, 60)],
] as const) {
  test(`a part of a canary is found ${how}`, () => {
    for (const canary of all) assert.deepEqual(canariesIn(`… ${hide(canary.text)} …`, all), [canary.name])
  })
}
