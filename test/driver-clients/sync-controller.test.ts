import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { type SyncWish, syncAccount, syncRequest } from '../fixtures/sync-request.ts'
import { giveRole } from '../harness/give-role.ts'
import { type Provider, startProvider } from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'
import { buildClient, callFrom, goClients, skipWithoutGo } from './go-client.ts'

const region = 'us-east-1'
const objects = objectsText({
  objectName: 'DatabaseLogin',
  objectType: 'secretsmanager',
  objectAlias: 'login.json',
})
const login = '{"username":"till","password":"correct horse"}'

describe('as the secrets-store-sync-controller calls, by Go', { skip: skipWithoutGo }, () => {
  let emulator: Emulator
  /** Its sidecar: no NODE_NAME, and the service account of its pod. */
  let provider: Provider

  before(async () => {
    emulator = await startEmulator({ world: examplesWorld() })
    emulator.mergeWorld({ kubernetes: { tokens: { 'provider-token': { user: syncAccount } } } })
    provider = await startProvider(emulator, {
      flags: ['--driver-writes-secrets'],
      environment: { NODE_NAME: undefined },
    })
  })
  after(async () => {
    await provider?.stop()
    await emulator?.close()
  })

  const request = (wish: Partial<SyncWish> = {}) =>
    syncRequest(emulator, { parameters: { region, objects }, ...wish })

  for (const client of goClients.filter(({ module }) => module === 'grpc')) {
    describe(client.name, () => {
      let program: string

      before(() => {
        program = buildClient(client)
      })

      /** Rounds of requests over one connection, which names the server `localhost`; the ends of each. */
      const ask = (...rounds: Parameters<typeof callFrom>[2]) =>
        callFrom(program, provider.socket, rounds, 'localhost')

      /** Of each file of an answer, its text; each has a version. */
      const textsOf = (end: Awaited<ReturnType<typeof ask>>[number][number] | undefined) => {
        assert.equal(end?.code, 'OK', end?.message)
        const files = Object.entries(end.files ?? {})
        for (const [path] of files) assert.ok(end.objectVersions?.[path], path)
        return Object.fromEntries(
          files.map(([path, { contents }]) => [path, `${Buffer.from(contents, 'base64')}`]),
        )
      }

      test('gets the files of several SecretSyncs at once, each as its own service account', async () => {
        const accounts = Array.from({ length: 8 }, (_, index) => `sync-${index}`)
        for (const account of accounts) giveRole(emulator, account, { namespace: `team-${account}` })
        const wishes = accounts.map((account) => ({ serviceAccount: account, namespace: `team-${account}` }))
        const [ends = []] = await ask(wishes.map(request))
        assert.equal(ends.length, 8)
        for (const end of ends) assert.deepEqual(textsOf(end), { 'login.json': login })
        const sessions = new Set(emulator.calls({ service: 'sts' }).map(({ session }) => session))
        for (const account of accounts) assert.ok(sessions.has(`team-${account}@${account}`), account)
      })

      test('gets the new value after a rotation, with its version', async () => {
        const name = { objectName: 'MySecret', objectType: 'secretsmanager' }
        const rotating = request({ parameters: { region, objects: objectsText(name) } })
        const string = `turned for ${client.name}`
        const [before] = await ask([rotating])
        assert.notDeepEqual(textsOf(before?.[0]), { MySecret: string })
        const version = emulator.rotate({ region, secret: 'MySecret', string })
        const [after] = await ask([rotating])
        assert.deepEqual(textsOf(after?.[0]), { MySecret: string })
        assert.deepEqual(after?.[0]?.objectVersions, { MySecret: version })
      })

      const failing: Readonly<Record<string, readonly [Partial<SyncWish>, code: string, message: RegExp]>> = {
        'without a region': [{ parameters: { objects } }, 'FailedPrecondition', /set the parameter region/],
        'by Pod Identity': [
          {
            parameters: { region, objects, usePodIdentity: 'true' },
            audiences: ['pods.eks.amazonaws.com'],
          },
          'InvalidArgument',
          /secrets-store-sync-controller.*usePodIdentity/,
        ],
        'without a token': [{ audiences: [] }, 'FailedPrecondition', /tokenRequestAudience/],
        'for another audience': [{ audiences: ['vault'] }, 'FailedPrecondition', /tokenRequestAudience/],
        'of a secret that is not there': [
          {
            parameters: {
              region,
              objects: objectsText({ objectName: 'Gone', objectType: 'secretsmanager' }),
            },
          },
          'NotFound',
          /"Gone".*ResourceNotFoundException/,
        ],
      }
      for (const [what, [wish, code, message]] of Object.entries(failing)) {
        test(`is told what is wrong with a SecretSync ${what}, at once and not by UNAVAILABLE`, async () => {
          const [[end] = [], [next] = []] = await ask([request(wish)], [request()])
          assert.equal(end?.code, code, end?.message)
          assert.match(end?.message ?? '', message)
          assert.deepEqual(textsOf(next), { 'login.json': login }, 'the next one over the same connection')
        })
      }
    })
  }
})
