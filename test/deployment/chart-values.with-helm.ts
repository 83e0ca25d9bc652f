import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daemonSet, objects, render, type Values } from './chart-rendering.ts'
import { everythingOn } from './everything-on.ts'
import { type Manifest, policyBreaches } from './pod-policy.ts'

/** What each value of the chart does to the objects that it renders. */

test('each value reaches the command line or the environment of the provider', () => {
  const [container] = daemonSet(everythingOn).spec.template.spec.containers
  assert.deepEqual(container.args, [
    '--provider-volume=/var/run/secrets-store-csi-providers',
    '--driver-writes-secrets=true',
    '--qps=20',
    '--burst=40',
    '--pod-identity-http-timeout=1m2.5s',
    '--eks-addon-version=v3.0.0-eksbuild.1',
    '--max-response-bytes=16777216',
    '--max-volume-bytes=33554432',
    '--health-port=8989',
    '--log-level=debug',
    '--log-format=text',
  ])
  const plain = container.env.filter((one: { value?: string }) => one.value !== undefined)
  assert.deepEqual(
    plain.map((one: { name: string; value: string }) => `${one.name}=${one.value}`),
    [
      'MALLOC_ARENA_MAX=1',
      'MALLOC_TRIM_THRESHOLD_=65536',
      'MALLOC_MMAP_THRESHOLD_=32768',
      'AWS_REGION=eu-west-1',
      'AWS_USE_FIPS_ENDPOINT=true',
      'HTTPS_PROXY=http://proxy:3128',
      'NO_PROXY=.internal',
      'AWS_MAX_ATTEMPTS=5',
    ],
  )
})

test('allowFileOwner adds a flag and one capability, beside those that were asked for', () => {
  const [container] = daemonSet({ allowFileOwner: true }).spec.template.spec.containers
  assert.ok(container.args.includes('--allow-file-owner=true'))
  assert.deepEqual(container.securityContext.capabilities, { add: ['CHOWN'], drop: ['ALL'] })
  assert.deepEqual(policyBreaches(daemonSet({ allowFileOwner: true })), [
    'it drops all capabilities and adds none',
  ])
  const asked = (capabilities: unknown) =>
    daemonSet({ allowFileOwner: true, securityContext: { capabilities } }).spec.template.spec.containers[0]
      .securityContext.capabilities
  assert.deepEqual(asked({ add: ['SYS_NICE'] }), { add: ['SYS_NICE', 'CHOWN'], drop: ['ALL'] })
  assert.deepEqual(asked({ add: ['CHOWN'] }), { add: ['CHOWN'], drop: ['ALL'] })
  assert.deepEqual(asked(null), { add: ['CHOWN'] })
})

for (const [qps, shown] of [
  [20, '--qps=20'],
  ['20', '--qps=20'],
  [1000000, '--qps=1000000'],
] as const) {
  test(`k8sThrottlingParams.qps ${JSON.stringify(qps)} gives ${shown}`, () => {
    const [container] = daemonSet({ k8sThrottlingParams: { qps } }).spec.template.spec.containers
    assert.ok(container.args.includes(shown), container.args.join(' '))
  })
}

test('an update surges, unless the values say how, or say by hand', () => {
  const strategy = (values: Values) => daemonSet(values).spec.updateStrategy
  const surge = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  assert.deepEqual(strategy({}), surge)
  assert.deepEqual(strategy({ updateStrategy: { type: 'OnDelete' } }), { type: 'OnDelete' })
  assert.deepEqual(strategy({ updateStrategy: { rollingUpdate: { maxUnavailable: 1 } } }), {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: 1 },
  })
})

test('no label can take the place of the one that the selector needs', () => {
  const { spec, metadata } = daemonSet({
    commonLabels: { app: 'mine' },
    podLabels: { app: 'mine' },
  }) as Manifest & {
    metadata: { labels: Record<string, string> }
  }
  const name = 'secrets-store-csi-driver-provider-aws'
  assert.deepEqual(spec.selector.matchLabels, { app: name })
  assert.equal(spec.template.metadata.labels.app, name)
  assert.equal(metadata.labels.app, name)
})

test('a digest takes the place of the tag', () => {
  const digest = `sha256:${'0'.repeat(64)}`
  const [container] = daemonSet({ image: { repository: 'r.example/a', tag: '9', digest } }).spec.template.spec
    .containers
  assert.equal(container.image, `r.example/a@${digest}`)
})

test("AWS's names are not looked for in the cluster's search domains first, unless the values say so", () => {
  const dns = (values: Values) => daemonSet(values).spec.template.spec.dnsConfig
  const options = [{ name: 'ndots', value: '1' }]
  assert.deepEqual(dns({}), { options })
  assert.deepEqual(dns({ dnsConfig: { searches: ['a.example'] } }), { options, searches: ['a.example'] })
  assert.equal(dns({ dnsConfig: null }), undefined)
})

test('the service account has the annotations that the values give', () => {
  const account = (values: Values) => objects(render(values)).find(({ kind }) => kind === 'ServiceAccount')
  assert.deepEqual(account({ serviceAccount: { annotations: { a: 'b' } } })?.metadata.annotations, { a: 'b' })
  assert.equal(account({})?.metadata.annotations, undefined)
})
