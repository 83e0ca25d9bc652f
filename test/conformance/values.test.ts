// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of ours
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { readVolume } from '../harness/driver.ts'
import { objectsText, type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

/** From a value to files: keys, encodings, formats, and what becomes of them as values change. */
let scene: Scene

before(async () => {
  scene = await startScene({ world: world() })
})
after(() => scene.stop())

function world(): World {
  const keyed = { string: '{"user":"till","old":"1"}', replicas: ['us-east-2'] }
  return {
    ...examplesWorld(),
    regions: {
      'us-east-1': {
        secrets: {
          'provider-written': keyed,
          'driver-written': keyed,
          bad: { string: '{"..":"hunter2","a":"1"}' },
          store: { string: Buffer.of(0xca, 0xfe, 0).toString('base64') },
          wrapped: { string: Buffer.from('{"a":"61","b":"62"}').toString('base64') },
          hexed: { string: '{"a":"61","b":"62"}' },
          env: { string: JSON.stringify({ a: 'x\ny', b_c: "it's $x", n: null }).replace('null', '1.10') },
          'composed-provider-written': { string: '{"user":"a@b"}' },
          'composed-driver-written': { string: '{"user":"a@b"}' },
          nulls: { string: '{ "a": null, "k": 1.10 }' },
          binary: { binary: Buffer.from('{"a":1.10}').toString('base64') },
        },
        parameters: { '/app/keys': { type: 'SecureString', value: '{"user":"till"}' } },
      },
      'us-east-2': { secrets: {}, parameters: { '/app/keys': { value: '{"user":"elsewhere"}' } } },
    },
  }
}

const secret = (objectName: string, more: object = {}) => ({
  objectName,
  objectType: 'secretsmanager',
  ...more,
})

for (const mode of writeModes) {
  test(`keys follow the value: new ones come and old ones go, as one set, ${mode}`, async () => {
    const parameters = { objects: objectsText(secret(mode, { expandKeys: true })) }
    const first = await scene.mount(mode, { parameters })
    assert.deepEqual(shown(first.volume), { old: '0644 1', user: '0644 till' })
    const version = scene.emulator.rotate({
      region: 'us-east-1',
      secret: mode,
      string: '{"user":"till","new":"2"}',
    })
    const again = await scene.mount(mode, { parameters, targetPath: first.targetPath })
    assert.equal(again.status, 'OK', again.message)
    assert.deepEqual(shown(again.volume), { new: '0644 2', user: '0644 till' })
    assert.deepEqual(again.objectVersions, { new: version, user: version })
  })

  test(`a key with a bad name fails the mount, and what is mounted stays, ${mode}`, async () => {
    const parameters = { objects: objectsText(secret('hexed', { expandKeys: true })) }
    const { targetPath } = await scene.mount(mode, { parameters })
    const before = readVolume(targetPath)
    const bad = { objects: objectsText(secret('bad', { expandKeys: true })) }
    const { status, message } = await scene.mount(mode, { parameters: bad, targetPath })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(message, /object "bad": its key "\.\." gives the file name/)
    assert.doesNotMatch(message, /hunter2/)
    assert.deepEqual(readVolume(targetPath), before)
    const excluded = { objects: objectsText(secret('bad', { expandKeys: { exclude: '..' } })) }
    assert.deepEqual(shown((await scene.mount(mode, { parameters: excluded })).volume), { a: '0644 1' })
  })

  test(`keys of parameters, binary secrets and two regions, ${mode}`, async () => {
    const parameters = {
      failoverRegion: 'us-east-2',
      objects: objectsText({ objectName: '/app/keys', objectType: 'ssmparameter', expandKeys: true }),
    }
    assert.deepEqual(shown((await scene.mount(mode, { parameters })).volume), { user: '0644 till' })
    const id = scene.emulator.addFault({
      when: { service: 'ssm', region: 'us-east-1' },
      effect: { do: 'error', code: 'InternalServerError', message: 'no', status: 500 },
    })
    try {
      const { volume, message } = await scene.mount(mode, { parameters })
      assert.deepEqual(shown(volume), { user: '0644 elsewhere' }, message)
    } finally {
      scene.emulator.clearFaults(id)
    }
    const binary = { objects: objectsText(secret('binary', { expandKeys: true })) }
    assert.deepEqual(shown((await scene.mount(mode, { parameters: binary })).volume), { a: '0644 1.10' })
  })

  test(`values are decoded, whole, by key and before they are looked at, ${mode}`, async () => {
    const parameters = {
      objects: objectsText(
        secret('store', { objectEncoding: 'base64' }),
        secret('hexed', { objectEncoding: 'hex', expandKeys: { prefix: 'k-' } }),
        secret('wrapped', {
          objectEncoding: 'base64',
          decodeFirst: true,
          jmesPath: [
            { path: 'a', objectAlias: 'a' },
            { path: 'b', objectAlias: 'b', objectEncoding: 'hex' },
          ],
        }),
      ),
    }
    const { volume, status, message } = await scene.mount(mode, { parameters })
    assert.equal(status, 'OK', message)
    assert.deepEqual(volume.get('store')?.content, Buffer.of(0xca, 0xfe, 0))
    const { store: _, ...rest } = shown(volume)
    assert.deepEqual(rest, {
      a: '0644 61',
      b: '0644 b',
      'k-a': '0644 a',
      'k-b': '0644 b',
      wrapped: '0644 {"a":"61","b":"62"}',
    })
  })

  test(`a value in a format, whole, by keys and by jmesPath, ${mode}`, async () => {
    const parameters = {
      objects: objectsText(
        secret('env', { objectAlias: 'all.env', objectFormat: 'dotenv', filePermission: '0400' }),
        secret('env', {
          objectAlias: 'some.json',
          objectFormat: 'json',
          expandKeys: { include: ['a'], prefix: 'x.' },
          uppercase: true,
          jmesPath: [{ path: '{n: n}', objectAlias: 'n.toml', format: 'toml', prefix: 'p' }],
        }),
      ),
    }
    const { volume, status, message } = await scene.mount(mode, { parameters })
    assert.equal(status, 'OK', message)
    assert.deepEqual(shown(volume), {
      'all.env': `0400 a='x\ny'\nb_c="it's \\$x"\nn=1.10\n`,
      'n.toml': '0644 pn = 1.10\n',
      'some.json': '0644 {"X_A":"x\\ny"}',
    })
  })

  test(`what a format cannot hold fails the mount and names the key, ${mode}`, async () => {
    const env = (objectFormat: string) => secret('env', { objectAlias: objectFormat, objectFormat })
    const objects = objectsText(
      env('docker-env'),
      secret('bad', { objectAlias: 'x', objectFormat: 'dotenv' }),
    )
    const { status, message } = await scene.mount(mode, { parameters: { objects } })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(
      message,
      /object "env": the value of its key "a" cannot be written as docker-env: docker reads one line/,
    )
    assert.match(message, /object "bad": its key "\.\." cannot be a name in dotenv/)
    assert.doesNotMatch(message, /hunter2|it's/)
  })

  test(`a composed file follows each of its parts, ${mode}`, async () => {
    const part = (objectName: string, more = {}) => secret(objectName, more)
    const parameters = {
      objects: objectsText(secret('store'), {
        objectType: 'composed',
        objectAlias: 'dsn',
        parts: {
          user: part(`composed-${mode}`, { jmesPath: 'user' }),
          host: { objectName: '/app/keys', objectType: 'ssmparameter', jmesPath: 'user' },
        },
        text: 'pg://${user|url}@${host}',
      }),
    }
    const first = await scene.mount(mode, { parameters })
    assert.equal(first.status, 'OK', first.message)
    assert.equal(shown(first.volume).dsn, '0644 pg://a%40b@till')
    const again = await scene.mount(mode, { parameters, targetPath: first.targetPath })
    assert.equal(again.objectVersions.dsn, first.objectVersions.dsn)
    scene.emulator.rotate({ region: 'us-east-1', secret: `composed-${mode}`, string: '{"user":"c"}' })
    const rotated = await scene.mount(mode, { parameters, targetPath: first.targetPath })
    assert.equal(shown(rotated.volume).dsn, '0644 pg://c@till')
    assert.notEqual(rotated.objectVersions.dsn, first.objectVersions.dsn)
    assert.deepEqual(Object.keys(rotated.objectVersions).toSorted(), ['dsn', 'store'])
  })

  test(`a composed file of a part that is missing fails and names it, ${mode}`, async () => {
    const composed = {
      objectType: 'composed',
      objectAlias: 'x',
      parts: { a: secret('nowhere') },
      text: '${a}',
    }
    const { status, message } = await scene.mount(mode, { parameters: { objects: objectsText(composed) } })
    assert.equal(status, 'NOT_FOUND')
    assert.match(message, /object "nowhere", the part "a" of composed file "x"/)
    const parts = { a: secret('nowhere', { optional: true }), b: secret('hexed', { jmesPath: 'a' }) }
    const optional = { objects: objectsText({ ...composed, parts, text: '[${a}${b}]' }) }
    assert.deepEqual(shown((await scene.mount(mode, { parameters: optional })).volume), { x: '0644 [61]' })
  })

  test(`a part that was stored as bytes is no text, and a jmesPath finds one in it, ${mode}`, async () => {
    const composed = (more: object) =>
      objectsText({
        objectType: 'composed',
        objectAlias: 'x',
        parts: { a: secret('binary', more) },
        text: '[${a}]',
      })
    const { status, message } = await scene.mount(mode, { parameters: { objects: composed({}) } })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(message, /object "binary": its value is binary \(SecretBinary\), and cannot be the part "a"/)
    const found = await scene.mount(mode, { parameters: { objects: composed({ jmesPath: 'a' }) } })
    assert.deepEqual(shown(found.volume), { x: '0644 [1.10]' })
  })

  test(`json and yaml without a prefix are the value as it is, ${mode}`, async () => {
    const as = (objectFormat: string, more = {}) =>
      secret('nulls', { objectFormat, objectAlias: `${objectFormat}${JSON.stringify(more).length}`, ...more })
    const objects = objectsText(
      as('json'),
      as('json', { prefix: '' }),
      as('yaml'),
      as('json', { prefix: 'p' }),
    )
    const { status, message, volume } = await scene.mount(mode, { parameters: { objects } })
    assert.equal(status, 'OK', message)
    assert.deepEqual(shown(volume), {
      json2: '0644 {"a":null,"k":1.10}',
      json13: '0644 {"a":null,"k":1.10}',
      yaml2: '0644 a: null\nk: 1.10',
      json14: '0644 {"pk":1.10}',
    })
  })

  test(`a value that is not of its encoding fails with the position, ${mode}`, async () => {
    const objects = objectsText(
      secret('bad', { objectEncoding: 'base64' }),
      secret('bad', { objectAlias: 'x', objectEncoding: 'hex' }),
    )
    const { status, message } = await scene.mount(mode, { parameters: { objects } })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(
      message,
      /object "bad": the value is not base64 at character 1: it is not a character of base64/,
    )
    assert.match(message, /object "bad": the value is not hex at character 1/)
    assert.doesNotMatch(message, /hunter2/)
  })
}
