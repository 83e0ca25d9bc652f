import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exampleClasses, givesFilesAway } from '../fixtures/example-classes.ts'
import { exampleVolumes } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

let scene: Scene

before(async () => {
  scene = await startScene({ world: examplesWorld() }, { flags: ['--allow-file-owner'] })
})
after(() => scene.stop())

const classes = exampleClasses()

test('every example has its expected volume, and every expected volume its example', () => {
  assert.deepEqual(classes.map(({ name }) => name).toSorted(), Object.keys(exampleVolumes).toSorted())
})

// Pod Identity has an address of its own; its examples are mounted in pod-identity-examples.inside.ts.
for (const example of classes.filter((each) => each.parameters.usePodIdentity === undefined)) {
  const { name, parameters } = example
  const isOwned = givesFilesAway(example)
  const skip = isOwned && process.geteuid?.() !== 0 && 'skipped: files are given away by root'
  // Only files that the provider writes are given away.
  for (const mode of isOwned ? (['provider-written'] as const) : writeModes) {
    test(`the example ${name} mounts as printed, ${mode}`, { skip }, async () => {
      const { status, message, volume, objectVersions } = await scene.mount(mode, { parameters })
      assert.equal(status, 'OK', message)
      const expected = Object.entries(exampleVolumes[name] ?? {})
      assert.deepEqual(
        shown(volume),
        Object.fromEntries(expected.map(([path, [permission, text]]) => [path, `${permission} ${text}`])),
      )
      assert.deepEqual(
        objectVersions,
        Object.fromEntries(expected.map(([path, [, , version]]) => [path, version])),
      )
    })
  }
}
