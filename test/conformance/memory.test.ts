import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { createCgroup, haveCgroups } from '../bench/cgroup.ts'
import { startEmulator } from '../emulator/emulator.ts'
import type { World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { installerEnvironment } from '../fixtures/installer-environment.ts'
import { isUntouched, mountAs, readVolume } from '../harness/driver.ts'
import { isPackaged, providerCommand, startProvider } from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'

const skip =
  (!haveCgroups() && 'skipped: needs root, for control groups') ||
  (!isPackaged() && 'skipped: needs the packaged executable, whose heap is bounded')
const limit = 100 * 2 ** 20

/** So many files of one secret, each of a few bytes: a page and what goes with it. */
function classOf(files: number): string {
  const entries = Array.from({ length: files - 1 }, (_, at) => `  - {<<: *x, objectAlias: f${at}}`)
  return [
    '- objectName: DatabaseLogin',
    '  objectType: secretsmanager',
    '  jmesPath:',
    '  - &x {path: username, objectAlias: x}',
    ...entries.slice(1),
  ].join('\n')
}

/** Over the limit the kernel ends the provider in the middle of a write, and the pod starts with an empty volume. */
test('volumes that do not fit into the memory limit are refused, with figures, and nothing is killed', {
  skip,
}, async () => {
  const { mount, cgroup, stop } = await confined(examplesWorld())
  try {
    const refused: string[] = []
    for (let round = 0; round < 10; round += 1) {
      const { status, message, targetPath } = await mount({ objects: classOf(2_000) })
      if (status === 'OK') assert.equal(readVolume(targetPath).size, 2_000)
      else {
        assert.match(
          message,
          /^VOLUME_EXCEEDS_MEMORY: 2000 files take 13\.\d MiB, .* memory limit of 100\.0 MiB .*--driver-writes-secrets/,
        )
        assert.ok(isUntouched(targetPath))
        refused.push(message)
      }
    }
    assert.ok(refused.length > 0 && refused.length < 10, `${refused.length} of 10 refused`)
    assert.equal(new Set(refused).size, 1, 'the same failure has the same words')
    const small = await mount({ objects: classOf(2) })
    assert.equal(small.status, 'OK', small.message)
    assert.equal(cgroup.kills(), 0)
    assert.ok(cgroup.peakBytes() <= limit)
  } finally {
    await stop()
  }
})

/** A provider inside of the limit, as the installer starts it. Volumes are memory, as those of pods are, charged to whoever writes. */
async function confined(world: World) {
  const cgroup = createCgroup({ memoryBytes: limit })
  const emulator = await startEmulator({ world, verifySignatures: false })
  const command = [
    'sh',
    '-c',
    `${cgroup.doors.map((door) => `echo $$ > ${door}`).join('; ')}; exec "$@"`,
    'sh',
  ]
  const provider = await startProvider(emulator, {
    command: [...command, ...providerCommand()],
    environment: installerEnvironment(),
  })
  const volumes: string[] = []
  return {
    cgroup,
    mount(parameters: Readonly<Record<string, string>>) {
      const targetPath = mkdtempSync('/dev/shm/volume-')
      volumes.push(targetPath)
      return mountAs(emulator, provider, { targetPath, parameters })
    },
    async stop() {
      await provider.stop()
      await emulator.close()
      for (const volume of volumes) rmSync(volume, { recursive: true, force: true })
      await cgroup.remove()
    },
  }
}

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-west-2', 'eu-central-1', 'ap-south-1']
const secrets = Object.fromEntries(
  Array.from({ length: 126 }, (_, at) => [
    `s${at}`,
    { string: `${at}`.padEnd(65_500, 'x'), tags: { of: 'q' } },
  ]),
)
const parameters = Object.fromEntries(
  Array.from({ length: 1_000 }, (_, at) => [`/p/${at}`, { value: 'x'.repeat(8_150) }]),
)
const query = {
  objectType: 'secretsmanagerquery',
  objectAlias: 'q',
  limit: '1000',
  filters: [{ key: 'tag-value', values: ['q'] }],
}
const names = Object.keys(secrets).map((objectName) => ({ objectName, objectType: 'secretsmanager' }))

const byName = regions.flatMap((objectRegion) =>
  names.map(({ objectName }) => ({
    objectName: `arn:aws:secretsmanager:${objectRegion}:111122223333:secret:${objectName}`,
    objectRegion,
    objectAlias: `${objectRegion}-${objectName}`,
  })),
)

/** Each of the sets, and all names of a region, are nearly what a volume may have. */
const tooLarge: readonly (readonly [
  name: string,
  objects: readonly object[],
  more?: Record<string, string>,
])[] = [
  [
    'queries of six regions',
    regions.map((objectRegion) => ({ ...query, objectRegion, objectAlias: objectRegion })),
  ],
  ['the secrets of six regions by name', byName],
  ['the secrets of six regions, several a call', byName, { batchReads: 'true' }],
  [
    'a path, a query and names, in two regions',
    [{ objectType: 'ssmparameterpath', objectName: '/p', objectAlias: 'p', limit: '1000' }, query, ...names],
    { failoverRegion: 'us-west-2' },
  ],
]

for (const [name, objects, more] of tooLarge) {
  test(`${name} that are more than a volume may have are refused, and nothing is killed`, {
    skip,
  }, async () => {
    const each = { secrets, parameters }
    const world = { ...examplesWorld(), regions: Object.fromEntries(regions.map((region) => [region, each])) }
    const { mount, cgroup, stop } = await confined(world)
    try {
      const { status, message } = await mount({
        region: 'us-east-1',
        pathTranslation: 'False',
        ...more,
        objects: objectsText(...objects),
      })
      assert.equal(status, 'FAILED_PRECONDITION', message)
      assert.match(message, /^VOLUME_TOO_LARGE: /)
      assert.equal(cgroup.kills(), 0)
    } finally {
      await stop()
    }
  })
}

const repeated = (count: number, text: string) => Array.from({ length: count }, () => text).join(',')
const sm = { objectType: 'secretsmanager' }

/** What is made of values and classes may be far more than they are. */
const manyAtOnce: readonly (readonly [
  name: string,
  pods: number,
  secrets: Readonly<Record<string, string>>,
  objectsOf: (pod: number) => string,
  regionsRead?: readonly string[],
])[] = [
  [
    'large values that AWS escapes',
    20,
    Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`c${at}`, `${at}`.padEnd(65_500, '\u0001')])),
    (pod) =>
      objectsText(
        ...Array.from({ length: 60 }, (_, at) => ({
          objectName: `c${at}`,
          objectAlias: `${pod}-${at}`,
          ...sm,
        })),
      ),
    regions.slice(0, 3),
  ],
  [
    'composed files of many small documents',
    20,
    Object.fromEntries(Array.from({ length: 14 }, (_, at) => [`m${at}`, `[${repeated(5_300, '{}')},${at}]`])),
    () =>
      objectsText({
        ...{ objectType: 'composed', objectAlias: 'f', json: { a: 'x' } },
        parts: Object.fromEntries(
          Array.from({ length: 14 }, (_, at) => [`p${at}`, { objectName: `m${at}`, ...sm, jmesPath: '@' }]),
        ),
      }),
  ],
  [
    'volumes of thirteen times what they read',
    30,
    { v: JSON.stringify({ a: 'x'.repeat(14_500) }) },
    () =>
      objectsText({
        objectName: 'v',
        ...sm,
        jmesPath: Array.from({ length: 13 }, (_, at) => ({
          path: `[${repeated(20, 'a')}]`,
          objectAlias: `f${at}`,
          format: 'json',
        })),
      }),
  ],
  [
    'short classes of many aliases',
    12,
    { v: '{"a":[1]}' },
    (pod) =>
      `- &c {objectName: v, objectType: secretsmanager, expandKeys: {optional: true, include: [none${pod}]}}\n${'- *c\n'.repeat(3_998)}`,
  ],
]

for (const [name, pods, texts, objectsOf, regionsRead = ['us-east-1']] of manyAtOnce) {
  test(`${name} come at once, and nothing is killed`, { skip }, async () => {
    const own = Object.fromEntries(Object.entries(texts).map(([key, string]) => [key, { string }]))
    const each = { secrets: own, parameters: {} }
    const world = {
      ...examplesWorld(),
      regions: Object.fromEntries(regionsRead.map((region) => [region, each])),
    }
    const { mount, cgroup, stop } = await confined(world)
    try {
      const ends = await Promise.all(
        Array.from({ length: pods }, (_, pod) =>
          mount({ region: regionsRead[pod % regionsRead.length] ?? '', objects: objectsOf(pod) }),
        ),
      )
      for (const { status, message } of ends)
        assert.match(`${status} ${message}`, /^OK |^\w+ (?:VOLUME_EXCEEDS_MEMORY|OBJECTS_EXCEED_MEMORY): /)
      assert.ok(ends.some(({ status }) => status === 'OK'))
      assert.equal(cgroup.kills(), 0)
    } finally {
      await stop()
    }
  })
}
