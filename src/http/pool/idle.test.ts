import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, refused, stagePool } from '../../../test/fixtures/pool-stage.ts'

test('connections that are idle for long are closed', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { idleMs: 100 })
  await scene.ask()
  scene.clock.advance(201)
  await scene.ask()
  assert.equal(scene.connections, 2)
})

test('connections that are in use now and then stay', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { idleMs: 100 })
  for (let round = 0; round < 10; round += 1) {
    await scene.ask()
    scene.clock.advance(60)
  }
  assert.equal(scene.connections, 1)
})

test('of many origins, a bounded number of connections stays idle: the latest', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { maxIdle: 2 })
  for (const host of ['one', 'two', 'three']) await scene.ask('/', undefined, host)
  for (const host of ['three', 'two']) await scene.ask('/', undefined, host)
  assert.equal(scene.connections, 3)
  await scene.ask('/', undefined, 'one')
  assert.equal(scene.connections, 4)
})

test('closeIdle() drops what carries nothing now', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')))
  await scene.ask()
  scene.pool.closeIdle()
  await scene.ask()
  assert.equal(scene.connections, 2)
})

test('origins are forgotten when nothing is left of them, reached or not', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { idleMs: 100 })
  await scene.ask()
  scene.opens.push(refused)
  await assert.rejects(scene.ask('/', undefined, 'nowhere'), { code: 'ECONNREFUSED' })
  assert.equal(scene.pool.size, 2)
  scene.clock.advance(201)
  assert.equal(scene.pool.size, 0)
})
