import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeKubernetes } from '../../test/fixtures/fake-kubernetes.ts'
import { fault } from '../errors/provider-error.ts'
import { readRoleArn } from './service-account.ts'

const never = new AbortController().signal
const owner = { namespace: 'shop', serviceAccount: 'till' }
const path = '/api/v1/namespaces/shop/serviceaccounts/till'
const annotated = (value: string) => ({ metadata: { annotations: { 'eks.amazonaws.com/role-arn': value } } })

for (const arn of [
  'arn:aws:iam::123456789012:role/till',
  'arn:aws-cn:iam::123456789012:role/till',
  'arn:aws-us-gov:iam::123456789012:role/team/shop/till',
  'arn:aws-iso-b:iam::123456789012:role/a+b=c,d.e@f-g_h',
  'arn:aws-eusc:iam::123456789012:role/till',
]) {
  test(`readRoleArn() gives ${arn}`, async () => {
    const client = createFakeKubernetes({ [path]: annotated(arn) })
    assert.equal(await readRoleArn(client, owner, never), arn)
  })
}

test('readRoleArn() reads anew at every call', async () => {
  const objects = { [path]: annotated('arn:aws:iam::123456789012:role/old') }
  const client = createFakeKubernetes(objects)
  await readRoleArn(client, owner, never)
  objects[path] = annotated('arn:aws:iam::123456789012:role/new')
  assert.equal(await readRoleArn(client, owner, never), 'arn:aws:iam::123456789012:role/new')
})

const kubectl = /kubectl annotate serviceaccount --namespace shop till eks\.amazonaws\.com\/role-arn=ROLE_ARN/

const failures: readonly [title: string, answer: unknown, code: string, text: RegExp][] = [
  ['no annotations', { metadata: {} }, 'ROLE_ARN_MISSING', kubectl],
  ['annotations null', { metadata: { annotations: null } }, 'ROLE_ARN_MISSING', kubectl],
  ['an empty annotation', annotated(''), 'ROLE_ARN_MISSING', /service account "till" in namespace "shop"/],
  ['a blank annotation', annotated('  '), 'ROLE_ARN_MISSING', /eks\.amazonaws\.com\/role-arn/],
  ['a user', annotated('arn:aws:iam::123456789012:user/till'), 'ROLE_ARN_INVALID', kubectl],
  ['a role name', annotated('till'), 'ROLE_ARN_INVALID', /is "till", not the ARN/],
  [
    'a region in the ARN',
    annotated('arn:aws:iam:eu-west-1:123456789012:role/till'),
    'ROLE_ARN_INVALID',
    kubectl,
  ],
  ['a line break in the ARN', annotated('arn:aws:iam::123456789012:role/a\nb'), 'ROLE_ARN_INVALID', /a\\nb/],
  ['another object', ['?'], 'KUBERNETES_ANSWER_INVALID', /metadata/],
  [
    'no such account',
    fault('KUBERNETES_NOT_FOUND', { request: '', message: '' }),
    'SERVICE_ACCOUNT_NOT_FOUND',
    /"till" does not exist in namespace "shop"/,
  ],
  ['no answer', fault('KUBERNETES_UNREACHABLE', { server: 's', reason: 'r' }), 'KUBERNETES_UNREACHABLE', /r/],
]

for (const [title, answer, code, text] of failures) {
  test(`${title} ends as ${code}`, async () => {
    const client = createFakeKubernetes({ [path]: answer })
    await assert.rejects(readRoleArn(client, owner, never), (error: Error & { code?: string }) => {
      assert.equal(error.code, code)
      assert.match(error.message, text)
      return true
    })
  })
}
