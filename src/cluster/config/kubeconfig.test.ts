import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { testCaFile } from '../../../test/fixtures/loopback-server.ts'
import type { ProviderError } from '../../errors/provider-error.ts'
import { Sensitive } from '../../process/sensitive.ts'
import { createKubernetesClient } from '../kubernetes-client.ts'
import { loadKubeconfig } from './kubeconfig.ts'

const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'
const base64 = Buffer.from(pem).toString('base64')

const whole = {
  kind: 'Config',
  'current-context': 'b',
  contexts: [
    { name: 'a', context: { cluster: 'other', user: 'other' } },
    { name: 'b', context: { cluster: 'c', user: 'u' } },
  ],
  clusters: [
    { name: 'c', cluster: { server: 'https://api.example:6443', 'certificate-authority': 'ca.pem' } },
  ],
  users: [{ name: 'u', user: { token: 'a-token' } }],
}

/** The kubeconfig with fields of its cluster and user in place of those of `whole`. */
function withFields(cluster: object | undefined, user: object | undefined): object {
  return {
    ...whole,
    ...(cluster === undefined ? {} : { clusters: [{ name: 'c', cluster }] }),
    ...(user === undefined ? {} : { users: [{ name: 'u', user }] }),
  }
}

function load(kubeconfig: unknown, files: Readonly<Record<string, string>> = { '/k/ca.pem': pem }) {
  const given = {
    '/k/config': typeof kubeconfig === 'string' ? kubeconfig : JSON.stringify(kubeconfig),
    ...files,
  }
  return loadKubeconfig('/k/config', async (path) => {
    const text = (given as Readonly<Record<string, string>>)[path]
    if (text === undefined) throw Object.assign(new Error(), { code: 'ENOENT' })
    return text
  })
}

test('the current context tells server and account; files are relative to the kubeconfig', async () => {
  assert.deepEqual(await load(whole), {
    host: 'api.example',
    port: 6443,
    ca: { file: '/k/ca.pem' },
    token: { text: new Sensitive('a-token') },
  })
})

test('YAML as kubectl writes it', async () => {
  const config = await load(`apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${base64}
    server: https://[fd00::1]/k8s/clusters/c-1/
  name: arn:aws:eks:us-east-1:111122223333:cluster/shop
contexts:
- context: {cluster: "arn:aws:eks:us-east-1:111122223333:cluster/shop", user: admin}
  name: shop
current-context: shop
kind: Config
preferences: {}
users:
- name: admin
  user:
    client-certificate-data: ${base64}
    client-key-data: ${base64}
`)
  assert.deepEqual([config.host, config.port, config.basePath], ['[fd00::1]', 443, '/k8s/clusters/c-1'])
  const texts = [config.ca, config.certificate?.cert, config.certificate?.key].map((source) =>
    source !== undefined && 'text' in source ? source.text.reveal() : source,
  )
  assert.deepEqual(texts, [pem, pem, pem])
  assert.equal(config.token, undefined)
})

test('as kubectl has it, data wins over a file, and a token file over a token', async () => {
  const cluster = {
    server: 'https://h',
    'certificate-authority': '/nowhere',
    'certificate-authority-data': base64,
  }
  const config = await load(withFields(cluster, { token: 'a', tokenFile: '/t' }), { '/t': 'b' })
  assert.deepEqual(config.token, { file: '/t' })
  assert.deepEqual(config.ca, { text: new Sensitive(pem) })
})

test('without a CA the certificates of the system are trusted', async () => {
  assert.equal((await load(withFields({ server: 'https://h' }, undefined))).ca, undefined)
})

const server = 'https://h'
const refused: readonly [title: string, kubeconfig: unknown, says: RegExp][] = [
  ['no YAML', 'a: [', /no YAML from line 1 on/],
  ['an empty file', ' \n', /it is empty/],
  ['a list', '[]', /no current-context: kubectl config use-context NAME/],
  ['no current context', { ...whole, 'current-context': '' }, /no current-context/],
  ['a context that is missing', { ...whole, contexts: [] }, /it has no context "b"/],
  ['a cluster that is missing', { ...whole, clusters: [{ name: 'd' }] }, /it has no cluster "c"/],
  ['a user that is missing', { ...whole, users: 'u' }, /it has no user "u"/],
  [
    'a context without user',
    { ...whole, contexts: [{ name: 'b', context: { cluster: 'c' } }] },
    /names no user/,
  ],
  ['http', withFields({ server: 'http://h' }, undefined), /the server of cluster "c" is not https/],
  ['no server', withFields({ a: 'b' }, undefined), /the server of cluster "c" is not https/],
  ['a password', withFields({ server: 'https://a:canary@h' }, undefined), /is not https(?!.*canary)/],
  [
    'no check of certificates',
    withFields({ server, 'insecure-skip-tls-verify': true }, undefined),
    /always checked/,
  ],
  ['a proxy', withFields({ server, 'proxy-url': 'http://p' }, undefined), /never asked through a proxy/],
  ['another name', withFields({ server, 'tls-server-name': 'x' }, undefined), /tls-server-name/],
  [
    'a CA that is missing',
    withFields({ server, 'certificate-authority': 'x.pem' }, undefined),
    /\/k\/x\.pem cannot be read \(ENOENT\)/,
  ],
  [
    'a CA that is none',
    withFields({ server, 'certificate-authority-data': 'AAAA' }, undefined),
    /certificate-authority-data of cluster "c" is not PEM/,
  ],
  ['nobody', withFields(undefined, { a: 'b' }), /user "u" has no token and no client certificate/],
  [
    'half a client certificate',
    withFields(undefined, { 'client-key-data': base64 }),
    /client-certificate and client-key together/,
  ],
  [
    'a password of old',
    withFields(undefined, { username: 'u', password: 'canary' }),
    /no passwords any more/,
  ],
  ['impersonation', withFields(undefined, { token: 'a', as: 'b' }), /impersonation is not done/],
  [
    'an exec plugin',
    withFields(undefined, { exec: { command: 'aws', args: ['eks', 'get-token'] } }),
    /user "u" has exec, and programs that fetch tokens are not run: .*kubectl create token/,
  ],
  [
    'an exec plugin beside a token',
    withFields(undefined, { token: 'a', exec: { command: 'aws' } }),
    /has exec/,
  ],
  ['a token file that is missing', withFields(undefined, { tokenFile: '/t' }), /\/t cannot be read/],
]

for (const [title, kubeconfig, says] of refused) {
  test(`${title}: is refused with a sentence`, async () => {
    await assert.rejects(load(kubeconfig), (error: ProviderError) => {
      assert.equal(error.code, 'KUBECONFIG_UNUSABLE')
      assert.match(error.message, says)
      return true
    })
  })
}

test('a client certificate opens the API server, below a path, without any token', async (t) => {
  const tls = (name: string) => readFileSync(join(dirname(testCaFile), name))
  const seen: unknown[] = []
  const native = https.createServer(
    {
      key: tls('server.key'),
      cert: tls('server.crt'),
      ca: tls('ca.crt'),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const peer = (request.socket as TLSSocket).getPeerX509Certificate()
      seen.push([request.url, request.headers.authorization, peer?.fingerprint256])
      response.end('{"fine":true}')
    },
  )
  await new Promise<void>((resolve) => native.listen(0, '127.0.0.1', resolve))
  t.after(() => native.close())
  const { port } = native.address() as AddressInfo
  const config = await load(
    withFields(
      {
        server: `https://127.0.0.1:${port}/below`,
        'certificate-authority-data': tls('ca.crt').toString('base64'),
      },
      {
        'client-certificate-data': tls('server.crt').toString('base64'),
        'client-key-data': tls('server.key').toString('base64'),
      },
    ),
  )
  const client = createKubernetesClient({ ...config, qps: 0, burst: 0, userAgent: 'a-test/1' })
  assert.deepEqual(await client.get('/version', AbortSignal.timeout(30_000)), { fine: true })
  assert.deepEqual(seen, [
    ['/below/version', undefined, new X509Certificate(tls('server.crt')).fingerprint256],
  ])
})
