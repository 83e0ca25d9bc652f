import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MountPlan, Store } from '../plan/mount-plan.ts'
import { createAdmissionControl } from './admission-control.ts'
import type { Admission } from './byte-budget.ts'

const { signal } = new AbortController()
const unknown = () => undefined

/** A plan of so many objects of one store; a secret counts as 64 KiB. */
function planOf(region: string, objects: number, store: Store = 'secretsmanager'): MountPlan {
  const read = { name: 's' }
  const object = { name: 's', store, reads: [read], file: { path: 's', mode: 0o644 }, extracts: [] }
  return { regions: [region], objects: Array.from({ length: objects }, () => object), warnings: [] }
}

async function isIn(entering: Promise<Admission>): Promise<boolean> {
  return Promise.race([entering.then(() => true), sleep(1).then(() => false)])
}

test('mounts that hang in one region keep those of another, or of another store, from nothing', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const dead = Array.from({ length: 20 }, (_, at) =>
    admission.enter(planOf('us-east-1', 20), `${at}`, signal),
  )
  const states = await Promise.all(dead.map(isIn))
  assert.deepEqual([states[0], states.at(-1)], [true, false])
  assert.equal(admission.waiting, states.filter((state) => !state).length)
  assert.equal(await isIn(admission.enter(planOf('us-west-2', 20), 'a', signal)), true)
  assert.equal(await isIn(admission.enter(planOf('us-east-1', 20, 'ssmparameter'), 'a', signal)), true)
})

test('objects of a region of their own count there: a dead one fills nobody else’s budget', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const elsewhere = (plan: MountPlan): MountPlan => ({
    ...plan,
    objects: plan.objects.map((each) => ({ ...each, region: 'eu-west-1' })),
  })
  const dead = Array.from({ length: 20 }, (_, at) =>
    admission.enter(elsewhere(planOf('us-east-1', 20)), `${at}`, signal),
  )
  const states = await Promise.all(dead.map(isIn))
  assert.equal(states.at(-1), false)
  assert.equal(await isIn(admission.enter(planOf('us-east-1', 20), 'a', signal)), true)
})

test('one mount of very many objects does not keep others of its region out', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  assert.equal(await isIn(admission.enter(planOf('us-east-1', 5_000), 'a', signal)), true)
  assert.equal(await isIn(admission.enter(planOf('us-east-1', 20), 'b', signal)), true)
})

test('mounts that hang in dead regions keep a large one of the node’s region from nothing', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, () => 'us-east-1')
  const named = (at: number): MountPlan => ({
    ...planOf(`dead-${at}`, 170),
    regions: [`dead-${at}`, 'us-east-1'],
  })
  const apart = (at: number): MountPlan => {
    const plan = planOf('us-east-1', 170)
    return { ...plan, objects: plan.objects.map((each) => ({ ...each, region: `dead-${at}` })) }
  }
  const plans = Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? named(at) : apart(at)))
  const dead = await Promise.all(plans.map((plan, at) => isIn(admission.enter(plan, `${at}`, signal))))
  assert.deepEqual([dead[0], dead.at(-1)], [true, false])
  assert.equal(await isIn(admission.enter(planOf('us-east-1', 100), 'a', signal)), true)
})

test('what is only picked out of a value counts as one more, however often; what is made of it counts each time', async () => {
  const entered = async (expression: string) => {
    const admission = createAdmissionControl(8 * 2 ** 20, unknown)
    const extracts = Array.from({ length: 1_000 }, () => ({ expression, file: { path: 'f', mode: 0o644 } }))
    const plans = Array.from({ length: 10 }, () => planOf('us-east-1', 1))
    const entering = plans.map((plan, at) => {
      const objects = plan.objects.map((each) => ({ ...each, extracts }))
      return isIn(admission.enter({ ...plan, objects }, `${at}`, signal))
    })
    return (await Promise.all(entering)).filter((state) => state).length
  }
  assert.deepEqual([await entered('a.b[0]'), await entered('to_string(a)')], [10, 2])
})

test('all regions together have a bound, too', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const many = ['a', 'b', 'c', 'd'].flatMap((region) =>
    Array.from({ length: 6 }, (_, at) => admission.enter(planOf(region, 20), `${at}`, signal)),
  )
  const states = await Promise.all(many.map(isIn))
  assert.equal(states.filter((state) => state).length, 16)
})

test('the same plan read as the same shares a place, as somebody else or of another text it does not', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const plan = planOf('us-east-1', 64)
  const full = [admission.enter(plan, 'a', signal), admission.enter(planOf('us-east-1', 64), 'a', signal)]
  assert.deepEqual(await Promise.all(full.map(isIn)), [true, true])
  assert.equal(await isIn(admission.enter(plan, 'a', signal)), true)
  assert.equal(await isIn(admission.enter(plan, 'b', signal)), false)
})

test('one that gives up while it waits for all leaves its region’s room', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const fill = (region: string) =>
    Array.from({ length: 4 }, (_, at) => admission.enter(planOf(region, 20), `${at}`, signal))
  const filled = ['a', 'b', 'c', 'd'].flatMap(fill)
  assert.ok((await Promise.all(filled.map(isIn))).every((state) => state))
  const abort = new AbortController()
  const given = admission.enter(planOf('e', 20), 'x', abort.signal)
  assert.equal(await isIn(given), false)
  abort.abort(new Error('enough'))
  await assert.rejects(given, /enough/)
  for (const place of await Promise.all(filled)) place.leave()
  const halves = ['y', 'z'].map((reader) => admission.enter(planOf('e', 64), reader, signal))
  assert.deepEqual(await Promise.all(halves.map(isIn)), [true, true])
})

test('the room of a region is remembered while it is used, however many others are named', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const held = [1, 2].map((at) => admission.enter(planOf('us-east-1', 64), `${at}`, signal))
  assert.deepEqual(await Promise.all(held.map(isIn)), [true, true])
  for (let at = 0; at < 200; at += 1) {
    ;(await admission.enter(planOf(`eu-west-${at}`, 1), 'a', signal)).leave()
  }
  const third = admission.enter(planOf('us-east-1', 16), 'a', signal)
  assert.equal(await isIn(third), false)
  ;(await held[0])?.leave()
  assert.equal(await isIn(third), true)
})

test('two large mounts of one dead region leave room for others', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const dead = [1, 2].map((at) => admission.enter(planOf('us-east-1', 170), `${at}`, signal))
  assert.deepEqual(await Promise.all(dead.map(isIn)), [true, true])
  assert.equal(await isIn(admission.enter(planOf('us-west-2', 100), 'a', signal)), true)
})

test('two large mounts that take long do not keep a small one of their region waiting', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const held = [1, 2].map((at) => admission.enter(planOf('us-east-1', 64), `${at}`, signal))
  assert.deepEqual(await Promise.all(held.map(isIn)), [true, true])
  assert.equal(await isIn(admission.enter(planOf('us-east-1', 4), 'a', signal)), true)
})

test('however many dead regions hold all there is, a small mount of a healthy one is let in', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const dead = Array.from({ length: 24 }, (_, at) =>
    admission.enter(planOf(`dead-${at % 8}`, 170), `${at}`, signal),
  )
  const states = await Promise.all(dead.map(isIn))
  assert.equal(states.filter((state) => state).length, 5)
  const small = admission.enter(planOf('us-west-2', 4), 'a', signal)
  assert.equal(await isIn(small), true)
  const next = admission.enter(planOf('us-west-2', 4), 'b', signal)
  assert.equal(await isIn(next), true)
  const third = admission.enter(planOf('us-west-2', 4), 'c', signal)
  assert.equal(await isIn(third), false, 'not without end')
  ;(await small).leave()
  assert.equal(await isIn(third), true)
})

test('a small mount that gives up while it waits leaves nothing behind', async () => {
  const admission = createAdmissionControl(8 * 2 ** 20, unknown)
  const dead = Array.from({ length: 5 }, (_, at) =>
    admission.enter(planOf(`dead-${at}`, 170), `${at}`, signal),
  )
  assert.ok((await Promise.all(dead.map(isIn))).every((state) => state))
  const held = ['a', 'b'].map((reader) => admission.enter(planOf('us-west-2', 4), reader, signal))
  assert.deepEqual(await Promise.all(held.map(isIn)), [true, true])
  const abort = new AbortController()
  const given = admission.enter(planOf('us-west-2', 4), 'c', abort.signal)
  assert.equal(await isIn(given), false)
  abort.abort(new Error('enough'))
  await assert.rejects(given, /enough/)
  assert.equal(admission.waiting, 0)
  ;(await held[0])?.leave()
  assert.equal(await isIn(admission.enter(planOf('us-west-2', 4), 'd', signal)), true)
})
