import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProviderError } from '../errors/provider-error.ts'
import { version } from '../process/version.ts'
import {
  type Environment,
  readAwsSettings,
  readServeSettings,
  type ServeFlags,
  type ServeSettings,
} from './serve-settings.ts'

/** The settings at a path such as `aws.region`. */
function at(settings: ServeSettings, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], settings)
}

const defaults: readonly (readonly [path: string, expected: unknown])[] = [
  ['providerVolume', '/var/run/secrets-store-csi-providers'],
  ['driverWritesSecrets', false],
  ['podIdentityTimeoutMs', 2000],
  ['maxResponseBytes', 4_194_304],
  ['healthPort', 8989],
  ['logLevel', 'info'],
  ['logFormat', 'json'],
  ['nodeName', undefined],
  ['aws.region', undefined],
  ['aws.useFipsEndpoint', false],
  ['aws.useDualstackEndpoint', false],
  ['aws.endpoints', {}],
  ['aws.proxy', {}],
  ['aws.caFiles', []],
  ['aws.maxTries', undefined],
  ['aws.appId', `secrets-store-csi-driver-provider-aws-${version}`],
  ['warnings', []],
]

for (const [path, expected] of defaults) {
  test(`without flags and environment ${path} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(at(readServeSettings({}, {}), path), expected)
  })
}

const flagRows: readonly (readonly [flags: ServeFlags, path: string, expected: unknown])[] = [
  [{ 'provider-volume': '/x' }, 'providerVolume', '/x'],
  [{ 'driver-writes-secrets': 'T' }, 'driverWritesSecrets', true],
  [{ 'driver-writes-secrets': '0' }, 'driverWritesSecrets', false],
  [{}, 'allowFileOwner', false],
  [{ 'allow-file-owner': 'true' }, 'allowFileOwner', true],
  [{ qps: '2.5' }, 'qps', 2.5],
  [{ qps: '-1' }, 'qps', -1],
  [{ qps: '5e1' }, 'qps', 50],
  [{ burst: '7' }, 'burst', 7],
  [{ 'pod-identity-http-timeout': '500ms' }, 'podIdentityTimeoutMs', 500],
  [{ 'pod-identity-http-timeout': '1m30s' }, 'podIdentityTimeoutMs', 60_000],
  [{ 'max-response-bytes': '8388608' }, 'maxResponseBytes', 8_388_608],
  [{}, 'maxVolumeBytes', 8_388_608],
  [{ 'max-volume-bytes': '33554432' }, 'maxVolumeBytes', 33_554_432],
  [{ 'health-port': '0' }, 'healthPort', 0],
  [{ 'log-level': 'WARN' }, 'logLevel', 'warn'],
  [{ 'log-level': 'error', v: '9' }, 'logLevel', 'error'],
  [{ v: '3' }, 'logLevel', 'info'],
  [{ v: '4' }, 'logLevel', 'debug'],
  [{ v: '6' }, 'logLevel', 'trace'],
  [{ 'log-format': 'text' }, 'logFormat', 'text'],
  [{ 'eks-addon-version': 'v9' }, 'aws.appId', 'secrets-store-csi-driver-provider-aws-v9'],
  [{ 'eks-addon-version': `v${'9'.repeat(90)}` }, 'aws.appId.length', 50],
  [{ 'service-account-directory': '/y' }, 'cluster.serviceAccountDirectory', '/y'],
]

for (const [flags, path, expected] of flagRows) {
  test(`${JSON.stringify(flags).slice(0, 80)} makes ${path} ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(at(readServeSettings(flags, {}), path), expected)
  })
}

const environmentRows: readonly (readonly [environment: Environment, path: string, expected: unknown])[] = [
  [{ AWS_REGION: 'eu-west-1' }, 'aws.region', 'eu-west-1'],
  [{ AWS_REGION: '' }, 'aws.region', undefined],
  [{ AWS_DEFAULT_REGION: 'eu-west-1' }, 'aws.region', undefined],
  [{ AWS_USE_FIPS_ENDPOINT: 'TRUE' }, 'aws.useFipsEndpoint', true],
  [{ AWS_USE_DUALSTACK_ENDPOINT: '1' }, 'aws.useDualstackEndpoint', true],
  [{ AWS_ENDPOINT_URL_SSM: 'https://a' }, 'aws.endpoints', { ssm: 'https://a' }],
  [{ AWS_ENDPOINT_URL_STS: 'https://a' }, 'aws.endpoints', { sts: 'https://a' }],
  [
    { AWS_ENDPOINT_URL: 'http://b', AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://a' },
    'aws.endpoints',
    { secretsmanager: 'https://a', ssm: 'http://b', sts: 'http://b' },
  ],
  [{ AWS_ENDPOINT_URL: 'http://b', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, 'aws.endpoints', {}],
  [{ HTTPS_PROXY: 'http://p', NO_PROXY: 'x' }, 'aws.proxy', { HTTPS_PROXY: 'http://p', NO_PROXY: 'x' }],
  [
    { https_proxy: 'http://p', http_proxy: 'http://q', no_proxy: 'x' },
    'aws.proxy',
    {
      HTTPS_PROXY: 'http://p',
      HTTP_PROXY: 'http://q',
      NO_PROXY: 'x',
    },
  ],
  [{ HTTPS_PROXY: 'proxy:3128' }, 'aws.proxy', { HTTPS_PROXY: 'http://proxy:3128' }],
  [{ https_proxy: ' u:p@10.0.0.1 ' }, 'aws.proxy', { HTTPS_PROXY: 'http://u:p@10.0.0.1' }],
  [{ HTTP_PROXY: 'https://proxy' }, 'aws.proxy', { HTTP_PROXY: 'https://proxy' }],
  [{ HTTPS_PROXY: '' }, 'aws.proxy', {}],
  [{ AWS_REGION: 'us-iso-east-1' }, 'aws.region', 'us-iso-east-1'],
  [{ AWS_CA_BUNDLE: '/ca.pem' }, 'aws.caFiles', ['/ca.pem']],
  [{ AWS_MAX_ATTEMPTS: '5' }, 'aws.maxTries', 5],
  [{ NODE_NAME: 'node-1' }, 'nodeName', 'node-1'],
  [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'cluster.KUBERNETES_SERVICE_HOST', '10.0.0.1'],
]

for (const [environment, path, expected] of environmentRows) {
  test(`${JSON.stringify(environment)} makes ${path} ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(at(readServeSettings({}, environment), path), expected)
  })
}

const refused: readonly (readonly [flags: ServeFlags, environment: Environment, setting: string])[] = [
  [{ 'driver-writes-secrets': 'yes' }, {}, '--driver-writes-secrets'],
  [{ qps: 'many' }, {}, '--qps'],
  [{ qps: '0x10' }, {}, '--qps'],
  [{ qps: 'NaN' }, {}, '--qps'],
  [{ burst: '-1' }, {}, '--burst'],
  [{ burst: '1.5' }, {}, '--burst'],
  [{ 'max-response-bytes': '12' }, {}, '--max-response-bytes'],
  [{ 'max-volume-bytes': '1k' }, {}, '--max-volume-bytes'],
  [{ 'health-port': '70000' }, {}, '--health-port'],
  [{ 'log-level': 'loud' }, {}, '--log-level'],
  [{ 'log-format': 'xml' }, {}, '--log-format'],
  [{ v: 'x' }, {}, '-v'],
  [{}, { AWS_USE_FIPS_ENDPOINT: 'yes' }, 'AWS_USE_FIPS_ENDPOINT'],
  [{}, { AWS_USE_DUALSTACK_ENDPOINT: 'on' }, 'AWS_USE_DUALSTACK_ENDPOINT'],
  [{}, { AWS_ENDPOINT_URL: 'ftp://x' }, 'AWS_ENDPOINT_URL'],
  [{}, { AWS_ENDPOINT_URL_SSM: 'nonsense' }, 'AWS_ENDPOINT_URL_SSM'],
  [{}, { AWS_MAX_ATTEMPTS: '0' }, 'AWS_MAX_ATTEMPTS'],
  [{}, { AWS_REGION: 'banana' }, 'AWS_REGION'],
  [{}, { AWS_REGION: 'us-east-1 ' }, 'AWS_REGION'],
  [{}, { AWS_REGION: 'US-EAST-1' }, 'AWS_REGION'],
  [{}, { HTTPS_PROXY: 'socks5://proxy:1080' }, 'HTTPS_PROXY'],
  [{}, { https_proxy: 'socks5://proxy:1080' }, 'https_proxy'],
  [{}, { HTTP_PROXY: 'http://' }, 'HTTP_PROXY'],
  [{}, { HTTPS_PROXY: 'http://proxy:port' }, 'HTTPS_PROXY'],
]

for (const [flags, environment, setting] of refused) {
  test(`${JSON.stringify({ ...flags, ...environment })} is refused by the name of the setting`, () => {
    assert.throws(
      () => readServeSettings(flags, environment),
      (error) =>
        error instanceof ProviderError &&
        error.code === 'SETTING_INVALID' &&
        error.message.startsWith(`${setting} is `),
    )
  })
}

for (const text of ['soon', '-1s', '0']) {
  test(`--pod-identity-http-timeout=${text} is bridged by the default, with a warning`, () => {
    const { podIdentityTimeoutMs, warnings } = readServeSettings({ 'pod-identity-http-timeout': text }, {})
    assert.equal(podIdentityTimeoutMs, 2000)
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', /--pod-identity-http-timeout/)
  })
}

test('readAwsSettings() keeps no other part of the environment', () => {
  const settings = readAwsSettings({ AWS_SECRET_ACCESS_KEY: 'hidden-key', AWS_SESSION_TOKEN: 'hidden-token' })
  assert.doesNotMatch(JSON.stringify(settings), /hidden/)
})

test('a proxy variable that is refused is not quoted: it may hold a password', () => {
  assert.throws(
    () => readAwsSettings({ HTTPS_PROXY: 'socks5://user:hidden-password@proxy:1080' }),
    (error: Error) => /socks5:/.test(error.message) && !/hidden-password/.test(error.message),
  )
})
