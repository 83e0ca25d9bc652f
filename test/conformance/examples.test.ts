import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exampleClasses } from '../fixtures/example-classes.ts'
import { exampleVolumes } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

let scene: Scene

before(async () => {
  scene = await startScene({ world: examplesWorld() })
})
after(() => scene.stop())

const classes = exampleClasses()

test('every example has its expected volume, and every expected volume its example', () => {
  assert.deepEqual(classes.map(({ name }) => name).toSorted(), Object.keys(exampleVolumes).toSorted())
})

// Pod Identity has an address of its own; its examples are mounted in pod-identity.inside.ts.
for (const { name, parameters } of classes.filter((each) => each.parameters.usePodIdentity === undefined)) {
  for (const mode of writeModes) {
    test(`the example ${name} mounts as printed, ${mode}`, async () => {
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
