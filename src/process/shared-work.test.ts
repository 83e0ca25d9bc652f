import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SharedWork } from './shared-work.ts'

const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

function work() {
  const shared = new SharedWork<string, string>()
  const started: { signal: AbortSignal; tell: (news: string) => void; done: (value: string) => void }[] = []
  const start = (signal: AbortSignal, tell: (news: string) => void) =>
    new Promise<string>((done) => started.push({ signal, tell, done }))
  const abort = () => new AbortController()
  return { shared, started, start, abort }
}

test('equal work under way is done once and answers all its callers', async () => {
  const { shared, started, start, abort } = work()
  const answers = [1, 2, 3].map(() => shared.run('a', abort().signal, start))
  await tick()
  assert.equal(started.length, 1)
  started[0]?.done('one')
  assert.deepEqual(await Promise.all(answers), ['one', 'one', 'one'])
})

test('different work is not shared', async () => {
  const { shared, started, start, abort } = work()
  void shared.run('a', abort().signal, start)
  void shared.run('b', abort().signal, start)
  await tick()
  assert.equal(started.length, 2)
})

test('work that is closed answers those who wait, and is joined by nobody else', async () => {
  const { shared, started, start, abort } = work()
  const first = shared.run('a', abort().signal, (signal, tell, close) => {
    setImmediate(close)
    return start(signal, tell)
  })
  assert.equal(shared.has('a'), true)
  await tick()
  assert.equal(shared.has('a'), false)
  const second = shared.run('a', abort().signal, start)
  await tick()
  assert.equal(started.length, 2)
  started[0]?.done('one')
  assert.equal(await first, 'one')
  assert.equal(shared.has('a'), true)
  started[1]?.done('two')
  assert.equal(await second, 'two')
})

test('nothing is kept once the work has ended', async () => {
  const { shared, started, start, abort } = work()
  const first = shared.run('a', abort().signal, start)
  await tick()
  started[0]?.done('one')
  await first
  assert.equal(shared.has('a'), false)
  void shared.run('a', abort().signal, start)
  await tick()
  assert.equal(started.length, 2)
})

test('a caller that gives up gets its own reason and leaves the others alone', async () => {
  const { shared, started, start, abort } = work()
  const one = abort()
  const leaver = shared.run('a', one.signal, start)
  const stayer = shared.run('a', abort().signal, start)
  await tick()
  one.abort(new Error('gone'))
  await assert.rejects(leaver, /gone/)
  assert.equal(started[0]?.signal.aborted, false)
  started[0]?.done('one')
  assert.equal(await stayer, 'one')
})

test('the work is aborted when its last caller has left, and who comes then starts afresh', async () => {
  const { shared, started, start, abort } = work()
  const [one, two] = [abort(), abort()]
  const leavers = [shared.run('a', one.signal, start), shared.run('a', two.signal, start)]
  await tick()
  one.abort(new Error('gone'))
  two.abort(new Error('gone too'))
  await Promise.allSettled(leavers)
  assert.deepEqual(started[0]?.signal.reason, new Error('gone too'))
  void shared.run('a', abort().signal, start)
  await tick()
  assert.equal(started.length, 2)
})

test('a failure reaches every caller, and is not kept', async () => {
  const { shared, abort } = work()
  const fail = () => Promise.reject(new Error('no'))
  const both = [shared.run('a', abort().signal, fail), shared.run('a', abort().signal, fail)]
  for (const each of both) await assert.rejects(each, /no/)
  assert.equal(shared.has('a'), false)
})

test('news reach every caller, also one that joins late', async () => {
  const { shared, started, start, abort } = work()
  const heard: string[] = []
  void shared.run('a', abort().signal, start, (news) => heard.push(`first ${news}`))
  await tick()
  started[0]?.tell('slow')
  void shared.run('a', abort().signal, start, (news) => heard.push(`second ${news}`))
  assert.deepEqual(heard, ['first slow', 'second slow'])
})
