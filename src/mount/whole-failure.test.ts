import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBuildTurns } from '../content/build-in-turn.ts'
import { fault, faultsOf, ProviderError } from '../errors/provider-error.ts'
import type { ExtractSubject } from '../jmespath/extract.ts'
import { planMount } from '../plan/plan-mount.ts'
import { TurnGate } from '../process/gate.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { MountRequest } from '../request/mount-request.ts'
import { rawMountRequest } from '../request/pod-attributes.ts'
import { ReadFaults } from '../store/read-faults.ts'
import { withClassFaults, withKnownFaults } from './whole-failure.ts'

const pod = { name: 'shop-0', namespace: 'default', uid: '1', serviceAccount: 'shop' }
const raw = rawMountRequest([['objects', '- {objectName: s, objectType: nothing}']], pod, '/target')
const before = fault('INTERNAL_FAULT', {})

test('a mount that ended before its objects were looked at tells what is wrong with them', async () => {
  const error = await withClassFaults(before, raw, new TurnGate(1), new AbortController().signal)
  assert.ok(error instanceof ProviderError)
  assert.deepEqual(
    faultsOf(error).map(({ code }) => code),
    ['INTERNAL_FAULT', 'OBJECT_TYPE_UNKNOWN'],
  )
})

test('of one that was given up nobody reads it: its objects stay unread', async () => {
  assert.equal(await withClassFaults(before, raw, new TurnGate(1), AbortSignal.abort()), before)
})

test('one class is read at a time, however many mounts have failed', async () => {
  const gate = new TurnGate(1)
  const { signal } = new AbortController()
  const ends = Array.from({ length: 3 }, () => withClassFaults(before, raw, gate, signal))
  assert.deepEqual([gate.inside, gate.waiting], [1, 2])
  for (const error of await Promise.all(ends))
    assert.equal(error instanceof ProviderError && faultsOf(error).length, 2)
})

test('of one that is given up while its class is read, or waits for that, the error stays', async () => {
  const objects = '- {objectName: s, objectType: nothing}\n'.repeat(1_000)
  const large = rawMountRequest([['objects', objects]], pod, '/target')
  const gate = new TurnGate(1)
  const abort = new AbortController()
  const ends = [1, 2].map(() => withClassFaults(before, large, gate, abort.signal))
  setImmediate(() => abort.abort(new Error('gone')))
  assert.deepEqual(await Promise.all(ends), [before, before])
})

test('one that could not read all tells of the text null as well where that is a fault', async () => {
  const objects = `
- {objectName: gone, objectType: secretsmanager}
- {objectName: s, objectType: secretsmanager, jmesPath: [{path: to_string(nothing), objectAlias: n}]}`
  const request = { objects, defaultMode: 0o644 } as MountRequest
  const plan = planMount(request, ['us-east-1'])
  const value = { version: '1', region: 'us-east-1', content: new Sensitive(Buffer.from('{}')) }
  const read = new ReadFaults([{ index: 0, fault: fault('INTERNAL_FAULT', {}) }], [undefined, value])
  const rules = {
    maxBytes: 1_000,
    turns: createBuildTurns(),
    namespace: 'default',
    onNullText: (about: ExtractSubject) => fault('EXTRACT_NULL_TEXT', about),
  }
  const error = await withKnownFaults(read, request, plan, rules, new AbortController().signal)
  assert.ok(error instanceof ProviderError)
  assert.deepEqual(
    faultsOf(error).map(({ code }) => code),
    ['INTERNAL_FAULT', 'EXTRACT_NULL_TEXT'],
  )
})
