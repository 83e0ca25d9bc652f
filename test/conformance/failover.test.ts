import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import type { FaultEffect } from '../emulator/faults.ts'
import type { FaultyService } from '../fixtures/fault-classes.ts'
import { isUntouched, type MountEnd, mountAs, readVolume, textsOf, warmUp } from '../harness/driver.ts'
import { type Provider, startProvider, testsAtOnce } from '../harness/provider.ts'
import { forbiddenStatuses, objectsText } from '../harness/scene.ts'
import { type Workload, wishOf, workload, worldOf } from '../harness/two-regions.ts'

const workloads = Array.from({ length: 44 }, (_, index) => workload('over', index))
const secretArn = (region: string, name: string) =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}`

const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const

let emulator: Emulator
let provider: Provider
let used = 0

before(async () => {
  emulator = await startEmulator({ world: worldOf(workloads) })
  provider = await startProvider(emulator)
  await warmUp(emulator, provider, wishOf(next(), 2))
})
after(async () => {
  await provider.stop()
  await emulator.close()
})

const unavailable: FaultEffect = {
  do: 'error',
  code: 'InternalServiceError',
  status: 500,
  message: 'Not now',
}
const denied: FaultEffect = { do: 'error', code: 'AccessDeniedException', message: 'No' }
const throttled: FaultEffect = { do: 'error', code: 'ThrottlingException', message: 'Rate exceeded' }

describe('two regions', { concurrency: testsAtOnce(12) }, () => {
  test('both are asked, at the first mount and at every other', async () => {
    const own = next()
    const { targetPath } = await mounted(own)
    for (let time = 2; time <= 3; time += 1) {
      await mounted(own, { targetPath })
      for (const region of [own.primary, own.failover]) {
        assert.deepEqual([calls('secretsmanager', region), calls('ssm', region)], [time, time])
      }
    }
  })

  test('both are asked at the same time', async () => {
    const own = next()
    const waits = [own.primary, own.failover].map((region) =>
      emulator.addFault({
        when: { service: 'secretsmanager', region },
        effect: { do: 'delay', milliseconds: 3_000 },
      }),
    )
    const end = mounted(own)
    await until(() => calls('secretsmanager', own.primary) === 1)
    await until(() => calls('secretsmanager', own.failover) === 1)
    const answered = emulator
      .calls({ service: 'secretsmanager' })
      .filter(({ region, status }) => (region === own.primary || region === own.failover) && status !== 0)
    assert.deepEqual(answered, [], 'neither has answered yet')
    await end
    for (const id of waits) emulator.clearFaults(id)
  })

  test('both fail: both causes, the primary’s first, each with its own name of the object', async () => {
    const own = next()
    breakDown(own.primary, 'secretsmanager', unavailable)
    breakDown(own.failover, 'secretsmanager', unavailable)
    const { status, message } = await mount(own, 'secret')
    assert.equal(status, 'INTERNAL')
    const lines = message.split('\n')
    assert.equal(lines.length, 2, message)
    assert.match(lines[0] ?? '', new RegExp(`${own.primary}.*"db-here".*InternalServiceError`))
    assert.match(lines[1] ?? '', new RegExp(`${own.failover}.*"db-there".*InternalServiceError`))
  })

  test('one object fails here and another there: that is a failure of both', async () => {
    const own = next()
    addSecrets(own, ['a', 'b'])
    breakDown(own.primary, 'secretsmanager', unavailable, 'a')
    breakDown(own.failover, 'secretsmanager', unavailable, 'b')
    const { status, message, targetPath } = await mountObjects(own, secrets('a', 'b'))
    assert.equal(status, 'INTERNAL')
    assert.match(message, new RegExp(`${own.primary}.*"a"`))
    assert.match(message, new RegExp(`${own.failover}.*"b"`))
    assert.ok(isUntouched(targetPath))
  })

  test('one of three secrets fails in the primary: all secrets of the other, the parameter as it was', async () => {
    const own = next()
    addSecrets(own, ['a', 'b', 'c'])
    breakDown(own.primary, 'secretsmanager', unavailable, 'b')
    const { status, message, targetPath, objectVersions } = await mountObjects(own, [
      ...secrets('a', 'b', 'c'),
      {
        objectName: '/db-here',
        objectType: 'ssmparameter',
        objectAlias: 'p',
        failoverObject: { objectName: '/db-there' },
      },
    ])
    assert.equal(status, 'OK', message)
    assert.deepEqual(textsOf(readVolume(targetPath)), {
      a: `a of ${own.failover}`,
      b: `b of ${own.failover}`,
      c: `c of ${own.failover}`,
      p: `parameter of ${own.primary}`,
    })
    const there = await mountObjects({ ...own, primary: own.failover }, secrets('a', 'b', 'c'), 1)
    for (const name of ['a', 'b', 'c']) assert.equal(objectVersions[name], there.objectVersions[name])
  })

  test('values of the primary that had no room beside those of a store that failed are mounted whole', async () => {
    const own = next()
    const large = Object.fromEntries(
      Array.from({ length: 70 }, (_, at) => [`s${at}`, { string: `${at}:`.padEnd(65_500, 's') }]),
    )
    const names = Array.from({ length: 530 }, (_, at) => `/p/${at}`)
    const parametersOf = (value: string) => Object.fromEntries(names.map((name) => [name, { value }]))
    emulator.mergeWorld({
      regions: {
        [own.primary]: { secrets: large, parameters: parametersOf('p'.repeat(8_190)) },
        [own.failover]: { secrets: large, parameters: parametersOf('small') },
      },
    })
    breakDown(own.primary, 'ssm', unavailable, '/p/529')
    const { status, message, targetPath } = await mountObjects(own, [
      ...names.map((objectName, at) => ({ objectName, objectType: 'ssmparameter', objectAlias: `p${at}` })),
      ...secrets(...Object.keys(large)),
    ])
    assert.equal(status, 'OK', message)
    const { p529, ...texts } = textsOf(readVolume(targetPath))
    for (const [name, { string }] of Object.entries(large)) assert.equal(texts[name], string)
    assert.equal(p529, 'small')
  })

  test('a failover is warned of in the log, with both regions', async () => {
    const own = next()
    breakDown(own.primary, 'secretsmanager', unavailable)
    await mounted(own)
    const warned = provider.lines().find(({ level, from }) => level === 'warn' && from === own.primary)
    assert.equal(warned?.to, own.failover)
    assert.match(JSON.stringify(warned), /InternalServiceError/)
  })

  test('a failing extract of the primary’s value is an error, no reason to fail over', async () => {
    const own = next()
    addSecrets(own, ['doc'], (region) => (region === own.primary ? '{"other":"x"}' : '{"key":"x"}'))
    const jmesPath = [{ path: 'key', objectAlias: 'key' }]
    const { status, message } = await mountObjects(own, [{ ...secrets('doc')[0], jmesPath }])
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(message, /"doc".*"key"/)
  })

  test('what failoverObject leaves out is the object’s own', async () => {
    const own = next()
    const stages = {
      [ids[0]]: { string: 'old', stages: ['blue'] },
      [ids[1]]: { string: 'new', stages: ['AWSCURRENT', 'green'] },
    }
    emulator.mergeWorld({
      regions: {
        [own.primary]: { secrets: { s: { versions: stages } } },
        [own.failover]: { secrets: { s: { versions: stages } } },
      },
    })
    const object = { objectName: 's', objectType: 'secretsmanager', objectVersionLabel: 'blue' }
    breakDown(own.primary, 'secretsmanager', unavailable)
    const inherits = await mountObjects(own, [
      { ...object, objectAlias: 's', failoverObject: { objectName: 's' } },
    ])
    assert.deepEqual(textsOf(readVolume(inherits.targetPath)), { s: 'old' })
    const overrides = await mountObjects(own, [
      { ...object, objectAlias: 's', failoverObject: [{ objectName: 's', objectVersionLabel: 'green' }] },
    ])
    assert.deepEqual(textsOf(readVolume(overrides.targetPath)), { s: 'new' })
    assert.deepEqual(overrides.objectVersions, { s: ids[1] })
  })

  test('the ARN of a secret means its replica in the other region', async () => {
    const own = next()
    emulator.mergeWorld({
      regions: {
        [own.primary]: {
          secrets: { replicated: { string: 'both', suffix: 'AbCdEf', replicas: [own.failover] } },
        },
      },
    })
    breakDown(own.primary, 'secretsmanager', unavailable)
    const arn = secretArn(own.primary, 'replicated-AbCdEf')
    const { status, message } = await mountObjects(own, [{ objectName: arn, objectAlias: 'r' }])
    assert.equal(status, 'OK', message)
    const asked = emulator.calls({ service: 'secretsmanager', region: own.failover })
    assert.deepEqual(asked[0]?.names, [secretArn(own.failover, 'replicated-AbCdEf')])
  })

  test('a client error is final, also when the other region is slower', async () => {
    const own = next()
    breakDown(own.primary, 'secretsmanager', { do: 'delay', milliseconds: 300 })
    breakDown(own.failover, 'secretsmanager', denied)
    const { status, message } = await mount(own, 'secret')
    assert.equal(status, 'PERMISSION_DENIED')
    assert.match(message, new RegExp(`${own.failover}.*"db-there".*AccessDeniedException`))
  })

  test('a client error counts more than a trouble of the other region', async () => {
    const own = next()
    breakDown(own.primary, 'secretsmanager', unavailable)
    breakDown(own.failover, 'secretsmanager', denied)
    const { status, message } = await mount(own, 'secret')
    assert.equal(status, 'PERMISSION_DENIED')
    assert.ok(message.includes(own.failover))
  })

  test('a primary that is slow but not silent is waited for', async () => {
    const own = next()
    breakDown(own.primary, 'secretsmanager', { do: 'delay', milliseconds: 1_200 })
    const { targetPath } = await mounted(own)
    assert.equal(textsOf(readVolume(targetPath)).secret, `secret of ${own.primary}`)
  })

  test('a primary that throttles without end gives way', async () => {
    const own = next()
    breakDown(own.primary, 'ssm', throttled)
    const { targetPath } = await mounted(own)
    assert.deepEqual(textsOf(readVolume(targetPath)), {
      parameter: `parameter of ${own.failover}`,
      secret: `secret of ${own.primary}`,
    })
  })

  test('trouble that passes is no reason to fail over', async () => {
    const own = next()
    emulator.addFault({
      when: { service: 'secretsmanager', region: own.primary, nth: 1 },
      effect: unavailable,
    })
    breakDown(own.failover, 'secretsmanager', { do: 'delay', milliseconds: 700 })
    const { targetPath } = await mounted(own)
    assert.equal(textsOf(readVolume(targetPath)).secret, `secret of ${own.primary}`)
  })

  test('both regions dead is an error of ours with both of them', async () => {
    const own = next()
    for (const region of [own.primary, own.failover]) breakDown(region, 'secretsmanager', { do: 'hang' })
    const { status, message } = await mount(own, 'secret')
    assert.equal(status, 'INTERNAL')
    assert.match(message, new RegExp(`${own.primary}.*"db-here"`))
    assert.match(message, new RegExp(`${own.failover}.*"db-there"`))
  })
})

describe('a region that is silent', { concurrency: testsAtOnce(12) }, () => {
  const silences: readonly FaultEffect[] = [
    { do: 'black-hole' },
    { do: 'hang-tls' },
    { do: 'hang-after-tls' },
    { do: 'hang' },
  ]
  for (const silence of silences) {
    for (const dead of ['primary', 'failover'] as const) {
      test(`${silence.do}, ${dead}: costs one bounded wait, is probed, and comes back`, async () => {
        const own = next()
        const region = own[dead]
        const living = dead === 'primary' ? own.failover : own.primary
        // The session is there already, so that the stores alone are looked at.
        assert.equal((await mountObjects({ ...own, primary: living }, single(dead), 1)).status, 'OK')
        const faults = (['secretsmanager', 'ssm'] as const).map((service) =>
          breakDown(region, service, silence),
        )
        const first = await mounted(own)
        assert.deepEqual(textsOf(readVolume(first.targetPath)), volumeOf(living))
        const before = reached(region)
        for (let time = 0; time < 4; time += 1) {
          const { targetPath } = await mounted(own)
          assert.deepEqual(textsOf(readVolume(targetPath)), volumeOf(living))
        }
        // One probe at a time for each of the two services, of which some seconds hold few.
        assert.ok(reached(region) - before <= 4, `${reached(region) - before} connections or calls`)

        for (const id of faults) emulator.clearFaults(id)
        emulator.resetConnections(region)
        await until(async () => {
          const { targetPath } = await mounted(own)
          const { secret } = textsOf(readVolume(targetPath))
          const asked = emulator
            .calls({ region })
            .some(({ service, status }) => service === 'ssm' && status === 200)
          return asked && secret === `secret of ${own.primary}`
        })
      })
    }
  }

  for (const [silent, failing] of [
    ['primary', 'failover'],
    ['failover', 'primary'],
  ] as const) {
    test(`the ${silent} is asked before a mount is lost to the failing ${failing}`, async () => {
      const own = next()
      await mounted(own)
      const id = breakDown(own[silent], 'secretsmanager', { do: 'hang' })
      await mounted(own)
      emulator.clearFaults(id)
      breakDown(own[failing], 'secretsmanager', unavailable)
      const { targetPath } = await mounted(own)
      assert.equal(textsOf(readVolume(targetPath)).secret, `secret of ${own[silent]}`)
    })
  }

  test('a probe counts nothing to the mount that it comes with, and reads one page of a set', async () => {
    const own = next()
    const names = Array.from({ length: 600 }, (_, at) => `/half/${at}`)
    const parameters = Object.fromEntries(names.map((name) => [name, { value: 'x'.repeat(8_000) }]))
    for (const region of [own.primary, own.failover])
      emulator.mergeWorld({ regions: { [region]: { parameters } } })
    const half = [{ objectName: '/half', objectType: 'ssmparameterpath', limit: 600 }]
    const id = breakDown(own.primary, 'ssm', { do: 'hang' })
    await mounted(own)
    emulator.clearFaults(id)
    breakDown(own.failover, 'ssm', unavailable)
    await sleep(1_100)
    const before = calls('ssm', own.primary)
    const { status, message } = await mountObjects(own, half)
    assert.equal(status, 'OK', message)
    assert.equal(calls('ssm', own.primary) - before, 61)
  })

  test('an endpoint that answers while its reads hang stays given up', async () => {
    const own = next()
    const when = { region: own.primary, service: 'secretsmanager', operation: 'GetSecretValue' } as const
    emulator.addFault({ when, effect: { do: 'hang' } })
    await mounted(own)
    const before = calls('secretsmanager', own.primary)
    for (let time = 0; time < 4; time += 1) {
      await sleep(1_100)
      await mounted(own)
    }
    assert.equal(calls('secretsmanager', own.primary) - before, 1, 'one probe, and no mount')
  })

  test('the STS of a silent primary is asked before a mount is lost to the failing one of the failover', async () => {
    const [own, other] = [next(), next()]
    const id = breakDown(own.primary, 'sts', { do: 'black-hole' })
    await mounted(own)
    emulator.clearFaults(id)
    breakDown(own.failover, 'sts', unavailable)
    await mounted({ ...own, serviceAccount: other.serviceAccount, role: other.role })
  })

  test('a mount of that region alone asks it all the same', async () => {
    const own = next()
    const id = breakDown(own.primary, 'secretsmanager', { do: 'hang' })
    await mounted(own)
    emulator.clearFaults(id)
    const { status, message } = await mountAs(emulator, provider, wishOf(own, 1, 'secret'))
    assert.equal(status, 'OK', message)
  })

  for (const effect of [unavailable, { do: 'reset' }, { do: 'refuse' }] as const) {
    test(`${effect.do} is not silence: the region is asked at every mount`, async () => {
      const own = next()
      await mounted(own)
      breakDown(own.primary, 'secretsmanager', effect)
      emulator.resetConnections(own.primary)
      for (let time = 0; time < 3; time += 1) {
        const before = reached(own.primary)
        const { targetPath } = await mounted(own)
        assert.equal(textsOf(readVolume(targetPath)).secret, `secret of ${own.failover}`)
        assert.ok(reached(own.primary) > before)
      }
    })
  }

  test('mounts that hang in their only region keep nobody of another region waiting', async () => {
    const [dead, healthy] = [next(), next()]
    const names = Array.from({ length: 20 }, (_, at) => `hanging-${at}`)
    addSecrets(dead, names)
    const id = breakDown(dead.primary, 'secretsmanager', { do: 'hang' })
    let ended = 0
    // Each of another class, so that none shares with another: together far more than is let in at once.
    const hanging = names.map(async (_, at) => {
      const end = await mountObjects(
        dead,
        [...secrets(...names), ...secretAs(names[at] ?? '', `alias-${at}`)],
        1,
      )
      ended += 1
      return end
    })
    await until(() => calls('secretsmanager', dead.primary) >= 20)
    await mounted(healthy)
    assert.equal(ended, 0)
    emulator.clearFaults(id)
    emulator.resetConnections(dead.primary)
    for (const { status, message } of await Promise.all(hanging)) assert.equal(status, 'OK', message)
  })

  test('a region dead in all its services at once still lets a first mount through', async () => {
    const own = next()
    for (const service of ['sts', 'secretsmanager', 'ssm'] as const) {
      breakDown(own.primary, service, { do: 'black-hole' })
    }
    const { targetPath } = await mounted(own)
    assert.deepEqual(textsOf(readVolume(targetPath)), volumeOf(own.failover))
    assert.equal(calls('sts', own.failover), 1)
  })
})

function next(): Workload {
  const own = workloads[used]
  assert.ok(own !== undefined, 'too few workloads')
  used += 1
  return own
}

function breakDown(region: string, service: FaultyService, effect: FaultEffect, name?: string): string {
  return emulator.addFault({ when: { region, service, ...(name === undefined ? {} : { name }) }, effect })
}

async function mount(
  own: Workload,
  only?: 'secret' | 'parameter',
  more: { targetPath?: string } = {},
): Promise<MountEnd> {
  const end = await mountAs(emulator, provider, { ...wishOf(own, 2, only), ...more })
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  return end
}

async function mounted(own: Workload, more: { targetPath?: string } = {}): Promise<MountEnd> {
  const end = await mount(own, undefined, more)
  assert.equal(end.status, 'OK', end.message)
  return end
}

function mountObjects(own: Workload, objects: readonly unknown[], regions: 1 | 2 = 2): Promise<MountEnd> {
  const failoverRegion = regions === 2 ? { failoverRegion: own.failover } : {}
  const parameters = { region: own.primary, ...failoverRegion, objects: objectsText(...objects) }
  return mountAs(emulator, provider, { parameters, serviceAccount: own.serviceAccount })
}

const secrets = (...names: readonly string[]) =>
  names.map((objectName) => ({ objectName, objectType: 'secretsmanager' }))

const secretAs = (objectName: string, objectAlias: string) => [
  { objectName, objectType: 'secretsmanager', objectAlias },
]

function single(dead: 'primary' | 'failover') {
  return secrets(dead === 'primary' ? 'db-there' : 'db-here')
}

function addSecrets(
  { primary, failover }: Workload,
  names: readonly string[],
  textOf: (region: string, name: string) => string = (region, name) => `${name} of ${region}`,
): void {
  const secretsOf = (region: string) => ({
    secrets: Object.fromEntries(names.map((name) => [name, { string: textOf(region, name) }])),
  })
  emulator.mergeWorld({ regions: { [primary]: secretsOf(primary), [failover]: secretsOf(failover) } })
}

function volumeOf(region: string): Readonly<Record<string, string>> {
  return { parameter: `parameter of ${region}`, secret: `secret of ${region}` }
}

function calls(service: FaultyService, region: string): number {
  return emulator.calls({ service, region }).length
}

/** Requests that came through, and connections that were wanted. */
function reached(region: string): number {
  return emulator.calls({ region }).length
}

async function until(reachedIt: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await reachedIt())) {
    assert.ok(Date.now() < end, 'not within 20 s')
    await sleep(50)
  }
}
