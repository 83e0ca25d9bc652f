import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { isUntouched, type MountEnd, mountAs, newTarget } from '../harness/driver.ts'
import { isPackaged, type Provider, providerCommand, startProvider } from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'

const untold = isPackaged() ? false : 'skipped: needs a runtime that tells which call was refused'

/** Files of other users and groups, written by root with no capability but CHOWN, as in its container. */

const json = JSON.stringify({ user: 'till', password: 'a password' })
const region = 'us-east-1'
let emulator: Emulator
let owning: Provider

const skip =
  (process.geteuid?.() !== 0 && 'skipped: files are given away by root') ||
  (withCapabilities('+chown', ['true']).error && 'skipped: setpriv is missing')

before(async () => {
  if (skip) return
  const secrets = { login: { string: json }, key: { string: 'key 0' } }
  const parameters = { '/p/one': { value: '1' }, '/p/two': { value: '2' } }
  emulator = await startEmulator({
    world: { ...examplesWorld(), regions: { [region]: { secrets, parameters } } },
  })
  owning = await start(['--allow-file-owner'], '+chown')
})
after(async () => {
  if (skip) return
  await owning.stop()
  await emulator.close()
})

/** Root in the provider's container: it has these capabilities, and none that gets it past modes. */
function commandWith(capabilities: string): readonly string[] {
  return ['setpriv', '--bounding-set', `-all${capabilities === '' ? '' : `,${capabilities}`}`, '--']
}

function withCapabilities(capabilities: string, words: readonly string[]) {
  const [program = '', ...rest] = [...commandWith(capabilities), ...words]
  return spawnSync(program, rest)
}

function start(flags: readonly string[], capabilities: string): Promise<Provider> {
  return startProvider(emulator, { flags, command: [...commandWith(capabilities), ...providerCommand()] })
}

interface Wish {
  readonly objects: readonly object[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly targetPath?: string
  readonly provider?: Provider
}

async function mount({ objects, parameters = {}, provider = owning, targetPath }: Wish): Promise<MountEnd> {
  return mountAs(emulator, provider, {
    parameters: { region, objects: objectsText(...objects), ...parameters },
    targetPath: targetPath ?? newTarget(provider),
  })
}

async function mounted(wish: Wish): Promise<string> {
  const { status, message, targetPath } = await mount(wish)
  assert.equal(status, 'OK', message)
  return targetPath
}

function whose(targetPath: string, path: string): string {
  const { mode, uid, gid } = statSync(join(targetPath, path))
  return `${(mode & 0o7777).toString(8).padStart(4, '0')} ${uid}:${gid}`
}

const key = { objectName: 'key', objectType: 'secretsmanager', fileOwner: 70, filePermission: '0400' }
const login = { objectName: 'login', objectType: 'secretsmanager' }

describe('files of other users', { skip }, () => {
  test('stand there with owner, group and mode: whole, extracts, keys, composed, by path', async () => {
    const targetPath = await mounted({
      parameters: { fileGroup: '5000', pathTranslation: 'False' },
      objects: [
        key,
        {
          ...login,
          objectAlias: 'login',
          fileOwner: 1000,
          filePermission: '0600',
          jmesPath: [
            { path: 'user', objectAlias: 'user' },
            {
              path: 'password',
              objectAlias: 'password',
              fileOwner: 0,
              fileGroup: 6000,
              filePermission: '0440',
            },
          ],
        },
        { ...login, expandKeys: { prefix: 'keys/' }, fileOwner: 1001 },
        { objectName: '/p', objectType: 'ssmparameterpath', objectAlias: 'p', fileOwner: 1002, fileGroup: 0 },
        {
          objectType: 'composed',
          objectAlias: 'dsn',
          fileOwner: 1003,
          parts: { user: { ...login, jmesPath: 'user' } },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of ours
          text: 'user=${user}',
        },
      ],
    })
    const expected = {
      key: '0400 70:5000',
      login: '0600 1000:5000',
      user: '0600 1000:5000',
      password: '0440 0:6000',
      'keys/user': '0644 1001:5000',
      'keys/password': '0644 1001:5000',
      'p/one': '0644 1002:0',
      'p/two': '0644 1002:0',
      dsn: '0644 1003:5000',
      // Directories stay root's: who owns one can take away what lies in it.
      '.': whose(targetPath, '.'),
      '..data': '0755 0:0',
      keys: '0755 0:0',
      p: '0755 0:0',
    }
    const found = Object.keys(expected).map((path) => [path, whose(targetPath, path)])
    assert.deepEqual(Object.fromEntries(found), expected)
    assert.match(whose(targetPath, '.'), / 0:0$/)
  })

  test('are not written again while nothing changes, though they cannot be read', async () => {
    const objects = [key, { ...login, fileOwner: 1000, filePermission: '0600' }]
    const targetPath = await mounted({ objects })
    const payload = readlinkSync(join(targetPath, '..data'))
    for (let time = 0; time < 3; time += 1) await mounted({ objects, targetPath })
    assert.equal(readlinkSync(join(targetPath, '..data')), payload)
    assert.ok(owning.lines().every(({ level }) => level !== 'error'))
  })

  test('follow three rotations, and leave one set and no debris', async () => {
    const targetPath = await mounted({ objects: [key, login] })
    for (let time = 1; time <= 3; time += 1) {
      emulator.rotate({ region, secret: 'key', string: `key ${time}` })
      await mounted({ objects: [key, login], targetPath })
      assert.equal(readFileSync(join(targetPath, 'key'), 'utf8'), `key ${time}`)
      assert.equal(whose(targetPath, 'key'), '0400 70:0')
    }
    const payload = readlinkSync(join(targetPath, '..data'))
    const names = ['..data', payload, `${payload}.digest`, 'key', 'login']
    assert.deepEqual(readdirSync(targetPath).toSorted(), names.toSorted())
    assert.equal(whose(targetPath, `${payload}.digest`), '0400 0:0')
  })

  test('change with owner, group or mode alone, and become root’s again', async () => {
    const targetPath = await mounted({ objects: [key] })
    for (const [change, expected] of [
      [{ fileOwner: 71 }, '0400 71:0'],
      [{ fileGroup: 72 }, '0400 70:72'],
      [{ filePermission: '0600' }, '0600 70:0'],
      [{ fileOwner: undefined }, '0400 0:0'],
      [{ fileOwner: undefined, fileGroup: 72, filePermission: '0440' }, '0440 0:72'],
    ] as const) {
      await mounted({ objects: [{ ...key, ...change }], targetPath })
      assert.equal(whose(targetPath, 'key'), expected)
    }
  })

  test('are made good where somebody has changed one', async () => {
    const targetPath = await mounted({ objects: [key] })
    // As its owner could, if the volume were not mounted read-only.
    const file = realpathSync(join(targetPath, 'key'))
    chmodSync(file, 0o600)
    writeFileSync(file, 'another')
    chmodSync(file, 0o400)
    await mounted({ objects: [key], targetPath })
    assert.equal(whose(targetPath, 'key'), '0400 70:0')
    assert.match(readFileSync(join(targetPath, 'key'), 'utf8'), /^key/)
  })

  test('without the capability end in an error that names it, and in no file', { skip: untold }, async () => {
    const provider = await start(['--allow-file-owner'], '')
    try {
      const { status, message, targetPath } = await mount({ objects: [key, login], provider })
      assert.equal(status, 'FAILED_PRECONDITION')
      assert.match(message, /^FILE_OWNER_DENIED: .*add CHOWN to securityContext\.capabilities\.add/)
      assert.ok(isUntouched(targetPath))
      await mounted({ objects: [login], provider })
    } finally {
      await provider.stop()
    }
  })
})

const refusals: readonly (readonly [title: string, flags: readonly string[], expected: RegExp])[] = [
  ['by default', [], /^FILE_OWNER_NOT_ALLOWED: object "key": fileOwner is off.*--allow-file-owner.*CHOWN/],
  [
    'where the driver writes',
    ['--allow-file-owner', '--driver-writes-secrets'],
    /^FILE_OWNER_DRIVER_WRITES: object "key": fileOwner .*the driver, which writes.*without --driver-writes-secrets/,
  ],
]

describe('files of other users are refused before AWS is asked', { skip }, () => {
  for (const [title, flags, expected] of refusals) {
    test(title, async () => {
      const provider = await start(flags, '+chown')
      try {
        emulator.clearCalls()
        const { status, message, targetPath } = await mount({ objects: [login, key], provider })
        assert.equal(status, 'FAILED_PRECONDITION')
        assert.match(message, expected)
        assert.ok(isUntouched(targetPath))
        assert.deepEqual(
          emulator.calls().filter(({ operation }) => operation.startsWith('Get')),
          [],
        )
        for (const parameters of [{ fileOwner: '1000' }, { fileGroup: '1000' }]) {
          const byClass = await mount({ objects: [login], parameters, provider })
          assert.match(byClass.message, /object "login": file(Owner|Group) /)
        }
        // Root is who has them anyway.
        await mounted({ objects: [{ ...login, fileOwner: 0 }], parameters: { fileGroup: '0' }, provider })
      } finally {
        await provider.stop()
      }
    })
  }
})
