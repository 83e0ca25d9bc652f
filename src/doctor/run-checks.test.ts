import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type DoctorScene, podOption, startDoctorScene } from '../../test/fixtures/doctor-scene.ts'
import { fault, MountFaults } from '../errors/provider-error.ts'
import { DoctorTimeout, rowsOf } from './row.ts'
import { runChecks } from './run-checks.ts'

let scene: DoctorScene

before(async () => {
  scene = await startDoctorScene()
})
after(() => scene.stop())

test('a healthy node has no wrong row, and each check is waited for once', async () => {
  const waits: number[] = []
  const options = { providerVolume: scene.folder, serviceAccountDirectory: scene.folder, ...podOption }
  const rows = await scene.look((context) => runChecks(context, (names) => waits.push(names.length)), {
    options,
  })
  assert.deepEqual(
    rows.filter(({ state }) => state === 'failed'),
    [],
  )
  assert.ok(rows.length > 30)
  assert.deepEqual(
    waits,
    [...waits].sort((a, b) => b - a),
  )
  assert.equal(waits.at(-1), 0)
})

test('on a node, what only a pod can see is open, and nothing of it wrong', async () => {
  const options = { providerVolume: scene.folder, ...podOption }
  const environment = { KUBERNETES_SERVICE_HOST: '' }
  const context = { inPod: false }
  const rows = await scene.look((context) => runChecks(context), { options, environment, context })
  assert.deepEqual(
    rows.map(({ state, check }) => `${state} ${check}`),
    [
      'ok socket directory',
      'ok socket',
      'ok earlier socket',
      'unknown kubernetes api',
      'unknown csidriver',
      'unknown older driver',
      'unknown rbac',
      'unknown region',
      'unknown aws',
      'ok pod identity agent ipv4',
      'ok pod identity agent ipv6',
      'unknown pod default/app-0',
    ],
  )
})

test('nothing is left of a run that had no time, but rows that say so', async () => {
  const signal = AbortSignal.abort(new DoctorTimeout(25))
  const rows = await scene.look((context) => runChecks(context), { context: { signal } })
  assert.ok(rows.some(({ check, found }) => check === 'kubernetes api' && found === 'no answer within 25 s'))
})

test('rowsOf() makes a row of each fault of a mount', () => {
  const first = fault('ROLE_ARN_MISSING', { namespace: 'a', serviceAccount: 'b', annotation: 'c' })
  const second = fault('TOKEN_MISSING', { audience: 'd' })
  const rows = rowsOf('x', new MountFaults([first, second]))
  assert.deepEqual(
    rows.map(({ code, found }) => [code, found]),
    [
      [first.code, first.message],
      [second.code, second.message],
    ],
  )
  assert.doesNotMatch(rows[0]?.remedy ?? '', /`/)
})

test('rowsOf() quotes no error but ours', () => {
  const [row] = rowsOf('x', new TypeError('canary'))
  assert.equal(row?.found, 'the check itself failed (TypeError)')
})
