import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { objectsText, type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

/** Objects that name a region of their own. */

let scene: Scene

before(async () => {
  scene = await startScene({ world: world() })
})
after(() => scene.stop())

function world(): World {
  const regionOf = (name: string) => ({
    secrets: { s: { string: `secret of ${name}`, suffix: 'AbCdEf' } },
    parameters: { '/p/one': { value: `parameter of ${name}` } },
  })
  const names = ['us-east-1', 'us-west-2', 'eu-west-1']
  return { ...examplesWorld(), regions: Object.fromEntries(names.map((name) => [name, regionOf(name)])) }
}

const secretArn = (region: string) => `arn:aws:secretsmanager:${region}:111122223333:secret:s-AbCdEf`
const parameterArn = (region: string) => `arn:aws:ssm:${region}:111122223333:parameter/p/one`

for (const mode of writeModes) {
  test(`objects of three regions lie in one volume, ${mode}`, async () => {
    const objects = objectsText(
      { objectName: 's', objectType: 'secretsmanager' },
      { objectName: secretArn('us-west-2'), objectRegion: 'us-west-2', objectAlias: 'west' },
      { objectName: secretArn('eu-west-1'), objectRegion: 'eu-west-1', objectAlias: 'eu' },
      { objectName: parameterArn('eu-west-1'), objectRegion: 'eu-west-1', objectAlias: 'parameter' },
      { objectName: '/p', objectType: 'ssmparameterpath', objectRegion: 'us-west-2', objectAlias: 'all' },
      { objectName: secretArn('us-east-1'), objectRegion: 'us-east-1', objectAlias: 'same' },
    )
    const { status, message, volume } = await scene.mount(mode, {
      parameters: { region: 'us-east-1', objects },
    })
    assert.equal(status, 'OK', message)
    assert.deepEqual(shown(volume), {
      'all/one': '0644 parameter of us-west-2',
      eu: '0644 secret of eu-west-1',
      parameter: '0644 parameter of eu-west-1',
      s: '0644 secret of us-east-1',
      same: '0644 secret of us-east-1',
      west: '0644 secret of us-west-2',
    })
  })
}

test('what is missing names the region it was looked for in', async () => {
  const objectName = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:gone-AbCdEf'
  const { status, message } = await scene.mount('provider-written', {
    parameters: {
      region: 'us-east-1',
      objects: objectsText({ objectName, objectRegion: 'eu-west-1', objectAlias: 'x' }),
    },
  })
  assert.equal(status, 'NOT_FOUND')
  assert.match(message, /in eu-west-1 does not have object/)
})

const refusals: readonly (readonly [name: string, object: object, says: RegExp, parameters?: object])[] = [
  [
    'a plain name',
    { objectName: 's', objectType: 'secretsmanager', objectRegion: 'us-west-2' },
    /objectRegion needs the full ARN of the object in us-west-2/,
  ],
  [
    'an ARN of another region',
    { objectName: secretArn('us-west-2'), objectRegion: 'eu-west-1' },
    /ARN of region "us-west-2".*"eu-west-1".*change objectRegion/,
  ],
  [
    'what is no region',
    { objectName: secretArn('us-west-2'), objectRegion: 'evil.com/' },
    /objectRegion is "evil\.com\/"/,
  ],
  [
    'a failoverRegion beside it',
    { objectName: secretArn('us-west-2'), objectRegion: 'us-west-2' },
    /objectRegion and failoverRegion exclude each other/,
    { failoverRegion: 'eu-west-1' },
  ],
]
for (const [name, object, says, more] of refusals) {
  test(`refuses ${name}, before anybody is asked`, async () => {
    scene.emulator.clearCalls()
    const parameters = { region: 'us-east-1', ...more, objects: objectsText(object) }
    const { status, message } = await scene.mount('provider-written', { parameters })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(message, says)
    assert.deepEqual(scene.emulator.calls({ service: 'sts' }), [])
  })
}
