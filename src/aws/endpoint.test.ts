import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endpointOf, plainEndpoint } from './endpoint.ts'
import type { AwsService } from './failures/failure.ts'
import { createSdkReader } from './sdk/reader.ts'

const services: readonly AwsService[] = ['secretsmanager', 'ssm', 'sts']
const plain = { useFipsEndpoint: false, useDualstackEndpoint: false, endpoints: {} }
const { endpoint: rules } = createSdkReader()
const words = [
  'us',
  'eu',
  'ap',
  'sa',
  'ca',
  'me',
  'af',
  'il',
  'mx',
  'cn',
  'us-gov',
  'us-iso',
  'us-isob',
  'eusc-de',
  'xx',
]
const regions = fc
  .tuple(fc.constantFrom(...words), fc.stringMatching(/^[a-z]{1,12}$/), fc.integer({ min: 1, max: 19 }))
  .map((parts) => parts.join('-'))

test('an endpoint that is known without the SDK is the one that its rules give', () => {
  let known = 0
  fc.assert(
    fc.property(regions, fc.constantFrom(...services), (region, service) => {
      const url = plainEndpoint(service, region, plain)
      if (url === undefined) return
      known += 1
      assert.equal(url.href, rules(service, region, plain).href)
    }),
    { numRuns: 500 },
  )
  assert.ok(known > 100)
})

const cases: readonly [service: AwsService, region: string, settings: object, url: string][] = [
  ['secretsmanager', 'eu-west-1', {}, 'https://secretsmanager.eu-west-1.amazonaws.com/'],
  ['secretsmanager', 'cn-north-1', {}, 'https://secretsmanager.cn-north-1.amazonaws.com.cn/'],
  ['ssm', 'us-gov-west-1', { useFipsEndpoint: true }, 'https://ssm.us-gov-west-1.amazonaws.com/'],
  ['ssm', 'us-east-1', { useDualstackEndpoint: true }, 'https://ssm.us-east-1.api.aws/'],
  ['sts', 'us-east-1', { useFipsEndpoint: true }, 'https://sts.us-east-1.amazonaws.com/'],
  ['sts', 'us-east-1', { endpoints: { sts: 'http://localhost:1/a' } }, 'http://localhost:1/a'],
]
for (const [service, region, settings, url] of cases) {
  test(`${service} of ${region} with ${JSON.stringify(settings)} is at ${url}`, async () => {
    assert.equal((await endpointOf(service, region, { ...plain, ...settings }, async () => rules)).href, url)
  })
}
