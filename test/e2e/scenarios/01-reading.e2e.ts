import assert from 'node:assert/strict'
import { changeWorld } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { scenario } from '../cluster/scene.ts'
import { readVolume, shownVolume } from '../cluster/volume.ts'

scenario(
  'secrets and parameters of one class are read in the pod, with their modes, owners and links',
  async (scene) => {
    const { namespace } = scene
    const json = JSON.stringify({ user: 'till', password: `${canary}-jmes`, port: { number: '5432' } })
    const binary = Buffer.from([0, 255, 128, 10, 13, 0])
    await changeWorld({
      regions: {
        'us-east-1': {
          secrets: {
            [`${namespace}/plain`]: { string: `${canary}-plain` },
            [`${namespace}/json`]: { string: json },
            [`${namespace}/binary`]: { binary: binary.toString('base64') },
          },
          parameters: { [`/${namespace}/parameter`]: { value: `${canary}-parameter`, type: 'SecureString' } },
        },
      },
    })
    const objects = [
      {
        objectName: `${namespace}/plain`,
        objectType: 'secretsmanager',
        objectAlias: 'plain',
        filePermission: '0400',
      },
      {
        objectName: `${namespace}/json`,
        objectType: 'secretsmanager',
        objectAlias: 'login',
        jmesPath: [
          { path: 'user', objectAlias: 'user' },
          { path: 'port.number', objectAlias: 'port', filePermission: '0600' },
        ],
      },
      { objectName: `${namespace}/binary`, objectType: 'secretsmanager', objectAlias: 'binary' },
      { objectName: `/${namespace}/parameter`, objectType: 'ssmparameter' },
    ]
    await scene.apply(
      secretProviderClass('flat', { objects }),
      secretProviderClass('nested', { objects, parameters: { pathTranslation: 'False' } }),
    )
    await scene.running([readerPod('flat'), readerPod('nested')])

    const flat = await readVolume(namespace, 'flat')
    const shown = Object.fromEntries(
      [...flat].map(([path, { mode, owner, bytes }]) => [path, [mode, owner, bytes.toString()]]),
    )
    assert.deepEqual(shown, {
      plain: ['0400', '0:0', `${canary}-plain`],
      login: ['0644', '0:0', json],
      user: ['0644', '0:0', 'till'],
      port: ['0600', '0:0', '5432'],
      binary: ['0644', '0:0', binary.toString()],
      [`_${namespace}_parameter`]: ['0644', '0:0', `${canary}-parameter`],
    })
    assert.deepEqual(flat.get('binary')?.bytes, binary, 'binary values byte by byte')
    for (const [path, { link }] of flat)
      assert.equal(link, `..data/${path}`, 'visible names lead through ..data')

    const nested = await readVolume(namespace, 'nested')
    assert.equal(nested.get(`${namespace}/parameter`)?.bytes.toString(), `${canary}-parameter`)
    assert.deepEqual(nested.get('user')?.bytes.toString(), 'till')
  },
)

scenario('a hundred objects come in one volume', async (scene) => {
  const { namespace } = scene
  const numbers = Array.from({ length: 50 }, (_, index) => String(index).padStart(2, '0'))
  await changeWorld({
    regions: {
      'us-east-1': {
        secrets: Object.fromEntries(numbers.map((n) => [`${namespace}-${n}`, { string: `${canary} s${n}` }])),
        parameters: Object.fromEntries(
          numbers.map((n) => [`${namespace}-${n}`, { value: `${canary} p${n}` }]),
        ),
      },
    },
  })
  const objects = numbers.flatMap((n) => [
    { objectName: `${namespace}-${n}`, objectType: 'secretsmanager', objectAlias: `s${n}` },
    { objectName: `${namespace}-${n}`, objectType: 'ssmparameter', objectAlias: `p${n}` },
  ])
  await scene.apply(secretProviderClass('hundred', { objects }))
  await scene.running([readerPod('hundred')])
  const expected = numbers.flatMap((n) => [
    [`s${n}`, `0644 ${canary} s${n}`],
    [`p${n}`, `0644 ${canary} p${n}`],
  ])
  assert.deepEqual(await shownVolume(namespace, 'hundred'), Object.fromEntries(expected))
})
