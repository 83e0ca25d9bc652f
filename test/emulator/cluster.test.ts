import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { after, before, test } from 'node:test'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { createAwsClients } from './aws-clients.ts'
import { mergeWorld } from './edit-world.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'
import { exampleRole, exampleWorld } from './world.ts'

let emulator: Emulator

before(async () => {
  const limited = { kubernetes: { tokens: { limited: { user: 'someone', allow: ['get pods'] } } } }
  emulator = await startEmulator({ world: mergeWorld(exampleWorld(), limited), podIdentity: [{}] })
})
after(() => emulator.close())

interface Got {
  readonly status: number
  readonly text: string
}

function call(url: string, headers: Record<string, string>, body?: unknown): Promise<Got> {
  const request = url.startsWith('https') ? httpsRequest : httpRequest
  const method = body === undefined ? 'GET' : 'POST'
  return new Promise((resolve, reject) => {
    request(url, { method, headers, ca: emulator.certificate }, async (response) => {
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(await response.toArray()).toString() })
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body))
  })
}

async function kubernetes(
  path: string,
  body?: unknown,
  token = 'example-provider-token',
): Promise<[number, unknown]> {
  const { status, text } = await call(
    emulator.addresses.kubernetes + path,
    { authorization: `Bearer ${token}` },
    body,
  )
  return [status, JSON.parse(text)]
}

const account = '/api/v1/namespaces/default/serviceaccounts/app'

test('a service account has its annotations, a pod its node, a node its labels', async () => {
  const parts: unknown[] = [
    await kubernetes(account),
    await kubernetes('/api/v1/namespaces/default/pods/app-0'),
    await kubernetes('/api/v1/nodes/node-1'),
  ]
  const text = JSON.stringify(parts)
  assert.ok(text.includes(exampleRole))
  assert.ok(text.includes('"nodeName":"node-1"'))
  assert.ok(text.includes('"topology.kubernetes.io/region":"us-east-1"'))
})

const refused: readonly [string, [string, unknown?, string?], number, RegExp][] = [
  ['an unknown token', [account, undefined, 'x'], 401, /"reason":"Unauthorized"/],
  [
    'a user without the right',
    [account, undefined, 'limited'],
    403,
    /serviceaccounts \\"app\\" is forbidden: User \\"someone\\" cannot get resource \\"serviceaccounts\\" in API group \\"\\" in the namespace \\"default\\"/,
  ],
  ['a name that is not there', [`${account}2`], 404, /serviceaccounts \\"app2\\" not found/],
  ['a path that is not there', ['/api/v1/nothing'], 404, /"reason":"NotFound"/],
  [
    'a token for another pod',
    [`${account}/token`, { spec: { boundObjectRef: { kind: 'Pod', name: 'app-0', uid: 'x' } } }],
    409,
    /UID/,
  ],
  [
    'a token that is too short-lived',
    [`${account}/token`, { spec: { expirationSeconds: 1 } }],
    422,
    /10 minutes/,
  ],
]
for (const [what, asked, status, text] of refused) {
  test(`the Kubernetes API refuses ${what} with ${status}`, async () => {
    const [gotStatus, got] = await kubernetes(...asked)
    assert.equal(gotStatus, status)
    assert.match(JSON.stringify(got), text)
  })
}

test('an access review says what the user may do', async () => {
  const review = {
    spec: { resourceAttributes: { verb: 'create', resource: 'serviceaccounts', subresource: 'token' } },
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  for (const [token, allowed] of [
    ['limited', false],
    ['example-provider-token', true],
  ] as const) {
    const [, got] = await kubernetes(path, review, token)
    assert.deepEqual((got as { status: unknown }).status, { allowed })
  }
})

test('a requested token gets credentials from the Pod Identity agent that AWS accepts', async () => {
  const boundObjectRef = { kind: 'Pod', name: 'app-0', uid: '44444444-4444-4444-8444-444444444444' }
  const [status, made] = await kubernetes(`${account}/token`, {
    spec: { audiences: ['pods.eks.amazonaws.com'], boundObjectRef },
  })
  assert.equal(status, 201)
  const { token } = (made as { status: { token: string } }).status
  const agent = `${emulator.addresses.podIdentity[0]}/v1/credentials`
  const { text } = await call(agent, { authorization: token })
  const got = JSON.parse(text) as Record<string, string>
  assert.ok(Date.parse(got.Expiration ?? '') > Date.now())
  const credentials = {
    accessKeyId: got.AccessKeyId ?? '',
    secretAccessKey: got.SecretAccessKey ?? '',
    sessionToken: got.Token ?? '',
  }
  const clients = createAwsClients(emulator, { credentials })
  assert.ok(
    (await clients.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/database' }))).SecretString,
  )
  clients.close()
})

test('the agent refuses tokens of no association, another audience, and none', async () => {
  const agent = `${emulator.addresses.podIdentity[0]}/v1/credentials`
  const mint = (serviceAccount: string, audience: string): string =>
    emulator.mintToken({ namespace: 'default', serviceAccount, audience })
  for (const [token, status, text] of [
    [mint('other', 'pods.eks.amazonaws.com'), 404, /ResourceNotFoundException/],
    [mint('app', 'sts.amazonaws.com'), 400, /InvalidTokenException/],
    ['', 400, /cannot be empty/],
  ] as const) {
    const got = await call(agent, token === '' ? {} : { authorization: token })
    assert.equal(got.status, status)
    assert.match(got.text, text)
  }
})
