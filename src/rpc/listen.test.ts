import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProviderError } from '../errors/provider-error.ts'
import { silentLog } from '../process/log.ts'
import { type Listener, listen } from './listen.ts'
import { identifySocket, probeSocket } from './socket-identity.ts'

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'listen-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Provider {
  readonly listener: Listener
  accepted: number
}

/** A provider that greets with its name. */
async function provider(t: TestContext, socketPath: string, name: string, checkMs = 20): Promise<Provider> {
  const open = new Set<{ destroy(): void }>()
  const made: { listener?: Listener; accepted: number } = { accepted: 0 }
  made.listener = await listen({
    socketPath,
    log: silentLog,
    checkMs,
    accept(socket) {
      made.accepted++
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('end', () => socket.end())
      socket.resume()
      socket.write(name)
    },
  })
  t.after(() => {
    made.listener?.close()
    for (const socket of open) socket.destroy()
  })
  return made as Provider
}

async function whoAnswers(socketPath: string): Promise<string> {
  const socket = connect(socketPath)
  try {
    const [greeting] = await once(socket, 'data')
    return String(greeting)
  } finally {
    socket.destroy()
  }
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10)
}

const answers = (socketPath: string, name: string) => () =>
  whoAnswers(socketPath).then(
    (greeting) => greeting === name,
    () => false,
  )

test('a successor takes over a live socket; the predecessor’s end leaves it alone', async (t) => {
  const socketPath = join(newFolder(t), 'aws.sock')
  const first = await provider(t, socketPath, 'first')
  const kept = connect(socketPath)
  t.after(() => kept.destroy())
  assert.equal(String((await once(kept, 'data'))[0]), 'first')

  const second = await provider(t, socketPath, 'second')
  assert.equal(await whoAnswers(socketPath), 'second')
  await eventually(() => !first.listener.owned)
  assert.equal(second.listener.owned, true)
  first.listener.close()
  assert.equal(await whoAnswers(socketPath), 'second')
  assert.equal(kept.destroyed, false)
  assert.equal(second.listener.owned, true)
})

test('a socket that somebody removed is made anew', async (t) => {
  const socketPath = join(newFolder(t), 'aws.sock')
  const { listener } = await provider(t, socketPath, 'only', 60_000)
  for (let time = 0; time < 3; time++) {
    const before = identifySocket(socketPath)
    unlinkSync(socketPath)
    await eventually(answers(socketPath, 'only'))
    assert.notEqual(identifySocket(socketPath), before)
    await eventually(() => listener.owned)
  }
})

test('a socket or file in our place that nobody answers at is replaced', async (t) => {
  const socketPath = join(newFolder(t), 'aws.sock')
  const { listener } = await provider(t, socketPath, 'ours')
  const other = createServer().listen(`${socketPath}.other`)
  await once(other, 'listening')

  renameSync(`${socketPath}.other`, socketPath)
  await eventually(() => !listener.owned)
  other.close()
  await eventually(answers(socketPath, 'ours'))
  await eventually(() => listener.owned)
  unlinkSync(socketPath)
  writeFileSync(socketPath, '')
  await eventually(answers(socketPath, 'ours'))
})

test('what closed providers and crashed ones leave behind', async (t) => {
  const folder = newFolder(t)
  const socketPath = join(folder, 'aws.sock')
  const crashed = createServer().listen(join(folder, '.aws-0123abcd.x'))
  const alive = createServer().listen(join(folder, '.aws-00000001'))
  t.after(() => alive.close())
  await Promise.all([once(crashed, 'listening'), once(alive, 'listening')])

  renameSync(join(folder, '.aws-0123abcd.x'), join(folder, '.aws-0123abcd'))
  crashed.close()
  const others = ['.aws-0123abcd.bak', '.aws-XYZ', 'gcp.sock', '.aws-00000001']
  for (const name of others.slice(0, 3)) writeFileSync(join(folder, name), '')

  const { listener } = await provider(t, socketPath, 'young')
  assert.ok(existsSync(join(folder, '.aws-0123abcd')), 'a young one may be about to take its place')
  listener.close()

  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 })
  const { listener: second } = await provider(t, socketPath, 'second')
  assert.deepEqual(readdirSync(folder).toSorted(), [...others, 'aws.sock'].toSorted())
  second.close()
  await sleep(50)
  assert.equal(await probeSocket(socketPath), 'refused')
})

const refusals: readonly [string, string, (folder: string) => string][] = [
  ['a path that is too long', 'SOCKET_PATH_TOO_LONG', (folder) => join(folder, 'x'.repeat(90), 'aws.sock')],
  ['a missing directory', 'SOCKET_DIRECTORY_MISSING', (folder) => join(folder, 'none', 'aws.sock')],
  [
    'a file where the directory should be',
    'SOCKET_DIRECTORY_MISSING',
    (folder) => {
      writeFileSync(join(folder, 'file'), '')
      return join(folder, 'file', 'aws.sock')
    },
  ],
  [
    'a directory where the socket should be',
    'SOCKET_NOT_BOUND',
    (folder) => {
      mkdirSync(join(folder, 'aws.sock'))
      return join(folder, 'aws.sock')
    },
  ],
  [
    'a directory that nobody may write to',
    'SOCKET_DIRECTORY_NOT_WRITABLE',
    // The one place of the kind that a test has also as root.
    () => '/sys/kernel/aws.sock',
  ],
]
for (const [what, code, prepare] of refusals) {
  test(`${what} is refused with ${code}, and nothing is left behind`, async (t) => {
    const folder = newFolder(t)
    const socketPath = prepare(folder)
    const before = readdirSync(folder)
    await assert.rejects(provider(t, socketPath, 'never'), (error) => {
      assert.ok(error instanceof ProviderError)
      assert.equal(error.code, code)
      return true
    })
    assert.deepEqual(readdirSync(folder), before)
  })
}
