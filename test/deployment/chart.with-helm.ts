import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { parse, stringify } from 'yaml'
import { version } from '../../src/process/version.ts'
import {
  alone,
  DRIVER_CHART,
  daemonSet,
  HELM,
  helm,
  objects,
  render,
  scratch,
  type Values,
  whole,
} from './chart-rendering.ts'
import { everythingOn } from './everything-on.ts'
import { startOciRegistry } from './oci-registry.ts'
import { policyBreaches } from './pod-policy.ts'

/**
 * Holds the chart to the schemas of Kubernetes over a matrix of values; needs KUBECONFORM and SCHEMAS (from
 * scripts/kubernetes-schemas.ts) as well, as .ci/suites/20-deployment.sh gives them.
 */
const { KUBECONFORM = 'kubeconform', SCHEMAS = '' } = process.env
const kubeVersions = (process.env.KUBE_VERSIONS ?? '').split(' ')

const matrix: Readonly<Record<string, Values>> = {
  'nothing set': {},
  'everything of ours on': everythingOn,
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
