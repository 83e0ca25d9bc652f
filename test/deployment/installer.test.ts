import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'
import { version } from '../../src/process/version.ts'
import { serveFlags } from '../../src/settings/serve-flags.ts'
import { type Manifest, policyBreaches } from './pod-policy.ts'

const deployment = fileURLToPath(new URL('../../deployment', import.meta.url))
const chart = join(deployment, 'chart/secrets-store-csi-driver-provider-aws')
const installed = 'csi-secrets-store-provider-aws'

function manifests(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(join(deployment, file), 'utf8')).map((document) => document.toJS())
}

const { image } = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'))
const installers = {
  'aws-provider-installer.yaml': `${image.repository}:${version}`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: envsubst fills it in
  'private-installer.yaml': '${PRIVREPO}:latest',
}

for (const [file, wantedImage] of Object.entries(installers)) {
  const objects = manifests(file)
  const daemonSet = objects.find(({ kind }) => kind === 'DaemonSet')

  test(`${file} has names of AWS asked for as they are, without the cluster's search domains first`, () => {
    assert.deepEqual(daemonSet?.spec?.template?.spec?.dnsConfig, { options: [{ name: 'ndots', value: '1' }] })
  })

  test(`${file} has the objects of an official installation by the same names`, () => {
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'} ${metadata.name}`),
      [
        `ServiceAccount kube-system ${installed}`,
        `ClusterRole - ${installed}-cluster-role`,
        `ClusterRoleBinding - ${installed}-cluster-rolebinding`,
        `DaemonSet kube-system ${installed}`,
      ],
    )
  })

  test(`${file} keeps the selector, the container and the volumes that an upgrade in place meets`, () => {
    const { selector, template } = daemonSet?.spec ?? {}
    assert.deepEqual(selector, { matchLabels: { app: installed } })
    assert.deepEqual(template.metadata.labels, { app: installed })
    const [container] = template.spec.containers
    assert.equal(container.name, 'provider-aws-installer')
    assert.equal(container.image, wantedImage)
    assert.deepEqual(
      container.volumeMounts.map((mount: { name: string; mountPath: string }) => [
        mount.name,
        mount.mountPath,
      ]),
      [
        ['providervol', '/var/run/secrets-store-csi-providers'],
        ['mountpoint-dir', '/var/lib/kubelet/pods'],
      ],
    )
  })

  test(`${file} may read three kinds of objects, and nothing more`, () => {
    const rules = objects.find(({ kind }) => kind === 'ClusterRole')?.rules
    assert.deepEqual(
      rules?.map(({ resources, verbs }) => [resources, verbs]),
      [
        [['serviceaccounts'], ['get']],
        [['pods'], ['get']],
        [['nodes'], ['get']],
      ],
    )
  })

  test(`${file} meets the policy for the provider's pod`, () => {
    assert.deepEqual(policyBreaches(daemonSet), [])
  })
}

test('private-installer.yaml has one variable, so that envsubst changes nothing else', () => {
  const text = readFileSync(join(deployment, 'private-installer.yaml'), 'utf8')
  const used = text.replaceAll(/^#.*$/gm, '').match(/\$\w*\{?\w*/g)
  assert.deepEqual(used, ['${PRIVREPO'])
})

test('what is opt-in grants one thing each, to the provider alone', () => {
  const grants = {
    'optional/token-request.yaml': [[['serviceaccounts/token'], ['create']]],
    'optional/doctor.yaml': [
      [['csidrivers'], ['get']],
      [['clusterroles'], ['get']],
      [['secretproviderclasses'], ['get']],
    ],
  }
  for (const [file, rules] of Object.entries(grants)) {
    const [role, binding] = manifests(file)
    assert.deepEqual(
      role?.rules?.map(({ resources, verbs }) => [resources, verbs]),
      rules,
    )
    assert.deepEqual(binding?.subjects, [
      { kind: 'ServiceAccount', name: installed, namespace: 'kube-system' },
    ])
  }
})

test('beside the secrets-store-sync-controller the provider may read service accounts, as that pod', () => {
  const [role, binding, ...more] = manifests('optional/secret-sync.yaml')
  assert.deepEqual(
    role?.rules?.map(({ resources, verbs }) => [resources, verbs]),
    [[['serviceaccounts'], ['get']]],
  )
  assert.deepEqual(binding?.subjects, [
    {
      kind: 'ServiceAccount',
      name: 'secrets-store-sync-controller',
      namespace: 'secrets-store-sync-controller-system',
    },
  ])
  assert.deepEqual(more, [])
})

test("the sync controller's values start the provider of this version, with flags that there are", () => {
  const values = parse(readFileSync(join(deployment, 'secret-sync/values.yaml'), 'utf8'))
  const [container, ...more] = values.providerContainer
  assert.deepEqual(more, [])
  assert.equal(container.image, `${image.repository}:${version}`)
  assert.deepEqual(container.args, [
    '--provider-volume=/provider',
    '--driver-writes-secrets=true',
    '--health-port=0',
  ])
  const known: readonly string[] = serveFlags.map(({ name }) => name)
  for (const word of container.args) assert.ok(known.includes(/^--([a-z-]+)=/.exec(word)?.[1] ?? ''), word)
  const installer = manifests('aws-provider-installer.yaml').find(({ kind }) => kind === 'DaemonSet')
  const [daemon] = installer?.spec.template.spec.containers ?? []
  const { privileged: _, ...hardening } = daemon.securityContext
  assert.deepEqual(container.securityContext, hardening)
  assert.deepEqual(container.resources, daemon.resources)
})

test('the chart is of the version that the source is', () => {
  const { version: chartVersion, appVersion } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))
  assert.deepEqual({ chartVersion, appVersion }, { chartVersion: version, appVersion: version })
})

test('our image is not in the repository of the official provider', () => {
  assert.ok(!image.repository.includes('/aws-secrets-manager/'))
})

test('the policy sees each weakening of the pod', () => {
  const weakenings: readonly [string, (pod: Manifest['spec']) => void][] = [
    ['host network', (pod) => Object.assign(pod, { hostNetwork: true })],
    ['host process ids', (pod) => Object.assign(pod, { hostPID: true })],
    [
      'writable root',
      (pod) => Object.assign(pod.containers[0].securityContext, { readOnlyRootFilesystem: false }),
    ],
    ['capabilities kept', (pod) => Object.assign(pod.containers[0].securityContext, { capabilities: {} })],
    [
      'a capability added',
      (pod) => Object.assign(pod.containers[0].securityContext.capabilities, { add: ['SYS_ADMIN'] }),
    ],
    [
      'escalation',
      (pod) => Object.assign(pod.containers[0].securityContext, { allowPrivilegeEscalation: true }),
    ],
    ['privileged', (pod) => Object.assign(pod.containers[0].securityContext, { privileged: true })],
    ['no seccomp', (pod) => Object.assign(pod.containers[0].securityContext, { seccompProfile: undefined })],
    ['a CPU limit', (pod) => Object.assign(pod.containers[0].resources.limits, { cpu: '50m' })],
    ['no memory limit', (pod) => Object.assign(pod.containers[0].resources, { limits: {} })],
    ['a short grace', (pod) => Object.assign(pod, { terminationGracePeriodSeconds: 25 })],
    ['no node name', (pod) => Object.assign(pod.containers[0], { env: [] })],
    ['a host port', (pod) => Object.assign(pod.containers[0].ports[0], { hostPort: 8989 })],
    ['another folder of the node', (pod) => pod.volumes.push({ name: 'etc', hostPath: { path: '/etc' } })],
    [
      'no propagation',
      (pod) => Object.assign(pod.containers[0].volumeMounts[1], { mountPropagation: 'None' }),
    ],
    ['no liveness', (pod) => Object.assign(pod.containers[0], { livenessProbe: undefined })],
  ]
  for (const [title, weaken] of weakenings) {
    const daemonSet = manifests('aws-provider-installer.yaml').find(({ kind }) => kind === 'DaemonSet')
    weaken(daemonSet?.spec.template.spec)
    assert.equal(policyBreaches(daemonSet).length, 1, `${title}: ${policyBreaches(daemonSet)}`)
  }
})
