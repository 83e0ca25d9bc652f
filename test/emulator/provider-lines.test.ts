import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { callVersion } from '../../src/rpc/driver-client.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'by hand-'))
let emulator: ChildProcess
let lines: readonly string[]

before(async () => {
  emulator = spawn(
    process.execPath,
    [join(root, 'test/emulator/main.ts'), '--for-provider', join(scratch, 'node')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  for await (const text of emulator.stderr?.setEncoding('utf8') ?? []) {
    said += text
    if (said.endsWith('--dry-run\n')) break
  }
  lines = said.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
})
after(async () => {
  await ended(emulator)
  rmSync(scratch, { recursive: true })
})

test('the first line that the emulator prints starts a provider', async () => {
  const provider = spawn('sh', ['-c', `exec env ${lines[0]}`], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  provider.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const answers = () => callVersion(join(scratch, 'node/aws.sock'), 1_000).then(Boolean, () => false)
  const begun = performance.now()
  while (!(await answers())) {
    assert.ok(provider.exitCode === null && performance.now() - begun < 60_000, log)
    await sleep(50)
  }
  await ended(provider)
})

test('the second mounts a class', async () => {
  const file = join(scratch, 'class.yaml')
  writeFileSync(
    file,
    `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: { name: app }
spec:
  provider: aws
  parameters:
    region: us-east-1
    objects: |
      - { objectName: app/database, objectType: secretsmanager }
`,
  )
  const command = `env ${lines[1]?.replace('FILE', `'${file}'`)}`
  const mount = spawn('sh', ['-c', command], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [mount.stdout, mount.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const code = await new Promise((resolve) => mount.once('close', resolve))
  assert.equal(code, 0, output)
  assert.match(output, /app_database/)
})

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await end
}
