import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import {
  allowing,
  type DoctorScene,
  doctorCanaries,
  installerAllows,
  podOption,
  startDoctorScene,
} from '../../../test/fixtures/doctor-scene.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { DoctorContext, DoctorOptions } from '../context.ts'
import { DoctorTimeout, type Row } from '../row.ts'
import { checkPodAccess } from './access.ts'
import { checkPodTarget } from './target.ts'

let scene: DoctorScene

before(async () => {
  scene = await startDoctorScene()
})
after(() => scene.stop())
afterEach(() => scene.heal())

const role = 'arn:aws:iam::111122223333:role/app'

/** Rows of the pod and of what it may, which share one context. */
async function lookAtPod(
  options: DoctorOptions = {},
  context: Partial<DoctorContext> = {},
): Promise<readonly Row[]> {
  const own = {
    providerVolume: scene.folder,
    serviceAccountDirectory: scene.folder,
    ...podOption,
    ...options,
  }
  const change = { options: own, context }
  const rows = await scene.look(
    async (context) => [...(await checkPodTarget(context)), ...(await checkPodAccess(context))],
    change,
  )
  for (const canary of doctorCanaries) {
    assert.ok(!JSON.stringify(rows).includes(canary), `${canary} in ${JSON.stringify(rows)}`)
  }
  return rows
}

const shown = (rows: readonly Row[]) =>
  rows.map(({ state, check, code }) => [state, check, code].join(' ').trim())

const wrong = (rows: readonly Row[]) => shown(rows.filter(({ state }) => state !== 'ok'))

const healthy = [
  'ok pod default/app-0',
  'ok class app',
  'ok class app-agent',
  'ok service account default/app',
  'ok token sts.amazonaws.com',
  'ok role us-east-1',
  'ok role us-west-2',
  'ok object app/database us-east-1',
  'ok object /app/license us-east-1',
  'ok object app/database us-west-2',
  'ok object /app/license us-west-2',
  'ok token pods.eks.amazonaws.com',
  'ok role by pod identity',
  'ok object app/keystore us-east-1',
]

test('a pod with two classes, IRSA in two regions and Pod Identity, is looked at to the end', async () => {
  assert.deepEqual(shown(await lookAtPod()), healthy)
})

const batched = {
  parameters: {
    region: 'us-east-1',
    failoverRegion: null,
    batchReads: 'true',
    objects:
      '[{objectName: app/database, objectType: secretsmanager}, {objectName: app/keystore, objectType: secretsmanager}]',
  },
}

test('a class with batchReads has a row for the call that reads several', async () => {
  scene.emulator.mergeWorld({
    kubernetes: { secretProviderClasses: { 'default/app': { provider: 'aws', ...batched } } },
  })
  assert.deepEqual(wrong(await lookAtPod()), [])
  assert.ok(shown(await lookAtPod()).includes('ok batch reads us-east-1'))
  scene.emulator.mergeWorld({ roles: { [role]: { deny: [{ actions: ['secretsmanager:Batch*'] }] } } })
  assert.deepEqual(wrong(await lookAtPod()), ['failed batch reads us-east-1 BATCH_ACCESS_DENIED'])
})

const arn = (name: string, region: string) => `arn:aws:secretsmanager:${region}:111122223333:secret:${name}`
const noBatches = { roles: { [role]: { deny: [{ actions: ['secretsmanager:Batch*'] }] } } }
const classes: readonly (readonly [
  name: string,
  parameters: Readonly<Record<string, string | null>>,
  objects: readonly object[],
  change: object,
  wrong: readonly string[],
])[] = [
  [
    'an optional object that one region has alone',
    {},
    [{ objectName: 'app/keystore', objectType: 'secretsmanager', optional: true }],
    {},
    ['failed object app/keystore OBJECT_NOT_FOUND'],
  ],
  [
    'objects of another region that are read several a call, which is denied',
    { failoverRegion: null, batchReads: 'true' },
    ['a', 'b'].map((name) => ({
      objectName: arn(name, 'us-west-2'),
      objectRegion: 'us-west-2',
      objectAlias: name,
    })),
    { ...noBatches, regions: { 'us-west-2': { secrets: { a: { string: 'x' }, b: { string: 'x' } } } } },
    ['failed batch reads us-west-2 BATCH_ACCESS_DENIED'],
  ],
  [
    'secrets of which the first two share no call, and calls for several are denied',
    { failoverRegion: null, batchReads: 'true' },
    [
      { objectName: 'app/database', objectType: 'secretsmanager' },
      { objectName: arn('app/database', 'us-east-1'), objectAlias: 'again' },
      { objectName: 'app/keystore', objectType: 'secretsmanager' },
    ],
    noBatches,
    ['failed batch reads us-east-1 BATCH_ACCESS_DENIED'],
  ],
  [
    'a path with a parameter of the name of another file',
    { failoverRegion: null },
    [
      { objectName: '/app/x', objectType: 'ssmparameterpath' },
      { objectName: '/app/license', objectType: 'ssmparameter', objectAlias: 'same' },
    ],
    { regions: { 'us-east-1': { parameters: { '/app/x/same': { value: 'x' } } } } },
    ['failed files EXPANDED_COLLISION'],
  ],
  [
    'a file that is given away',
    { failoverRegion: null },
    [{ objectName: 'app/database', objectType: 'secretsmanager', fileOwner: 1000 }],
    {},
    ['unknown file owners'],
  ],
]
for (const [name, parameters, objects, change, expected] of classes) {
  test(`told of a class: ${name}`, async () => {
    const regions = { region: 'us-east-1', failoverRegion: 'us-west-2' }
    const all = { ...regions, ...parameters, objects: JSON.stringify(objects) }
    scene.emulator.mergeWorld({
      ...change,
      kubernetes: { secretProviderClasses: { 'default/app': { provider: 'aws', parameters: all } } },
    })
    assert.deepEqual(wrong(await lookAtPod()), expected)
  })
}

test('without --pod there is nothing to look at', async () => {
  assert.deepEqual(await scene.look(checkPodTarget), [])
  assert.deepEqual(await scene.look(checkPodAccess), [])
})

const account = (annotations: unknown) => ({
  kubernetes: { serviceAccounts: { 'default/app': { annotations } } },
})
const classOf = (spec: unknown) => ({ kubernetes: { secretProviderClasses: { 'default/app': spec } } })
const notRead = 'unknown objects of class app'

const worlds: readonly (readonly [name: string, change: unknown, wrong: readonly string[]])[] = [
  [
    'a pod that is not there',
    { kubernetes: { pods: null } },
    ['failed pod default/app-0 KUBERNETES_NOT_FOUND'],
  ],
  [
    'a pod without such a volume',
    { kubernetes: { pods: { 'default/app-0': { volumes: null } } } },
    ['failed pod default/app-0'],
  ],
  ['a class that is not there', classOf(null), ['failed class app KUBERNETES_NOT_FOUND']],
  ['a class of another provider', classOf({ provider: 'vault' }), ['unknown class app']],
  ['a class whose provider is misspelt', classOf({ provider: 'awss' }), ['failed class app']],
  [
    'a class with two faults',
    classOf({ parameters: { objects: '[{objectName: a}, {objectName: b, objectType: x}]' } }),
    ['failed class app OBJECT_TYPE_MISSING', 'failed class app OBJECT_TYPE_UNKNOWN'],
  ],
  [
    'a service account without a role',
    account(null),
    ['failed service account default/app ROLE_ARN_MISSING', notRead],
  ],
  [
    'a service account with a role that is none',
    account({ 'eks.amazonaws.com/role-arn': 'app' }),
    ['failed service account default/app ROLE_ARN_INVALID', notRead],
  ],
  [
    'a role that does not trust the service account',
    { roles: { [role]: { trust: ['other:app'] } } },
    ['failed role us-east-1 STS_ACCESS_DENIED', 'failed role us-west-2 STS_ACCESS_DENIED', notRead],
  ],
  [
    'a pod without an association',
    { podIdentityAssociations: [] },
    ['failed role by pod identity POD_IDENTITY_REFUSED', 'unknown objects of class app-agent'],
  ],
  [
    'a role that may not read one object',
    { roles: { [role]: { deny: [{ secrets: ['app/database'] }] } } },
    [
      'failed object app/database us-east-1 ACCESS_DENIED_EXPLICITLY',
      'failed object app/database us-west-2 ACCESS_DENIED_EXPLICITLY',
    ],
  ],
  [
    'an object that is missing in the failover region alone',
    { regions: { 'us-west-2': { parameters: null } } },
    ['failed object /app/license us-west-2 OBJECT_NOT_FOUND'],
  ],
  [
    'a value without the key of a jmesPath',
    { regions: { 'us-east-1': { secrets: { 'app/database': { string: '{"user":"canary-of-a-value"}' } } } } },
    [
      'failed object app/database us-east-1 EXTRACT_NOT_STRING',
      'failed object app/database us-west-2 EXTRACT_NOT_STRING',
    ],
  ],
]

for (const [name, change, expected] of worlds) {
  test(`${name} is told, in the words of a mount`, async () => {
    scene.emulator.mergeWorld(change)
    const rows = await lookAtPod()
    assert.deepEqual(wrong(rows), expected)
    for (const { state, remedy } of rows) if (state === 'failed') assert.ok(remedy, 'what to do')
  })
}

const target = 'arn:aws:iam::444455556666:role/vault'
const trusting = { roles: { [target]: { assumableBy: [{ principals: [role], tagSession: true }] } } }
const vault = {
  accounts: {
    '444455556666': {
      regions: {
        'us-east-1': { secrets: { s: { string: 'canary-of-a-value', replicas: ['us-west-2'] } } },
        'us-west-2': {},
      },
    },
  },
}
const chained = classOf({
  parameters: {
    assumeRoleArn: target,
    assumeRoleExternalId: 'canary-of-an-external-id',
    objects: '- {objectName: s, objectType: secretsmanager}',
  },
})

test('a role to assume has a row for the chain and one in each region, after those of the pod’s own role', async () => {
  for (const change of [trusting, vault, chained]) scene.emulator.mergeWorld(change)
  const rows = await lookAtPod()
  assert.deepEqual(
    shown(rows).filter((each) => !/agent|pod identity|keystore|pods\.eks/.test(each)),
    [
      'ok pod default/app-0',
      'ok class app',
      'ok service account default/app',
      'ok token sts.amazonaws.com',
      'ok role us-east-1',
      'ok role us-west-2',
      'ok role chain',
      'ok assumed role us-east-1',
      'ok assumed role us-west-2',
      'ok object s us-east-1',
      'ok object s us-west-2',
    ],
  )
  const chain = rows.find(({ check }) => check === 'role chain')
  assert.match(chain?.found ?? '', /reads as \S+role\/vault, with an external id, for 3600 s/)
  assert.doesNotMatch(JSON.stringify(rows), /canary-of-an-external-id/)
})

test('a role to assume that does not trust the pod’s role is told in each region', async () => {
  for (const change of [vault, chained]) scene.emulator.mergeWorld(change)
  assert.deepEqual(wrong(await lookAtPod()), [
    'failed assumed role us-east-1 ASSUME_ROLE_DENIED',
    'failed assumed role us-west-2 ASSUME_ROLE_DENIED',
    notRead,
  ])
})

test('a role to assume is not looked at where the pod has no credentials', async () => {
  for (const change of [trusting, vault, chained, { roles: { [role]: { trust: ['other:app'] } } }])
    scene.emulator.mergeWorld(change)
  assert.ok(wrong(await lookAtPod()).includes(`unknown assumed role ${target}`))
})

test('parameters among a volume’s attributes count in place of the class’s, as the driver has it', async () => {
  for (const change of [trusting, vault]) scene.emulator.mergeWorld(change)
  const volume = (attributes: Readonly<Record<string, string>>) => ({
    name: JSON.stringify(attributes),
    csi: {
      driver: 'secrets-store.csi.k8s.io',
      volumeAttributes: { secretProviderClass: 'app', ...attributes },
    },
  })
  const volumes = [volume({}), volume({ assumeRoleArn: target, failoverRegion: '' })]
  scene.emulator.mergeWorld({ kubernetes: { pods: { 'default/app-0': { volumes } } } })
  const rows = shown(await lookAtPod())
  assert.ok(rows.includes('ok assumed role us-east-1'), rows.join('\n'))
  assert.ok(!rows.includes('ok assumed role us-west-2'))
  assert.ok(rows.includes('failed object app/database us-east-1 OBJECT_NOT_FOUND'))
})

test('a region whose STS fails is told, and the objects are read all the same', async () => {
  const effect = { do: 'error', code: 'ServiceUnavailable', status: 503 } as const
  scene.emulator.addFault({ when: { service: 'sts', region: 'us-east-1' }, effect })
  assert.deepEqual(wrong(await lookAtPod()), ['failed role us-east-1 STS_UNAVAILABLE'])
})

test('with the rights of the installer, classes and tokens name what would let them be looked at', async () => {
  scene.emulator.mergeWorld(allowing(installerAllows))
  const rows = await lookAtPod()
  assert.deepEqual(wrong(rows), [
    'unknown class app',
    'unknown class app-agent',
    'unknown token sts.amazonaws.com',
  ])
  assert.match(rows[1]?.remedy ?? '', /deployment\/optional\/doctor\.yaml/)
  assert.match(
    rows.at(-1)?.remedy ?? '',
    /kubectl create token app -n default .*deployment\/optional\/token-request\.yaml/,
  )
})

test('with the rights of the installer, a service account without a role is no verdict', async () => {
  scene.emulator.mergeWorld(allowing(installerAllows))
  scene.emulator.mergeWorld(account(null))
  assert.ok(wrong(await lookAtPod()).includes('unknown service account default/app'))
})

test('a token that is handed in takes the place of the right to make one', async () => {
  scene.emulator.mergeWorld(allowing([...installerAllows, 'get secretproviderclasses']))
  const mint = (serviceAccount: string, audience = 'sts.amazonaws.com', seconds = 600) =>
    new Sensitive(scene.emulator.mintToken({ namespace: 'default', serviceAccount, audience, seconds }))
  const agent = ['unknown token pods.eks.amazonaws.com', 'unknown objects of class app-agent']
  for (const [token, expected] of [
    [mint('app'), agent],
    [mint('other'), ['failed token sts.amazonaws.com', notRead, ...agent]],
    [mint('app', 'sts.amazonaws.com', -10), ['failed token sts.amazonaws.com', notRead, ...agent]],
    [mint('app', 'vault'), ['unknown token sts.amazonaws.com', notRead, ...agent]],
    [new Sensitive('canary-of-a-value'), ['unknown token sts.amazonaws.com', notRead, ...agent]],
  ] as const) {
    assert.deepEqual(wrong(await lookAtPod({ token })), expected)
  }
})

test('a pod of another node is told', async () => {
  scene.emulator.mergeWorld({ kubernetes: { pods: { 'default/app-0': { node: 'node-2' } } } })
  const [row] = await lookAtPod()
  assert.match(row?.remedy ?? '', /this is node node-1: .* on node-2 too$/)
})

test('what had no answer when the time is over says so, and the rest is kept', async () => {
  scene.emulator.addFault({ when: { service: 'ssm' }, effect: { do: 'hang' } })
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(new DoctorTimeout(25)), 2_500)
  const rows = await lookAtPod({}, { signal: abort.signal })
  clearTimeout(timer)
  assert.deepEqual(wrong(rows), [
    'failed object /app/license us-east-1',
    'failed object /app/license us-west-2',
  ])
  assert.equal(rows.find(({ state }) => state === 'failed')?.found, 'no answer within 25 s')
})
