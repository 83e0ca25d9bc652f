import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, pending, stagePool } from '../../../test/fixtures/pool-stage.ts'

const enough = new Error('enough')

test('a request that is given up ends with the signal’s reason, its connection with it', async (context) => {
  let isAsked = false
  const scene = await stagePool(context, (request, socket) => {
    if (request.includes('/silent')) isAsked = true
    else socket.write(answer('a'))
  })
  const abort = new AbortController()
  const asked = scene.ask('/silent', abort.signal)
  await scene.until(() => isAsked)
  abort.abort(enough)
  await assert.rejects(asked, enough)
  await assert.rejects(scene.ask('/', abort.signal), enough)
  await scene.ask()
  assert.equal(scene.connections, 2)
})

test('a request that is given up while it waits takes its opening along', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')))
  const first = pending()
  scene.opens.push(() => first)
  const abort = new AbortController()
  const asked = scene.ask('/', abort.signal)
  abort.abort(enough)
  await assert.rejects(asked, enough)
  assert.ok(first.abandoned)
  assert.equal((await scene.ask()).body.toString(), 'a')
})

test('of two requests that wait for a cold host, the one that is given up does not fail the other', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')))
  scene.opens.push(pending)
  const abort = new AbortController()
  const leaver = scene.ask('/', abort.signal)
  const stayer = scene.ask()
  abort.abort(enough)
  await assert.rejects(leaver, enough)
  assert.equal((await stayer).body.toString(), 'a')
})

test('sixty requests of which half are given up in the opening: the other half is answered', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')), { maxOpening: 2 })
  const abort = new AbortController()
  const asked = Array.from({ length: 60 }, (_, at) => scene.ask('/', at % 2 === 0 ? abort.signal : undefined))
  abort.abort(enough)
  const ends = await Promise.allSettled(asked)
  assert.deepEqual(
    ends.map(({ status }) => status),
    ends.map((_, at) => (at % 2 === 0 ? 'rejected' : 'fulfilled')),
  )
})

test('an abandoned opening that comes all the same is closed, and used by nobody', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')))
  const there = Promise.withResolvers<never>()
  let destroyed = false
  scene.opens.push(() => ({ ready: there.promise, abandon() {} }))
  const abort = new AbortController()
  const asked = scene.ask('/', abort.signal)
  abort.abort(enough)
  await assert.rejects(asked, enough)
  there.resolve({
    destroy: () => {
      destroyed = true
    },
  } as never)
  await scene.until(() => destroyed)
  assert.equal((await scene.ask()).body.toString(), 'a')
})
