import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MountPlan, PlannedExtract, PlannedObject } from '../plan/mount-plan.ts'
import { Sensitive } from '../process/sensitive.ts'
import { type BuildRules, buildInTurn, createBuildTurns } from './build-in-turn.ts'

const never = new AbortController().signal
const rules: BuildRules = {
  maxBytes: 2 ** 20,
  onNullText: () => undefined,
  turns: createBuildTurns(),
  namespace: 'shop',
}

function mountOf(text: string, ...extracts: PlannedExtract[]): [MountPlan, readonly [never]] {
  const object: PlannedObject = {
    ...{ name: 's', store: 'secretsmanager', reads: [{ name: 's' }] },
    file: { path: 's', mode: 0o644 },
    extracts,
  }
  const value = { version: '1', region: 'us-east-1', content: new Sensitive(Buffer.from(text)) }
  return [{ regions: ['us-east-1'], objects: [object], warnings: [] }, [value as never]]
}

const key = (path: string): PlannedExtract => ({ expression: path, file: { path, mode: 0o644 } })

/** Delivers one mount, and while it is being delivered all others; says which of those came to their delivery. */
async function besides(
  first: [MountPlan, readonly [never]],
  ...others: [MountPlan, readonly [never]][]
): Promise<readonly boolean[]> {
  const delivering = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const one = buildInTurn(...first, rules, never, () => {
    delivering.resolve()
    return finish.promise
  })
  await delivering.promise
  const there = others.map(() => false)
  const rest = others.map((each, at) =>
    buildInTurn(...each, rules, never, async () => {
      there[at] = true
    }),
  )
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
  const seen = [...there]
  finish.resolve()
  await Promise.all([one, ...rest])
  assert.deepEqual(
    there,
    others.map(() => true),
  )
  return seen
}

const small = mountOf('{"a":"1"}', key('a'))
const made = mountOf(JSON.stringify({ a: 'x'.repeat(65 * 1024) }), key('a'))
const plain = mountOf('x'.repeat(200_000))
const heavy = mountOf(JSON.stringify({ a: 'x', b: 'y'.repeat(17 * 1024) }), key('a'))

test('what makes much of its values is delivered before the next is made; what makes nothing waits for nobody', async () => {
  assert.deepEqual(await besides(made, heavy, small, plain), [false, true, true])
})

test('what makes little lets the next go on while it is delivered', async () => {
  assert.deepEqual(await besides(small, small, heavy, plain), [true, true, true])
})

test('a delivery that fails lets the next go on', async () => {
  await assert.rejects(
    buildInTurn(...made, rules, never, () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.deepEqual(await besides(small, made), [true])
})
