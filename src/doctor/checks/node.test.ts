import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type DoctorScene, startDoctorScene } from '../../../test/fixtures/doctor-scene.ts'
import { silentLog } from '../../process/log.ts'
import { serveDriver } from '../../rpc/serve-driver.ts'
import { checkEarlierSocket } from './earlier-socket.ts'
import { checkProviderSocket } from './provider-socket.ts'
import { checkSocketDirectory } from './socket-directory.ts'

let scene: DoctorScene
const folder = mkdtempSync(join(tmpdir(), 'doctor-node-'))
const at = (name: string) => ({ options: { providerVolume: join(folder, name) } })
const newFolder = (name: string) => {
  mkdirSync(join(folder, name), { recursive: true })
  return join(folder, name)
}

before(async () => {
  scene = await startDoctorScene()
})
after(async () => {
  await scene.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a socket directory that is ours is fine', async () => {
  const [row] = await scene.look(checkSocketDirectory)
  assert.equal(row?.state, 'ok')
  assert.match(row?.found ?? '', /mode 0700, writable$/)
})

test('a socket directory that is missing fails as the start would', async () => {
  await assert.rejects(scene.look(checkSocketDirectory, at('nowhere')), { code: 'SOCKET_DIRECTORY_MISSING' })
})

test('a file in the place of the socket directory fails as the start would', async () => {
  writeFileSync(join(folder, 'file'), '')
  await assert.rejects(scene.look(checkSocketDirectory, at('file')), { code: 'SOCKET_DIRECTORY_MISSING' })
})

test('a socket directory in which everybody writes is wrong, unless it is sticky', async () => {
  const path = newFolder('open')
  for (const [mode, state] of [
    [0o777, 'failed'],
    [0o1777, 'ok'],
  ] as const) {
    chmodSync(path, mode)
    const [row] = await scene.look(checkSocketDirectory, at('open'))
    assert.equal(row?.state, state)
  }
})

test('a socket that answers as this release is fine', async () => {
  const [row] = await scene.look(checkProviderSocket)
  assert.equal(row?.state, 'ok')
  assert.match(row?.found ?? '', / answers in \d+ ms, mode 0600$/)
})

test('a socket of another release, or of another provider, is told', async () => {
  const socketPath = join(newFolder('other'), 'aws.sock')
  const mount = () => Promise.reject(new Error('nobody mounts here'))
  const driver = await serveDriver({ socketPath, version: '0.0.1', log: silentLog, mount })
  const [row] = await scene.look(checkProviderSocket, at('other'))
  assert.equal(row?.state, 'failed')
  assert.match(row?.found ?? '', /-aws 0\.0\.1 answers at .*, not this /)
  await driver.drain(0)
})

test('a missing socket, a plain file and a dead socket are told apart', async () => {
  newFolder('empty')
  writeFileSync(join(newFolder('plain'), 'aws.sock'), '')
  const close = await listenAt(join(newFolder('mute'), 'aws.sock'))
  for (const [name, found] of [
    ['empty', /does not exist$/],
    ['plain', /is not a socket$/],
    ['mute', /nobody answers Version \(/],
  ] as const) {
    const [row] = await scene.look(checkProviderSocket, at(name))
    assert.equal(row?.state, 'failed')
    assert.match(row?.found ?? '', found)
  }
  close()
})

test('the earlier socket: none, our own, one left behind, another provider, unseen', async () => {
  const close = await listenAt(join(newFolder('rival'), 'aws.sock'))
  writeFileSync(join(newFolder('stale'), 'aws.sock'), '')
  symlinkSync(scene.folder, join(folder, 'same'))
  newFolder('none')
  for (const [name, state, found] of [
    ['none', 'ok', /^nothing at /],
    ['same', 'ok', /own socket$/],
    ['stale', 'failed', /left behind/],
    ['rival', 'failed', /another provider answers/],
    ['unseen', 'unknown', /from the node only$/],
  ] as const) {
    const [row] = await scene.look(checkEarlierSocket, {
      context: { earlierSocket: join(folder, name, 'aws.sock') },
    })
    assert.equal(row?.state, state, name)
    assert.match(row?.found ?? '', found)
  }
  close()
})

test('on the node, no folder means no earlier socket', async () => {
  const context = { earlierSocket: join(folder, 'unseen/aws.sock'), inPod: false }
  const [row] = await scene.look(checkEarlierSocket, { context })
  assert.equal(row?.state, 'ok')
})

/** Accepts and says nothing that gRPC would understand. */
async function listenAt(path: string): Promise<() => void> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end('no gRPC here')
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return () => void server.close()
}
