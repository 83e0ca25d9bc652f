import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { namespacePrefix } from '../cluster/invariants.ts'
import { apply, kubectl, type Manifest, run } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { until } from '../cluster/until.ts'

/** deployment/policies, bound for one namespace, as the API server understands them. */

const namespace = `${namespacePrefix}${randomBytes(4).toString('hex')}`
const folder = new URL('../../../deployment/policies/', import.meta.url)
const objects = [{ objectName: 'a', objectType: 'secretsmanager' }]
const role = (account: string) => `arn:aws:iam::${account}:role/x`
const allowed = '444455556666'

before(async () => {
  await kubectl(['create', 'namespace', namespace])
  await kubectl(['create', 'serviceaccount', 'reader', '-n', namespace])
  await apply(readFileSync(new URL('policies.yaml', folder), 'utf8'))
  await apply(bindings())
  await until(30, 'the policies are bound', async () => {
    assert.notEqual(await refusalOf(classOf({ region: 'eu-west-9' })), '')
    assert.notEqual(await refusalOf(podOf({ region: 'eu-west-9' })), '')
  })
})
after(async () => {
  const names = bindings().map(({ metadata }) => metadata.name)
  await kubectl(['delete', 'validatingadmissionpolicybinding', ...names.slice(1)])
  await kubectl(['delete', 'validatingadmissionpolicy', 'aws-secret-provider-classes', 'aws-secret-volumes'])
  await kubectl(['delete', 'namespace', namespace, '--wait=false'])
})

/** As shipped, but for one namespace alone: other scenarios run beside this one. */
function bindings(): readonly Manifest[] {
  const documents = parseAllDocuments(readFileSync(new URL('bindings.yaml', folder), 'utf8'))
  return documents.map((document) => {
    const { metadata, spec, ...rest } = document.toJS() as Manifest & {
      readonly spec?: { readonly paramRef: object }
    }
    if (spec === undefined) return { ...rest, metadata: { ...metadata, namespace } }
    const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } }
    return {
      ...rest,
      metadata: { ...metadata, name: `${metadata.name}-${namespace}` },
      spec: { ...spec, paramRef: { ...spec.paramRef, namespace }, matchResources: { namespaceSelector } },
    }
  })
}

function classOf(parameters: Readonly<Record<string, string>>, provider = 'aws'): Manifest {
  const made = secretProviderClass('c', { objects })
  const spec = made.spec as { readonly parameters: object }
  return { ...made, spec: { ...spec, provider, parameters: { ...spec.parameters, ...parameters } } }
}

function podOf(attributes: Readonly<Record<string, string>>, driver = 'secrets-store.csi.k8s.io'): Manifest {
  const made = readerPod('p')
  const volumeAttributes = { secretProviderClass: 'c', ...attributes }
  const volumes = [
    { name: 'other', emptyDir: {} },
    { name: 'secrets', csi: { driver, readOnly: true, volumeAttributes } },
  ]
  return { ...made, spec: { ...(made.spec as object), volumes } }
}

/** What the API server says against it; empty when it takes it. */
async function refusalOf(what: Manifest): Promise<string> {
  const words = ['create', '--dry-run=server', '-n', namespace, '-f', '-']
  const { code, stderr } = await run('kubectl', words, JSON.stringify(what))
  return code === 0 ? '' : stderr
}

const attributes: readonly (readonly [
  name: string,
  Readonly<Record<string, string>>,
  refusal: RegExp | undefined,
])[] = [
  ['no role and no region', {}, undefined],
  ['a role of an account on the list', { assumeRoleArn: role(allowed) }, undefined],
  ['the regions on the list', { region: 'us-east-1', failoverRegion: 'us-east-2' }, undefined],
  ['empty texts', { assumeRoleArn: '', region: '', failoverRegion: '' }, undefined],
  ['a role of another account', { assumeRoleArn: role('999900001111') }, /assumeRoleArn.*platform allows/],
  ['a role of a part of an account', { assumeRoleArn: role('4444') }, /assumeRoleArn/],
  ['what is no ARN', { assumeRoleArn: `x ${role(allowed)}` }, /assumeRoleArn/],
  ['a region that is not on the list', { region: 'eu-west-1' }, /regions that the platform allows/],
  ['a failover region that is not', { failoverRegion: 'eu-west-1' }, /regions that the platform allows/],
  [
    'an objectRegion',
    { objects: '[{objectName: a, OBJECTREGION: eu-west-1}]' },
    /must not name an objectRegion/,
  ],
  ['escapes in objects', { objects: '[{"object\\u0052egion": x}]' }, /must not name an objectRegion/],
  ['a line that goes on', { objects: '[{objectName: "a\\\n  b"}]' }, /must not name an objectRegion/],
  [
    'a line that goes on by another sign',
    { objects: '[{"object\\\u0085  Region": x}]' },
    /must not name an objectRegion/,
  ],
  ['a tag in objects', { objects: '[{!!str objectName: a}]' }, /must not name an objectRegion/],
  ['quotes that are escaped', { objects: '[{objectName: a, jmesPath: "\\"x\\""}]' }, undefined],
  ['a name that looks like assumeRoleArn', { AssumeRoleArn: role(allowed) }, /looks like assumeRoleArn/],
]

for (const [name, given, refusal] of attributes) {
  for (const [kind, make] of [
    ['class', classOf],
    ['volume of a pod', podOf],
  ] as const) {
    test(`a ${kind} with ${name} is ${refusal === undefined ? 'taken' : 'denied'}`, async () => {
      const text = await refusalOf(make(given))
      if (refusal === undefined) assert.equal(text, '')
      else assert.match(text, refusal)
    })
  }
}

test('a class of another provider is denied', async () => {
  assert.match(await refusalOf(classOf({}, 'vault')), /spec\.provider must be "aws"/)
})

test('volumes of other drivers are nobody’s business', async () => {
  assert.equal(await refusalOf(podOf({ assumeRoleArn: 'x', region: 'x' }, 'efs.csi.aws.com')), '')
})

test('without the list everything that would need it is denied', async () => {
  await kubectl(['delete', 'configmap', 'aws-secrets-allowed', '-n', namespace])
  await until(30, 'the list is gone', async () => assert.notEqual(await refusalOf(classOf({})), ''))
  await apply(bindings().slice(0, 1))
  await until(30, 'the list is back', async () => assert.equal(await refusalOf(classOf({})), ''))
})
