import assert from 'node:assert/strict'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { version } from '../../src/process/version.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { driverTexts, isUntouched, newTarget, readVolume, textsOf } from '../harness/driver.ts'
import { startProvider } from '../harness/provider.ts'
import { objectsText, type Scene, startScene, type WriteMode, writeModes } from '../harness/scene.ts'
import {
  buildClient,
  type CallEnd,
  callFrom,
  goClients,
  type MountFields,
  skipWithoutGo,
} from './go-client.ts'

/** Mode and text of each file of `goodObjects`. */
const expected = {
  'db/url': [0o640, 'postgres://db.shop.internal/till'],
  login: [0o640, '{"username":"till","password":"correct horse"}'],
  user: [0o400, 'till'],
}
const goodObjects = objectsText(
  {
    objectName: 'DatabaseLogin',
    objectType: 'secretsmanager',
    objectAlias: 'login',
    jmesPath: [{ path: 'username', objectAlias: 'user', filePermission: '0400' }],
  },
  { objectName: '/app/db/url', objectType: 'ssmparameter', objectAlias: 'db/url' },
)

/** Sets, an object that is missing, and several secrets a call. */
const setParameters = {
  batchReads: 'true',
  objects: objectsText(
    { objectName: '/app/db', objectType: 'ssmparameterpath', keepPath: true, objectAlias: 'below' },
    { objectType: 'secretsmanagerquery', filters: [{ key: 'name', values: ['MySecret2'] }] },
    { objectName: 'NoSuchSecret', objectType: 'secretsmanager', optional: true },
    { objectName: 'MySecret', objectType: 'secretsmanager', objectAlias: 'one' },
    { objectName: 'DatabaseLogin', objectType: 'secretsmanager', objectAlias: 'login' },
  ),
}
const expectedOfSets = {
  'below/password': [0o640, 'the new password'],
  'below/url': [0o640, 'postgres://db.shop.internal/till'],
  MySecret2: [0o640, 'the second secret'],
  login: [0o640, '{"username":"till","password":"correct horse"}'],
  one: [0o640, 'the first secret'],
}
const emptyParameters: readonly Readonly<Record<string, string>>[] = [
  { objects: '[]' },
  { objects: objectsText({ objectName: 'NoSuchSecret', objectType: 'secretsmanager', optional: true }) },
]

describe('as drivers call', { skip: skipWithoutGo }, () => {
  let scene: Scene

  before(async () => {
    scene = await startScene({ world: examplesWorld() })
  })
  after(() => scene?.stop())

  for (const client of goClients) {
    describe(client.name, () => {
      let program: string

      before(() => {
        program = buildClient(client)
      })

      for (const mode of writeModes) {
        test(`asks for the version, mounts, fails and mounts many at once over one connection, ${mode}`, async () => {
          const { socket } = scene.providers[mode]
          const one = fieldsOf(mode, goodObjects)
          const missing = fieldsOf(
            mode,
            objectsText({ objectName: 'NoSuchSecret', objectType: 'secretsmanager' }),
          )
          const wrong = fieldsOf(mode, objectsText({ objectName: 'MySecret' }))
          const many = Array.from({ length: 12 }, () => fieldsOf(mode, goodObjects))
          const [versions, mounts, failures, refusals, all] = await callFrom(program, socket, [
            ['version'],
            [one],
            [missing],
            [wrong],
            [...many, 'version'],
          ])
          assert.deepEqual(versions, [{ code: 'OK', message: '', version }])
          isMounted(mode, one, mounts?.[0])
          assert.equal(failures?.[0]?.code, 'NotFound')
          assert.match(failures?.[0]?.message ?? '', /"NoSuchSecret".*ResourceNotFoundException/)
          assert.ok(isUntouched(missing.targetPath))
          assert.equal(refusals?.[0]?.code, 'InvalidArgument')
          assert.match(refusals?.[0]?.message ?? '', /objectType/)
          assert.ok(isUntouched(wrong.targetPath))
          assert.equal(all?.at(-1)?.version, version)
          for (const [index, fields] of many.entries()) isMounted(mode, fields, all?.[index])
        })

        test(`mounts sets, several secrets a call, and nothing at all, ${mode}`, async () => {
          const sets = fieldsWith(mode, setParameters)
          const empty = emptyParameters.map((parameters) => fieldsWith(mode, parameters))
          const [ends] = await callFrom(program, scene.providers[mode].socket, [[sets, ...empty]])
          isMounted(mode, sets, ends?.[0], expectedOfSets)
          for (const [at, { targetPath }] of empty.entries()) {
            const end = ends?.[at + 1]
            assert.equal(end?.code, 'OK', end?.message)
            assert.deepEqual(Object.keys(end.objectVersions ?? {}), ['..empty'])
            assert.deepEqual(end.files ?? {}, {})
            assert.equal(readVolume(targetPath).size, 0)
          }
        })
      }

      test('calls a socket whose path is too odd to be compressed', async () => {
        const folder = join(scene.providers['provider-written'].scratch, `${client.module}${'~'.repeat(24)}`)
        mkdirSync(folder, { recursive: true })
        const provider = await startProvider(scene.emulator, { volume: folder })
        try {
          const fields = fieldsOf('provider-written', goodObjects)
          const ends = await callFrom(program, provider.socket, [['version'], [fields], ['version']])
          assert.equal(ends[0]?.[0]?.version, version)
          isMounted('provider-written', fields, ends[1]?.[0])
          assert.equal(ends[2]?.[0]?.version, version)
        } finally {
          await provider.stop()
        }
      })
    })
  }

  for (const mode of writeModes) {
    test(`the driver's remount leaves what is current and brings what is new, ${mode}`, async () => {
      const [client] = goClients
      assert.equal(client?.module, 'driver')
      const program = buildClient(client)
      const { socket } = scene.providers[mode]
      const name = { objectName: 'MySecret', objectType: 'secretsmanager', objectAlias: 'rotated' }
      const fields = fieldsOf(mode, objectsText(name))
      const remount = async (objectVersions: Readonly<Record<string, string>>) => {
        const [[end] = []] = await callFrom(program, socket, [[{ ...fields, objectVersions }]])
        assert.equal(end?.code, 'OK', end?.message)
        const { rotated } = textsOf(readVolume(fields.targetPath))
        return {
          versions: end.objectVersions ?? {},
          rotated,
          set: readlinkSync(join(fields.targetPath, '..data')),
        }
      }
      const first = await remount({})
      const same = await remount(first.versions)
      assert.deepEqual(same, first)
      const rotation = { region: 'us-east-1', secret: 'MySecret', string: `turned, ${mode}` }
      const newVersion = scene.emulator.rotate(rotation)
      const turned = await remount(first.versions)
      assert.deepEqual(turned.versions, { rotated: newVersion })
      assert.equal(turned.rotated, `turned, ${mode}`)
      assert.notEqual(turned.set, first.set)
    })
  }

  test('ours, the official provider, then the driver writes: what did not change is gone until it does', async () => {
    const [client] = goClients
    assert.equal(client?.module, 'driver')
    const program = buildClient(client)
    const objects = objectsText({
      objectName: '/app/db/url',
      objectType: 'ssmparameter',
      objectAlias: 'url',
    })
    const fields = fieldsOf('provider-written', objects)
    const visible = join(fields.targetPath, 'url')
    const mount = async (mode: WriteMode) => {
      const [[end] = []] = await callFrom(program, scene.providers[mode].socket, [[fields]])
      assert.equal(end?.code, 'OK', end?.message)
    }
    await mount('provider-written')
    assert.ok(lstatSync(visible).isSymbolicLink())
    // As the official provider writes: a new file, renamed over what is there.
    const text = readFileSync(visible)
    writeFileSync(join(fields.targetPath, 'new'), text)
    renameSync(join(fields.targetPath, 'new'), visible)
    await mount('driver-written')
    assert.equal(existsSync(visible), false, 'upgrade.md warns of it: correct the page when this is over')
    scene.emulator.rotate({ region: 'us-east-1', parameter: '/app/db/url', string: 'turned' })
    await mount('driver-written')
    assert.equal(readFileSync(visible, 'utf8'), 'turned')
  })

  function fieldsOf(mode: WriteMode, objects: string): MountFields {
    return fieldsWith(mode, { objects })
  }

  function fieldsWith(mode: WriteMode, parameters: Readonly<Record<string, string>>): MountFields {
    const texts = driverTexts(scene.emulator, { parameters: { pathTranslation: 'False', ...parameters } })
    return { ...texts, targetPath: newTarget(scene.providers[mode]), permission: '416' }
  }

  /** The bare clients hand the files to us; the driver's own writes them, as its user would see. */
  function isMounted(
    mode: WriteMode,
    { targetPath }: MountFields,
    end: CallEnd | undefined,
    wanted: Readonly<Record<string, readonly unknown[]>> = expected,
  ): void {
    assert.equal(end?.code, 'OK', end?.message)
    assert.deepEqual(Object.keys(end.objectVersions ?? {}).toSorted(), Object.keys(wanted).toSorted())
    const answered = Object.entries(end.files ?? {})
    if (answered.length > 0) {
      assert.equal(mode, 'driver-written')
      assert.ok(isUntouched(targetPath))
      const files = answered.map(([path, { mode, contents }]) => [
        path,
        [mode, `${Buffer.from(contents, 'base64')}`],
      ])
      assert.deepEqual(Object.fromEntries(files), wanted)
      return
    }
    const files = [...readVolume(targetPath)].map(([path, { mode, content }]) => [path, [mode, `${content}`]])
    assert.deepEqual(Object.fromEntries(files), wanted)
  }
})
