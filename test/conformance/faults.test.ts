import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import type { FaultEffect } from '../emulator/faults.ts'
import { type FaultClass, type FaultyService, faultClasses } from '../fixtures/fault-classes.ts'
import { isUntouched, mountAs, readVolume, textsOf, warmUp } from '../harness/driver.ts'
import { type Provider, startProvider, testsAtOnce } from '../harness/provider.ts'
import { forbiddenStatuses } from '../harness/scene.ts'
import { type Workload, wishOf, workload, worldOf } from '../harness/two-regions.ts'

/** Where the fault is: in the only region, or in one of two. */
const places = ['alone', 'primary', 'failover'] as const
type Place = (typeof places)[number]

interface Row extends Workload {
  readonly service: FaultyService
  readonly place: Place
  readonly fault: FaultClass
}

const services = ['secretsmanager', 'ssm', 'sts'] as const
const letters: Readonly<Record<FaultyService, string>> = { secretsmanager: 'secrets', ssm: 'ssm', sts: 'sts' }
const rows: readonly Row[] = services.flatMap((service) =>
  places.flatMap((place) =>
    faultClasses
      .filter((fault) => fault.services?.includes(service) ?? true)
      .map((fault, index) => ({ ...workload(`${letters[service]}${place}`, index), service, place, fault })),
  ),
)
const combinations = sampleCombinations(40)
const warm = workload('warm', 0)
const tries = 2

let emulator: Emulator
let provider: Provider

before(async () => {
  emulator = await startEmulator({
    world: worldOf([...rows, ...combinations, warm]),
    verifySignatures: false,
  })
  provider = await startProvider(emulator, { environment: { AWS_MAX_ATTEMPTS: `${tries}` } })
  await warmUp(emulator, provider, wishOf(warm, 2))
})
after(async () => {
  await provider.stop()
  await emulator.close()
})

describe('every fault, in every service and region', { concurrency: testsAtOnce(20) }, () => {
  for (const row of rows) {
    test(`${row.fault.name}, ${row.service}, ${row.place}`, () => proveRow(row))
  }
})

async function proveRow(row: Row): Promise<void> {
  const { service, place, fault, primary, failover, role } = row
  const region = place === 'failover' ? failover : primary
  emulator.addFault({ when: { service, region }, effect: fault.effect })
  const end = await mountAs(
    emulator,
    provider,
    place === 'alone' ? wishOf(row, 1, service === 'ssm' ? 'parameter' : 'secret') : wishOf(row, 2),
  )
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  const asked = emulator.calls({ service, region })
  // The second region's STS is not asked while the first answers; else both regions are, always.
  const isAsked = !(service === 'sts' && place === 'failover')
  const isFinal = isAsked && (place === 'alone' || fault.kind === 'client')
  if (isFinal) {
    assert.equal(end.status, fault.status, end.message)
    assert.match(end.message, fault.code)
    assert.ok(end.message.includes(region), end.message)
    const object = { secretsmanager: 'db-', ssm: '/db-', sts: '' }[service]
    const name = place === 'failover' ? `"${object}there"` : `"${object}here"`
    assert.ok(end.message.includes(service === 'sts' ? role : name), end.message)
    assert.ok(!end.message.includes('\n'), `one failure, one line: ${end.message}`)
    assert.ok(isUntouched(end.targetPath))
  } else {
    assert.equal(end.status, 'OK', end.message)
    const from = (each: FaultyService) => (each === service && place === 'primary' ? failover : primary)
    assert.deepEqual(textsOf(readVolume(end.targetPath)), {
      parameter: `parameter of ${from('ssm')}`,
      secret: `secret of ${from('secretsmanager')}`,
    })
  }
  if (!isAsked) assert.equal(asked.length, 0)
  else if (!isConnectionFault(fault.effect)) {
    if (fault.kind === 'client') assert.equal(asked.length, 1, 'a client error is not tried again')
    else if (place === 'alone') assert.equal(asked.length, tries)
    else assert.ok(asked.length >= 1 && asked.length <= tries, `${asked.length} calls`)
  }
}

function isConnectionFault(effect: FaultEffect): boolean {
  return ['refuse', 'black-hole', 'hang-tls', 'hang-after-tls'].includes(effect.do)
}

interface Combination extends Workload {
  readonly regions: 1 | 2
  readonly faults: readonly CombinedFault[]
}

interface CombinedFault {
  readonly service: FaultyService
  readonly place: 'primary' | 'failover'
  readonly fault: FaultClass
  readonly nth: number | readonly number[] | undefined
}

describe('faults at random', { concurrency: testsAtOnce(20) }, () => {
  for (const combination of combinations) {
    const { serviceAccount, regions, faults } = combination
    const words = faults.map(
      ({ service, place, fault, nth }) => `${service}/${place} ${fault.name} ${nth ?? ''}`,
    )
    test(`${serviceAccount}, regions: ${regions}: ${words.join('; ')}`, () => proveCombination(combination))
  }
})

/** A whole volume whose stores are each of one region, or an error of ours and nothing written. */
async function proveCombination(combination: Combination): Promise<void> {
  const { regions, faults, primary, failover } = combination
  for (const { service, place, fault, nth } of faults) {
    const region = place === 'primary' ? primary : failover
    emulator.addFault({
      when: { service, region, ...(nth === undefined ? {} : { nth }) },
      effect: fault.effect,
    })
  }
  const { status, message, targetPath } = await mountAs(emulator, provider, wishOf(combination, regions))
  if (status === 'OK') {
    const { secret = '', parameter = '', ...rest } = textsOf(readVolume(targetPath))
    assert.deepEqual(rest, {})
    const of = [primary, ...(regions === 2 ? [failover] : [])]
    assert.ok(
      of.some((region) => secret === `secret of ${region}`),
      secret,
    )
    assert.ok(
      of.some((region) => parameter === `parameter of ${region}`),
      parameter,
    )
    return
  }
  const ours = ['INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'PERMISSION_DENIED', 'NOT_FOUND', 'INTERNAL']
  assert.ok(ours.includes(status), `${status}: ${message}`)
  assert.ok(faults.length > 0, `nothing was wrong: ${message}`)
  assert.ok(message.includes(primary) || message.includes(failover), message)
  assert.ok(isUntouched(targetPath))
}

function sampleCombinations(count: number): readonly Combination[] {
  const fault = fc
    .record({
      service: fc.constantFrom(...services),
      place: fc.constantFrom('primary' as const, 'failover' as const),
      fault: fc.constantFrom(...faultClasses),
      nth: fc.constantFrom(undefined, undefined, 1, 2, [1, 3]),
    })
    .filter((each) => each.fault.services?.includes(each.service) ?? true)
  const combination = fc.record({
    regions: fc.constantFrom(1 as const, 2 as const, 2 as const),
    faults: fc.array(fault, { minLength: 1, maxLength: 5 }),
  })
  const seed = Number(process.env.FAULTS_SEED ?? Date.now() % 1_000_000)
  process.stdout.write(`faults at random: FAULTS_SEED=${seed} repeats this run\n`)
  return fc
    .sample(combination, { numRuns: count, seed })
    .map((each, index) => ({ ...workload('sweep', index), ...each }))
}
