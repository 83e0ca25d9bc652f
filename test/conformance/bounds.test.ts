import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { textsOf } from '../harness/driver.ts'
import { objectsText, type Scene, startScene, writeModes } from '../harness/scene.ts'

let scene: Scene

const largest = 65_536
const document = JSON.stringify({ user: 'till', text: '' })
const filled = JSON.stringify({ user: 'till', text: 'x'.repeat(largest - document.length) })

const numbered = <T>(count: number, make: (number: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))

before(async () => {
  const world = examplesWorld()
  const { secrets } = world.regions?.['us-east-1'] ?? {}
  const keys = Object.fromEntries(numbered(500, (number) => [number.toString(36), number]))
  const parameters = { big: { value: 'x'.repeat(8_000) }, keys: { value: JSON.stringify(keys) } }
  const healthy = { secrets: { ...secrets, large: { string: filled }, big: { string: 'x'.repeat(largest) } } }
  scene = await startScene({
    world: {
      ...world,
      regions: {
        ...world.regions,
        'us-east-1': { ...healthy, parameters },
        'us-west-2': { secrets: {} },
        'eu-west-1': { secrets: { here: { string: 'well' } } },
      },
    },
    verifySignatures: false,
  })
})
after(() => scene.stop())
afterEach(() => scene.emulator.clearFaults())

const secret = (objectName: string, rest: object = {}) => ({
  objectName,
  objectType: 'secretsmanager',
  ...rest,
})

/** So many extracts of one secret, all of them the whole text in it; merged, so that each costs few characters. */
const extracts = (count: number) =>
  [
    '- objectName: large',
    '  objectType: secretsmanager',
    '  jmesPath:',
    '    - &x {path: text, objectAlias: a0}',
    ...numbered(count - 1, (number) => `    - {<<: *x, objectAlias: a${number + 1}}`),
  ].join('\n')

for (const mode of writeModes) {
  describe(mode, () => {
    const refused = async (objects: string, ...says: readonly RegExp[]) => {
      const { status, message } = await scene.mount(mode, { parameters: { objects } })
      assert.notEqual(status, 'OK')
      for (const words of says) assert.match(message, words)
    }

    test('more files than a class may have are refused before AWS is asked', async () => {
      scene.emulator.clearCalls()
      const pathed = numbered(4_001, (number) => `- objectName: a${number}\n  objectType: secretsmanager\n`)
      await refused(pathed.join(''), /4001 files/, /4000/)
      await refused(extracts(6_000), /6001 files/, /4000/)
      assert.deepEqual(scene.emulator.calls({ service: 'secretsmanager' }), [])
    })

    test('keys that come to 300,000 files end at the bound', async () => {
      const expanded = numbered(600, (number) => ({
        objectName: 'keys',
        objectType: 'ssmparameter',
        expandKeys: { prefix: `${number}_` },
      }))
      await refused(objectsText(...expanded), /^TOO_MANY_FILES: .* 4001 files and more/)
    })

    test('extracts that come to more than a volume may hold are refused, with their size', () =>
      refused(extracts(2_400), /157[0-9]{6} bytes/, /8388608/, /--max-volume-bytes/))

    test('aliases of one secret count one by one', () =>
      refused(
        objectsText(...numbered(129, (number) => secret('big', { objectAlias: `a${number}` }))),
        new RegExp(`${129 * largest} bytes`),
        /8388608/,
      ))

    test('aliases of one parameter count one by one', () =>
      refused(
        objectsText(
          ...numbered(1_100, (number) => ({
            objectName: 'big',
            objectType: 'ssmparameter',
            objectAlias: `a${number}`,
          })),
        ),
        /8800000 bytes/,
      ))

    test('objectVersion of 200,000 blanks is refused before AWS is asked, and holds nobody up', async () => {
      scene.emulator.clearCalls()
      await refused(
        `- objectName: large\n  objectType: secretsmanager\n  objectVersion: "${' '.repeat(200_000)}"\n`,
        /"large"/,
        /objectVersion/,
        /200000/,
        /64/,
      )
      assert.deepEqual(scene.emulator.calls({ service: 'secretsmanager' }), [])
    })

    test('100,000 blanks in what AWS says hold nobody up', { timeout: 20_000 }, async () => {
      const message = `Value '${' '.repeat(100_000)}' is no version`
      scene.emulator.addFault({
        when: { service: 'secretsmanager' },
        effect: { do: 'error', code: 'ValidationException', message },
      })
      await refused(objectsText(secret('large')), /ValidationException/)
    })

    test('a request that the driver would not send again is refused, with its size', async () => {
      const comment = `# ${'x'.repeat(250_000)}\n`
      await refused(`${comment}${objectsText(secret('large'))}`, /25[0-9]{4} bytes/, /245760/)
    })

    test('classes of pods without an identity are read one by one: a hundred at once end no process', async () => {
      const manyWords = `- {objectName: large, objectType: secretsmanager, exclude: [${'a,'.repeat(12_000)}]}`
      const ends = await Promise.all(
        numbered(110, (number) => {
          const parameters = { objects: `${manyWords} # ${number}` }
          return scene.mount(mode, { pod: `stranger-${number}`, serviceAccount: 'nobody', parameters })
        }),
      )
      for (const { status, message } of ends) {
        assert.notEqual(status, 'OK')
        assert.match(message, /SERVICE_ACCOUNT|ROLE_MISSING/)
      }
      const well = await scene.mount(mode, { parameters: { objects: objectsText(secret('large')) } })
      assert.equal(well.status, 'OK', well.message)
    })

    test('two large mounts of a dead region keep no mount of a healthy one waiting', async () => {
      scene.emulator.addFault({
        when: { service: 'secretsmanager', region: 'us-west-2' },
        effect: { do: 'hang-after-tls' },
      })
      const before = scene.emulator.counters().connectionsOpened
      const objects = objectsText(...numbered(170, (number) => secret(`s${number}`)))
      let ended = 0
      const dead = numbered(2, async (number) => {
        const pod = `dead-${number}`
        const parameters = { region: 'us-west-2', objects: `${objects} # ${number}` }
        const end = await scene.mount(mode, { pod, parameters, timeoutMs: 25_000 })
        ended += 1
        return end
      })
      // They have been let in once AWS is asked.
      while (scene.emulator.counters().connectionsOpened < before + 20) {
        await new Promise((later) => setTimeout(later, 20))
      }
      const well = await scene.mount(mode, {
        parameters: { region: 'eu-west-1', objects: objectsText(secret('here')) },
      })
      assert.equal(well.status, 'OK', well.message)
      assert.deepEqual(textsOf(well.volume), { here: 'well' })
      assert.equal(ended, 0, 'it did not wait for them')
      for (const end of await Promise.all(dead)) assert.notEqual(end.status, 'OK')
    })
  })
}
