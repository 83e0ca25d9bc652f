import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, pending, refused, stagePool } from '../../../test/fixtures/pool-stage.ts'
import { SilenceError } from '../transport-errors.ts'

test('a burst opens a few connections at a time, and takes those that become free', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { maxOpening: 2 })
  await Promise.all(Array.from({ length: 50 }, () => scene.ask()))
  assert.ok(scene.connections < 50, `${scene.connections} connections`)
})

test('an opening that fails ends all requests that have waited as long, and no later one', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { maxOpening: 1 })
  const first = pending()
  scene.opens.push(() => first)
  const early = Promise.allSettled([scene.ask(), scene.ask(), scene.ask()])
  scene.clock.advance(100)
  const late = scene.ask()
  first.fail(new SilenceError('no connection'))
  for (const each of await early)
    assert.match(String((each as PromiseRejectedResult).reason), /no connection/)
  assert.equal((await late).body.toString(), 'a')
})

test('a host that refuses fails its requests, and the next one is tried anew', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')))
  scene.opens.push(refused)
  await assert.rejects(scene.ask(), { code: 'ECONNREFUSED' })
  assert.equal((await scene.ask()).body.toString(), 'a')
})

test('an opening that takes long does not keep others from being tried', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { maxOpening: 1 })
  scene.opens.push(pending)
  const both = [scene.ask(), scene.ask()]
  assert.equal(scene.openings.length, 1)
  scene.clock.advance(500)
  for (const reply of await Promise.all(both)) assert.equal(reply.body.toString(), 'a')
})

test('a request hears when the wait is for its host and no longer for us', async (context) => {
  const scene = await stagePool(context, () => {}, { maxOpening: 1 })
  scene.opens.push(pending, pending)
  const heard: number[] = []
  const over = new AbortController()
  const asked = [0, 1].map((at) => scene.ask('/', over.signal, 'host', () => heard.push(at)))
  assert.deepEqual(heard, [0])
  scene.clock.advance(500)
  assert.deepEqual(heard, [0, 1])
  over.abort()
  await Promise.allSettled(asked)
})

test('warm() opens connections that the next requests use', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')))
  scene.pool.warm(scene.url, 2)
  await scene.until(() => scene.connections === 2)
  await Promise.all(scene.openings.map(({ ready }) => ready))
  await Promise.all([scene.ask(), scene.ask()])
  scene.pool.warm(scene.url, 2)
  assert.equal(scene.openings.length, 2)
})
