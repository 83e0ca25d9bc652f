import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Emulator } from '../emulator/emulator.ts'
import type { World } from '../emulator/world.ts'
import { giveRole } from './give-role.ts'
import { type Mounted, objectsText, type Scene, shown, startScene, type WriteMode } from './scene.ts'

/** Who mounts, and where; the defaults are those of Scene.mount. */
export interface SetMount {
  readonly serviceAccount?: string
  readonly targetPath?: string
}

/** An object that stands for many, and what its volume shows: `mode content` by path. */
export type SetVolume = readonly [name: string, object: object, expected: Readonly<Record<string, string>>]

/** Objects that must not mount, and how that ends. */
export type SetRefusal = readonly [name: string, objects: readonly object[], status: string, says: RegExp]

/** A set whose members come and go. */
export interface ChangingSet {
  readonly object: object
  /** Where the file of a member lies. */
  readonly fileOf: (member: string) => string
  /** Gives members values, or takes them away. */
  readonly change: (members: Readonly<Record<string, string | null>>) => void
  /** What is said when the last has gone. */
  readonly emptyWords: RegExp
}

/** What tests of one kind of set share: a scene for the file, and the tests that go for all kinds. */
export interface SetScene {
  readonly emulator: Emulator
  readonly scene: Scene
  mount(
    mode: WriteMode,
    object: object,
    who?: SetMount,
    more?: Readonly<Record<string, string>>,
  ): Promise<Mounted>
  testVolumes(mode: WriteMode, volumes: readonly SetVolume[]): void
  testRefusals(refusals: readonly SetRefusal[]): void
  /** Files come and go with the members, at once with all else; without any it is an error, unless optional. */
  testChanges(mode: WriteMode, setOf: () => ChangingSet): void
}

/** Starts a scene before the tests of a file and stops it behind them. */
export function useSetScene(worldOf: () => World): SetScene {
  let started: Scene | undefined
  before(async () => {
    started = await startScene({ world: worldOf() })
  })
  after(() => started?.stop())
  const scene = () => started ?? assert.fail('the scene begins with the tests')
  const mount: SetScene['mount'] = (mode, object, who = {}, more = {}) => {
    const parameters = { region: 'us-east-1', ...more, objects: objectsText(object) }
    return scene().mount(mode, { ...who, parameters })
  }
  return {
    get emulator() {
      return scene().emulator
    },
    get scene() {
      return scene()
    },
    mount,
    testVolumes(mode, volumes) {
      for (const [name, object, expected] of volumes) {
        test(`mounts ${name}`, async () => {
          const { status, message, volume } = await mount(mode, object)
          assert.equal(status, 'OK', message)
          assert.deepEqual(shown(volume), expected)
        })
      }
    },
    testRefusals(refusals) {
      for (const [name, objects, expected, says] of refusals) {
        test(`refuses ${name}`, async () => {
          const wish = { parameters: { region: 'us-east-1', objects: objectsText(...objects) } }
          const { status, message } = await scene().mount('provider-written', wish)
          assert.equal(status, expected, message)
          assert.match(message, says)
        })
      }
    },
    testChanges(mode, setOf) {
      test('files come and go with what is found, at once with all else', async () => {
        const { object, fileOf, change, emptyWords } = setOf()
        const serviceAccount = `turn-${mode}`
        giveRole(scene().emulator, serviceAccount)
        change({ a: '1', b: '1' })
        const first = await mount(mode, object, { serviceAccount })
        assert.deepEqual([...first.volume.keys()].toSorted(), ['a', 'b'].map(fileOf))
        change({ a: null, c: '1' })
        const { targetPath } = first
        const second = await mount(mode, object, { serviceAccount, targetPath })
        assert.deepEqual([...second.volume.keys()].toSorted(), ['b', 'c'].map(fileOf))
        change({ b: null, c: null })
        const empty = await mount(mode, object, { serviceAccount, targetPath })
        assert.equal(empty.status, 'NOT_FOUND')
        assert.match(empty.message, emptyWords)
        const optional = await mount(mode, { ...object, optional: true }, { serviceAccount, targetPath })
        assert.deepEqual([optional.status, optional.volume.size], ['OK', 0])
      })
    },
  }
}
