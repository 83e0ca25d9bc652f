import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { giveRole } from '../harness/give-role.ts'
import {
  type Mounted,
  objectsText,
  type Scene,
  shown,
  startScene,
  type WriteMode,
  writeModes,
} from '../harness/scene.ts'

/** Objects and extracts that may be missing, and volumes without a file. */

let scene: Scene

before(async () => {
  scene = await startScene({ world: world() })
})
after(() => scene.stop())

function world(): World {
  const secrets = {
    there: { string: '{"a":"1","n":null}' },
    leaving: { string: 'x', deleted: true },
    other: { string: 'o' },
  }
  const parameters = { '/there': { value: 'p' } }
  return {
    ...examplesWorld(),
    regions: { 'us-east-1': { secrets, parameters }, 'us-west-2': { secrets, parameters } },
  }
}

const secret = (objectName: string, more: object = {}) => ({
  objectName,
  objectType: 'secretsmanager',
  ...more,
})
const parameter = (objectName: string, more: object = {}) => ({
  objectName,
  objectType: 'ssmparameter',
  ...more,
})
const optional = { optional: true }

const missing: readonly (readonly [name: string, object: object])[] = [
  ['a secret', secret('gone', optional)],
  [
    'a label of a secret',
    secret('there', { ...optional, objectAlias: 'x', objectVersionLabel: 'AWSPREVIOUS' }),
  ],
  [
    'a version of a secret',
    secret('there', { ...optional, objectAlias: 'x', objectVersion: '99999999-1111-4111-8111-111111111111' }),
  ],
  ['a secret that is marked for deletion', secret('leaving', optional)],
  ['a parameter', parameter('/gone', optional)],
  [
    'a label of a parameter',
    parameter('/there', { ...optional, objectAlias: 'x', objectVersionLabel: 'prod' }),
  ],
  ['a version of a parameter', parameter('/there', { ...optional, objectAlias: 'x', objectVersion: 9 })],
]

for (const mode of writeModes) {
  describe(mode, { concurrency: 4 }, () => {
    for (const [name, object] of missing) {
      test(`${name} that is missing has no file where it is optional, and is an error where it is not`, async () => {
        const both = objectsText(secret('there'), object)
        const { status, message, volume, objectVersions } = await mount(mode, { objects: both })
        assert.equal(status, 'OK', message)
        assert.deepEqual([...volume.keys()], ['there'])
        assert.deepEqual(Object.keys(objectVersions), ['there'])
        const { optional: _, ...needed } = object as { optional: boolean }
        const refused = await mount(mode, { objects: objectsText(secret('there'), needed) })
        assert.notEqual(refused.status, 'OK')
      })
    }

    test('what the role may not read is an error all the same, and says why optional does not help', async () => {
      const serviceAccount = `poor-${mode}`
      giveRole(scene.emulator, serviceAccount, { allow: [{ secrets: ['there'] }] })
      const objects = objectsText(secret('there'), secret('gone', optional), parameter('/gone', optional))
      const { status, message } = await mount(mode, { objects }, serviceAccount)
      assert.equal(status, 'PERMISSION_DENIED')
      assert.equal(message.split('\n').length, 2, message)
      for (const line of message.split('\n'))
        assert.match(line, /optional does not help: AWS answers so also/)
    })

    test('an extract that is missing or null has no file where it is optional', async () => {
      const jmesPath = ['a', 'n', 'x'].map((path) => ({ path, objectAlias: `key-${path}`, ...optional }))
      const { status, message, volume } = await mount(mode, {
        objects: objectsText(secret('there', { jmesPath })),
      })
      assert.equal(status, 'OK', message)
      assert.deepEqual([...volume.keys()].toSorted(), ['key-a', 'there'])
    })

    for (const [name, objects] of [
      ['an empty list', '[]'],
      [
        'optional objects that are all missing',
        objectsText(secret('gone', optional), parameter('/gone', optional)),
      ],
    ] as const) {
      test(`${name} gives an empty volume, with the one entry that the driver asks for`, async () => {
        const { status, message, volume, objectVersions } = await mount(mode, { objects })
        assert.equal(status, 'OK', message)
        assert.equal(volume.size, 0)
        assert.deepEqual(objectVersions, { '..empty': 'none' })
      })
    }

    test('what appears is there after the next rotation, what vanishes is gone, with a warning', async () => {
      const name = `late-${mode}`
      const parameters = { objects: objectsText(secret('there'), secret(name, optional)) }
      const serviceAccount = `late-${mode}`
      giveRole(scene.emulator, serviceAccount)
      const first = await mount(mode, parameters, serviceAccount)
      assert.deepEqual([...first.volume.keys()], ['there'])
      scene.emulator.mergeWorld(regionsWith(name, { string: 'here now' }))
      const wish = { parameters: { region: 'us-east-1', ...parameters }, serviceAccount }
      const second = await scene.mount(mode, { ...wish, targetPath: first.targetPath })
      assert.deepEqual(shown(second.volume)[name], '0644 here now')
      scene.emulator.mergeWorld(regionsWith(name, null))
      const third = await scene.mount(mode, { ...wish, targetPath: first.targetPath })
      assert.deepEqual([...third.volume.keys()], ['there'])
      // In the other mode it is the driver that had written it, and nobody plays that here.
      if (mode === 'provider-written') {
        assert.match(scene.providers[mode].log(), new RegExp(`"${name}".*optional objects are missing now`))
      }
    })
  })
}

test('in driver-written mode a set that becomes empty is told: the driver leaves what was there', async () => {
  const name = 'once'
  scene.emulator.mergeWorld(regionsWith(name, { string: 'x' }))
  const parameters = { region: 'us-east-1', objects: objectsText(secret(name, optional)) }
  const { targetPath } = await scene.mount('provider-written', { parameters })
  scene.emulator.mergeWorld(regionsWith(name, null))
  const { status, files } = await scene.mount('driver-written', { parameters, targetPath })
  assert.deepEqual([status, files.size], ['OK', 0])
  assert.match(
    scene.providers['driver-written'].log(),
    /"once".*the driver leaves the files of before in place/,
  )
})

test('what is missing may lie below what was a file until now, in both modes', async () => {
  const objects = (...list: object[]) => ({
    region: 'us-east-1',
    pathTranslation: 'False',
    objects: objectsText(...list),
  })
  const parameters = objects(secret('there', { objectAlias: 'db' }))
  const { targetPath } = await scene.mount('provider-written', { parameters })
  for (const mode of ['driver-written', 'provider-written'] as const) {
    const parameters = objects(secret('there'), secret('db/password', optional))
    const { status, message } = await scene.mount(mode, { parameters, targetPath })
    assert.equal(status, 'OK', message)
  }
})

const unnamed: readonly (readonly [name: string, object: object])[] = [
  ['keys', secret('vanishing', { ...optional, expandKeys: true })],
  ['a path', { objectName: '/vanishing', objectType: 'ssmparameterpath', ...optional }],
  [
    'a query',
    {
      objectType: 'secretsmanagerquery',
      filters: [{ key: 'name', values: ['vanishing'] }],
      objectAlias: 'q',
      ...optional,
    },
  ],
]
for (const [name, object] of unnamed) {
  test(`${name} that vanishes is told, in both modes`, async () => {
    const serviceAccount = `vanish-${name.replace(' ', '-')}`
    giveRole(scene.emulator, serviceAccount)
    const change = (secret: object | null, parameter: object | null) =>
      scene.emulator.mergeWorld({
        regions: {
          'us-east-1': { secrets: { vanishing: secret }, parameters: { '/vanishing/key': parameter } },
        },
      })
    change({ string: '{"key":"1"}' }, { value: '1' })
    const parameters = { region: 'us-east-1', objects: objectsText(object) }
    const first = await scene.mount('provider-written', { parameters, serviceAccount })
    assert.equal(first.volume.size, 1)
    change(null, null)
    const { targetPath } = first
    const told = async (mode: WriteMode, words: RegExp) => {
      const log = () => scene.providers[mode].log()
      const before = log().length
      const { status, message } = await scene.mount(mode, { parameters, serviceAccount, targetPath })
      assert.equal(status, 'OK', message)
      assert.match(log().slice(before), words)
    }
    await told('driver-written', /the driver leaves the files of before in place/)
    await told('provider-written', /optional objects are missing now: their files are removed/)
  })
}

describe('with a second region', () => {
  const regions = { region: 'us-east-1', failoverRegion: 'us-west-2' }
  const objects = objectsText(secret('there'), secret('gone', optional), parameter('/gone', optional))

  test('what both say is missing has no file', async () => {
    const { status, message, volume } = await mount('provider-written', { ...regions, objects })
    assert.equal(status, 'OK', message)
    assert.deepEqual([...volume.keys()], ['there'])
  })

  for (const [has, lacks] of [
    ['us-east-1', 'us-west-2'],
    ['us-west-2', 'us-east-1'],
  ] as const) {
    test(`what ${has} has and ${lacks} has not is an error that names ${lacks}`, async () => {
      const name = `only-${has}`
      scene.emulator.mergeWorld({ regions: { [has]: { secrets: { [name]: { string: 'x' } } } } })
      const { status, message } = await mount('provider-written', {
        ...regions,
        objects: objectsText(secret('there'), secret(name, optional)),
      })
      assert.equal(status, 'NOT_FOUND')
      assert.match(message, new RegExp(`in ${lacks} does not have object "${name}".*: ${has} has it`))
      assert.equal(message.split('\n').length, 1, message)
    })

    for (const batchReads of ['false', 'true']) {
      test(`what both say is missing stays so while ${lacks} fails on another object, batchReads ${batchReads}`, async () => {
        const serviceAccount = `agreed-${has}-${batchReads}`
        giveRole(scene.emulator, serviceAccount)
        const fault = { do: 'error', code: 'InternalServiceError', status: 500 } as const
        scene.emulator.addFault({
          when: { service: 'secretsmanager', region: lacks, name: 'other', operation: 'GetSecretValue' },
          effect: fault,
        })
        const asked = {
          ...regions,
          batchReads,
          objects: objectsText(secret('there'), secret('other'), secret('gone', optional)),
        }
        const { status, message, volume } = await mount('provider-written', asked, serviceAccount)
        scene.emulator.clearFaults()
        assert.equal(status, 'OK', message)
        assert.deepEqual([...volume.keys()].toSorted(), ['other', 'there'])
      })
    }

    test(`what is missing in both is so right after ${lacks} was silent`, async () => {
      const serviceAccount = `again-${has}`
      giveRole(scene.emulator, serviceAccount)
      const needed = { ...regions, objects: objectsText(secret('there')) }
      const wanted = { ...regions, objects: objectsText(secret('there'), secret('gone', optional)) }
      assert.equal((await mount('provider-written', wanted, serviceAccount)).status, 'OK')
      scene.emulator.addFault({
        when: { service: 'secretsmanager', region: lacks },
        effect: { do: 'hang' },
      })
      const log = () => scene.providers['provider-written'].log()
      const before = log().length
      for (let tries = 0; tries < 20 && !log().slice(before).includes('region is silent'); tries += 1)
        await mount('provider-written', needed, serviceAccount)
      assert.match(log().slice(before), new RegExp(`"${lacks}".*region is silent`))
      scene.emulator.clearFaults()
      const { status, message } = await mount('provider-written', wanted, serviceAccount)
      assert.equal(status, 'OK', message)
    })

    test(`what is missing in ${has} while ${lacks} fails is an error: nobody knows what that has`, async () => {
      const serviceAccount = `half-${has}`
      giveRole(scene.emulator, serviceAccount)
      scene.emulator.addFault({
        when: { service: 'secretsmanager', region: lacks },
        effect: { do: 'error', code: 'InternalServiceError', status: 500 },
      })
      const asked = { ...regions, objects: objectsText(secret('there'), secret('gone', optional)) }
      const { status, message } = await mount('provider-written', asked, serviceAccount)
      const needed = { ...regions, objects: objectsText(secret('there')) }
      const other = await mount('provider-written', needed, serviceAccount)
      scene.emulator.clearFaults()
      assert.equal(status, 'INTERNAL')
      assert.match(message, new RegExp(`STORE_UNAVAILABLE: .* in ${lacks} failed`))
      assert.match(
        message,
        new RegExp(`in ${has} does not have object "gone".*optional does not help: ${lacks} could not say`),
      )
      assert.equal(other.status, 'OK', 'without a missing one the other region is enough')
    })
  }
})

function regionsWith(name: string, value: unknown): object {
  return { regions: { 'us-east-1': { secrets: { [name]: value } } } }
}

function mount(
  mode: WriteMode,
  parameters: Readonly<Record<string, string>>,
  serviceAccount = 'shop',
): Promise<Mounted> {
  return scene.mount(mode, { parameters: { region: 'us-east-1', ...parameters }, serviceAccount })
}
