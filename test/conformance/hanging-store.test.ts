import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { objectsText, type Scene, startScene, writeModes } from '../harness/scene.ts'
import { wishOf, workload, worldOf } from '../harness/two-regions.ts'

/** More mounts than calls may be under way to one store of one region. */
const mounts = 60
const calls = 50

const workloads = writeModes.map((_, at) => workload('store', at))
let scene: Scene

before(async () => {
  scene = await startScene({ world: worldOf(workloads) })
})
after(() => scene.stop())

describe('a store that hangs keeps no other store of its region waiting', () => {
  for (const [at, mode] of writeModes.entries()) {
    test(mode, async () => {
      const own = workload('store', at)
      const { serviceAccount, primary: region } = own
      const { emulator } = scene
      const parameters = Object.fromEntries(
        Array.from({ length: mounts }, (_, number) => [`p-${number}`, { value: `${number}` }]),
      )
      emulator.mergeWorld({ regions: { [region]: { parameters } } })
      const secret = wishOf(own, 1, 'secret')
      assert.equal((await scene.mount(mode, secret)).status, 'OK')

      const id = emulator.addFault({ when: { region, service: 'ssm' }, effect: { do: 'hang' } })
      const hanging = Object.keys(parameters).map((objectName) =>
        scene.mount(mode, {
          serviceAccount,
          parameters: { region, objects: objectsText({ objectName, objectType: 'ssmparameter' }) },
        }),
      )
      const asked = () => emulator.calls({ service: 'ssm', region }).length
      while (asked() < calls) await new Promise((resolve) => setTimeout(resolve, 5))
      const { status, message } = await scene.mount(mode, secret)
      assert.equal(status, 'OK', message)
      assert.equal(asked(), calls, 'no call to the hanging store has been given up by then')

      emulator.clearFaults(id)
      emulator.resetConnections(region)
      for (const end of await Promise.all(hanging)) assert.equal(end.status, 'OK', end.message)
    })
  }
})
