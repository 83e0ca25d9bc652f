import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { runCommand } from '../fixtures/run-command.ts'
import { objectsText, type Scene, startScene, writeModes } from '../harness/scene.ts'

let scene: Scene
let folder: string

before(async () => {
  scene = await startScene({ world: examplesWorld() })
  folder = mkdtempSync(join(tmpdir(), 'socket-mount-'))
})
after(async () => {
  await scene.stop()
  rmSync(folder, { recursive: true, force: true })
})

const pod = { name: 'shop-0', uid: '44444444-4444-4444-8444-444444444444' }

/** A file with a token of the service account that the world's role trusts. */
function tokenFile(account: { readonly namespace?: string; readonly serviceAccount?: string } = {}): string {
  const { namespace = 'default', serviceAccount = 'shop' } = account
  const file = join(folder, `token-${namespace}-${serviceAccount}`)
  const audience = 'sts.amazonaws.com'
  writeFileSync(file, scene.emulator.mintToken({ namespace, serviceAccount, audience, pod }))
  return file
}

function classFile(objects: string): string {
  const parameters = { region: 'us-east-1', objects }
  const file = join(folder, 'class.yaml')
  const document = { apiVersion: 'secrets-store.csi.x-k8s.io/v1', kind: 'SecretProviderClass' }
  writeFileSync(
    file,
    JSON.stringify({ ...document, metadata: { name: 'shop' }, spec: { provider: 'aws', parameters } }),
  )
  return file
}

const secret = objectsText({
  objectName: 'MySecret',
  objectType: 'secretsmanager',
  objectAlias: 'mine',
  filePermission: '0400',
})

for (const mode of writeModes) {
  describe(mode, () => {
    const mount = (objects: string, ...flags: readonly string[]) => {
      const { socket } = scene.providers[mode]
      return runCommand(['mount', classFile(objects), '--socket', socket, ...flags])
    }
    const asPod = () => ['--pod', 'default/shop-0', '--token-file', tokenFile()]

    test('shows what the driver would get, and leaves the files as a pod would see them', async () => {
      const out = join(folder, mode, 'out')
      const { code, stdout, stderr } = await mount(secret, '--out', out, ...asPod())
      assert.equal(code, 0, stderr)
      const [head, row] = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/))
      assert.deepEqual(head, ['FILE', 'MODE', 'VERSION', 'BYTES'])
      assert.deepEqual([row?.[0], row?.[1]], ['mine', '0400'])
      assert.equal(statSync(join(out, 'mine')).mode & 0o777, 0o400)
      assert.equal(Number(row?.[3]), readFileSync(join(out, 'mine')).byteLength)
      assert.match(stderr, /^secrets-store-csi-driver-provider-aws \S+ answered Version in \d+ ms$/m)
      const who = mode === 'provider-written' ? /the provider wrote into/ : /came in the answer/
      assert.match(stderr, who)
      assert.match(stderr, /answered OK in \d+ ms/)
      assert.ok(!`${stdout}${stderr}`.includes('eyJ'))
    })

    test('as JSON', async () => {
      const out = join(folder, mode, 'json')
      const { code, stdout } = await mount(secret, '--out', out, '--json', ...asPod())
      assert.equal(code, 0)
      const { provider, classes } = JSON.parse(stdout)
      assert.equal(provider.name, 'secrets-store-csi-driver-provider-aws')
      const [{ status, writtenBy, files, ms }] = classes
      assert.equal(status, 'OK')
      assert.equal(writtenBy, mode === 'provider-written' ? 'provider' : 'command')
      assert.deepEqual([files[0].path, files[0].mode], ['mine', '0400'])
      assert.equal(typeof ms, 'number')
    })

    test('a refusal is shown with its status and all its words', async () => {
      const objects = objectsText({ objectName: 'nope', objectType: 'secretsmanager' })
      const { code, stderr } = await mount(objects, '--out', join(folder, mode, 'no'), ...asPod())
      assert.equal(code, 1)
      assert.match(stderr, /answered NOT_FOUND in \d+ ms: OBJECT_NOT_FOUND: .*"nope"/)
    })

    test('without a token the provider has to ask Kubernetes for one', async () => {
      const flags = [
        '--out',
        join(folder, mode, 'none'),
        '--pod',
        'default/shop-0',
        '--service-account',
        'shop',
      ]
      const { code, stderr } = await mount(secret, ...flags)
      assert.equal(code, 1)
      assert.match(stderr, /answered NOT_FOUND .*create serviceaccounts\/token "shop" in namespace "default"/)
    })
  })
}

const wrong: readonly (readonly [title: string, flags: readonly string[], says: RegExp])[] = [
  ['no pod', ['--socket', 's', '--out', 'o'], /--socket needs --out DIR and --pod/],
  ['no directory', ['--socket', 's', '--pod', 'a/b', '--dry-run'], /--dry-run does not go with --socket/],
  ['a role', ['--socket', 's', '--pod', 'a/b', '--out', 'o', '--role-arn', 'x'], /--role-arn does not go/],
  ['no socket', ['--out', 'o', '--token-file', 'x'], /--token-file goes with --socket/],
  ['a pod that is none', ['--socket', 's', '--pod', 'b', '--out', 'o'], /--pod.*NAMESPACE\/NAME/],
]
for (const [title, flags, says] of wrong) {
  test(`${title}: a usage error`, async () => {
    const { code, stderr } = await runCommand(['mount', classFile(secret), ...flags], { cwd: folder })
    assert.equal(code, 2)
    assert.match(stderr, says)
  })
}

test('a token of another namespace, and a socket where nobody is, are told', async () => {
  const flags = ['mount', classFile(secret), '--out', join(folder, 'other'), '--pod', 'default/shop-0']
  const token = tokenFile({ namespace: 'other' })
  const other = await runCommand([...flags, '--socket', '/nonexistent', '--token-file', token])
  assert.match(other.stderr, /of namespace other, and --pod is in default/)
  const nobody = await runCommand([
    ...flags,
    '--socket',
    join(folder, 'no.sock'),
    '--token-file',
    tokenFile(),
  ])
  assert.equal(nobody.code, 2)
  assert.match(nobody.stderr, /PROVIDER_UNREACHABLE.*no\.sock/)
})
