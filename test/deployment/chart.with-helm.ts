import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isMap, parse, parseAllDocuments, stringify } from 'yaml'
import { version } from '../../src/process/version.ts'
import { startOciRegistry } from './oci-registry.ts'
import { type Manifest, policyBreaches } from './pod-policy.ts'

/**
 * Renders the chart with a real helm over a matrix of values; needs HELM, DRIVER_CHART (the driver's chart as a
 * folder), KUBECONFORM and SCHEMAS (from scripts/kubernetes-schemas.ts), as .ci/suites/20-deployment.sh gives them.
 */
const { HELM = 'helm', DRIVER_CHART = '', KUBECONFORM = 'kubeconform', SCHEMAS = '' } = process.env
const kubeVersions = (process.env.KUBE_VERSIONS ?? '').split(' ')
const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'chart-'))
after(() => rmSync(scratch, { recursive: true }))

const alone = join(scratch, 'alone')
const whole = join(scratch, 'whole')
for (const [folder, driver] of [
  [alone, 'none'],
  [whole, DRIVER_CHART],
]) {
  const { status, stderr } = spawnSync(join(root, 'scripts/stage-chart.sh'), [folder ?? '', driver ?? ''], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
}

type Values = Readonly<Record<string, unknown>>

function helm(
  words: readonly string[],
  values: Values,
): { code: number | null; output: string; errors: string } {
  const file = join(scratch, 'values.yaml')
  writeFileSync(file, stringify(values))
  const { status, stdout, stderr } = spawnSync(HELM, [...words, '--values', file], { encoding: 'utf8' })
  return { code: status, output: stdout, errors: stderr }
}

function render(values: Values, { chart = alone, kubeVersion = '1.37.2', release = 'aws' } = {}): string {
  const words = ['template', release, chart, '--namespace', 'kube-system', '--kube-version', kubeVersion]
  const { code, output, errors } = helm(words, values)
  assert.equal(code, 0, errors)
  return output
}

function objects(text: string): Manifest[] {
  return parseAllDocuments(text)
    .filter((document) => isMap(document.contents))
    .map((document) => document.toJS())
}

function daemonSet(values: Values): Manifest {
  const found = objects(render(values)).find(({ kind }) => kind === 'DaemonSet')
  assert.ok(found)
  return found
}

const matrix: Readonly<Record<string, Values>> = {
  'nothing set': {},
  'everything of ours on': {
    awsRegion: 'eu-west-1',
    useFipsEndpoint: true,
    driverWritesSecrets: true,
    podIdentityHttpTimeout: '1m2.5s',
    k8sThrottlingParams: { qps: '20', burst: 40 },
    eksAddonVersion: 'v3.0.0-eksbuild.1',
    maxResponseBytes: 16777216,
    maxVolumeBytes: '33554432',
    logLevel: 'debug',
    logFormat: 'text',
    proxy: { httpsProxy: 'http://proxy:3128', noProxy: '.internal' },
    env: [{ name: 'AWS_MAX_ATTEMPTS', value: '5' }],
    metrics: {
      podMonitor: { enabled: true, labels: { release: 'prometheus' } },
      serviceMonitor: { enabled: true },
    },
    networkPolicy: { enabled: true, ingress: [{ podSelector: {} }], egress: [{ ports: [{ port: 443 }] }] },
    serviceAccount: { annotations: { team: 'platform' } },
    rbac: { tokenRequest: true, doctor: true, serviceAccountName: 'reader' },
    imagePullSecrets: [{ name: 'registry' }],
    priorityClassName: 'system-node-critical',
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['169.254.20.10'] },
    tolerations: [{ operator: 'Exists' }],
    nodeSelector: { pool: 'main' },
    commonLabels: { team: 'platform' },
    podLabels: { tier: 'node' },
    podAnnotations: { 'prometheus.io/scrape': 'true' },
    extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
    extraVolumeMounts: [{ name: 'ca', mountPath: '/ca', readOnly: true }],
  },
  'files of other users': { allowFileOwner: true },
  'no health port': { port: 0 },
  'no affinity, no selector': { affinity: null, nodeSelector: {} },
  'an update by hand': { updateStrategy: { type: 'OnDelete' } },
  "the official chart's way to update": { updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } },
  'another kubelet folder': {
    kubeletPath: '/var/data/kubelet',
    providerVolume: '/etc/kubernetes/secrets-store-csi-providers',
  },
  'no objects for access': { rbac: { install: false } },
  'privileged, as SELinux may ask': { securityContext: { privileged: true, allowPrivilegeEscalation: true } },
}

for (const [title, values] of Object.entries(matrix)) {
  for (const chart of [alone, whole]) {
    const label = `${title}, ${chart === alone ? 'without' : 'with'} the driver`
    test(`lints and fits Kubernetes ${kubeVersions.join(' and ')}: ${label}`, () => {
      const { code, output, errors } = helm(['lint', '--strict', chart, '--kube-version', '1.37.2'], values)
      assert.equal(code, 0, output + errors)
      for (const kubeVersion of kubeVersions) {
        if (chart === whole && kubeVersion.startsWith('1.25.')) continue // The driver asks for 1.30.
        const { status, stdout } = spawnSync(
          KUBECONFORM,
          [
            ...['-strict', '-summary', '-kubernetes-version', kubeVersion],
            // Of the Prometheus Operator's objects no schema is at hand.
            ...['-skip', 'PodMonitor,ServiceMonitor,CustomResourceDefinition'],
            ...[
              '-schema-location',
              `${SCHEMAS}/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json`,
            ],
          ],
          { encoding: 'utf8', input: render(values, { chart, kubeVersion }) },
        )
        assert.equal(status, 0, stdout)
        assert.match(stdout, /Invalid: 0, Errors: 0/)
      }
    })
  }
}

for (const title of ['nothing set', 'everything of ours on']) {
  test(`the pod meets the policy: ${title}`, () => {
    const values = { ...matrix[title], extraVolumes: [], extraVolumeMounts: [] }
    assert.deepEqual(policyBreaches(daemonSet(values)), [])
  })
}

test('each value reaches the command line or the environment of the provider', () => {
  const [container] = daemonSet(matrix['everything of ours on'] ?? {}).spec.template.spec.containers
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

test('the driver is asked for tokens of both audiences, and can be left out', () => {
  const csiDriver = (values: Values) =>
    objects(render(values, { chart: whole })).find(({ kind }) => kind === 'CSIDriver')
  assert.deepEqual(csiDriver({})?.spec.tokenRequests, [
    { audience: 'sts.amazonaws.com' },
    { audience: 'pods.eks.amazonaws.com' },
  ])
  assert.equal(csiDriver({ 'secrets-store-csi-driver': { install: false } }), undefined)
})

test("the driver's pods keep off Fargate too", () => {
  const text = render({}, { chart: whole })
  assert.equal(text.match(/eks\.amazonaws\.com\/compute-type/g)?.length, 2)
})

test('a release of the official chart, whose defaults name the driver, keeps the names of all its objects', () => {
  const release = 'secrets-provider-aws'
  const names = (text: string) =>
    objects(text)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      .toSorted()
  // What the official chart from 2.2.1 on sets for the driver: its name, and tokens.
  const driver = stringify({
    fullnameOverride: 'secrets-store-csi-driver',
    tokenRequests: [{ audience: 'sts.amazonaws.com' }, { audience: 'pods.eks.amazonaws.com' }],
  })
  const official = names(render(parse(driver), { chart: DRIVER_CHART, release }))
  const full = 'secrets-provider-aws-secrets-store-csi-driver-provider-aws'
  const provider = [
    `ClusterRole ${full}-cluster-role`,
    `ClusterRoleBinding ${full}-cluster-role-binding`,
    `DaemonSet ${full}`,
    `ServiceAccount ${full}`,
  ]
  assert.ok(official.includes('DaemonSet secrets-store-csi-driver'), official.join('\n'))
  assert.deepEqual(names(render({}, { chart: whole, release })), [...official, ...provider].toSorted())
})

test('tokens come in the secrets of a request where Kubernetes can do that', () => {
  const csiDriver = (kubeVersion: string) =>
    objects(render({}, { chart: whole, kubeVersion })).find(({ kind }) => kind === 'CSIDriver')
  assert.equal(csiDriver('1.37.2')?.spec.serviceAccountTokenInSecrets, true)
  assert.equal(csiDriver('1.34.0')?.spec.serviceAccountTokenInSecrets, undefined)
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

test('the chart is an OCI artifact with annotations, and installed by its digest', async () => {
  const run = promisify(execFile)
  const registry = await startOciRegistry()
  const environment = { env: { ...process.env, HELM_CONFIG_HOME: scratch, HELM_CACHE_HOME: scratch } }
  try {
    await run(HELM, ['package', whole, '--destination', scratch], environment)
    const name = 'secrets-store-csi-driver-provider-aws'
    const place = `oci://${registry.host}/charts`
    await run(HELM, ['push', join(scratch, `${name}-${version}.tgz`), place, '--plain-http'], environment)
    const manifest = JSON.parse(`${registry.manifests.get(`charts/${name}:${version}`)}`)
    assert.equal(manifest.annotations['org.opencontainers.image.title'], name)
    assert.equal(manifest.annotations['artifacthub.io/license'], 'Apache-2.0')
    assert.ok(manifest.annotations['artifacthub.io/images'].includes(`/${name}:${version}\n`))
    const digest = [...registry.manifests.keys()].find((key) => key.includes('@'))?.split('@')[1]
    const words = [
      'template',
      'aws',
      `${place}/${name}@${digest}`,
      '--plain-http',
      '--kube-version',
      '1.37.2',
    ]
    assert.match((await run(HELM, words, environment)).stdout, /kind: DaemonSet/)
  } finally {
    await registry.close()
  }
})

const refused: readonly [Values, RegExp][] = [
  [{ awsRegoin: 'eu-west-1' }, /additional propert.*awsRegoin.*not allowed/i],
  [{ image: { tga: '1' } }, /image.*additional propert.*tga/is],
  [{ awsRegion: 'Frankfurt' }, /awsRegion.*Frankfurt/s],
  [{ useFipsEndpoint: 'always' }, /useFipsEndpoint.*got string, want boolean/s],
  [{ k8sThrottlingParams: { qps: 'many' } }, /qps.*many/s],
  [{ podIdentityHttpTimeout: '2 seconds' }, /podIdentityHttpTimeout.*2 seconds/s],
  [{ logLevel: 'verbose' }, /logLevel.*must be one of/s],
  [{ terminationGracePeriodSeconds: 10 }, /terminationGracePeriodSeconds.*(10|minimum)/s],
  [{ providerVolume: 'run/providers' }, /providerVolume.*run\/providers/s],
  [{ secretsStoreCsiDriver: { install: false } }, /secretsStoreCsiDriver/],
  [{ securityContext: { privileged: true } }, /set securityContext\.allowPrivilegeEscalation=true too/],
  [
    { port: 0, metrics: { podMonitor: { enabled: true } } },
    /port is 0 \(no metrics\) while a monitor is enabled/,
  ],
  [{ allowFileOwner: 'always' }, /allowFileOwner.*got string, want boolean/s],
  [
    { allowFileOwner: true, driverWritesSecrets: true },
    /allowFileOwner and driverWritesSecrets are both true/,
  ],
  [{ serviceAccount: { annotations: { a: 1 } } }, /annotations.*want string/s],
  [{ env: [{ name: 'NODE_NAME', value: 'x' }] }, /env sets NODE_NAME, which the chart sets itself/],
]

for (const [values, sentence] of refused) {
  test(`refuses ${JSON.stringify(values)} and names it`, () => {
    const { code, errors } = helm(['template', 'aws', alone, '--kube-version', '1.37.2'], values)
    assert.notEqual(code, 0)
    assert.match(errors, sentence)
  })
}

test('an old Kubernetes is refused', () => {
  const { code, errors } = helm(['template', 'aws', alone, '--kube-version', '1.24.0'], {})
  assert.notEqual(code, 0)
  assert.match(errors, /kubeVersion: >=1\.25\.0-0/)
})
