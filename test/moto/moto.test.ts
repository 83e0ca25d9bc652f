import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { LabelParameterVersionCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { type Mounted, objectsText, shown, writeModes } from '../harness/scene.ts'
import { credentialsOf, type MotoScene, operatorClients, startMotoScene } from './moto-scene.ts'
import { skipWithoutPython } from './moto-server.ts'

const bytes = Buffer.from([0, 1, 2, 0xff, 0xfe, 0x0a, 0x80])
const numbers = Array.from({ length: 23 }, (_, index) => String(index).padStart(2, '0'))

describe('against moto', { skip: skipWithoutPython }, () => {
  let scene: MotoScene
  /** What AWS said at creation, by our word for it. */
  const versions: Record<string, string> = {}
  const arns: Record<string, string> = {}

  before(async () => {
    scene = await startMotoScene()
    await fill(scene, versions, arns)
  })
  after(() => scene?.stop())

  for (const mode of writeModes) {
    test(`secrets by version and stage, as text and as bytes, ${mode}`, async () => {
      const { status, message, volume, objectVersions } = await scene.mount(mode, {
        parameters: {
          objects: objectsText(
            secret('db', 'current'),
            secret('db', 'previous', { objectVersionLabel: 'AWSPREVIOUS' }),
            secret('db', 'canary', { objectVersionLabel: 'canary' }),
            secret('db', 'by-id', { objectVersion: versions.first }),
            secret('db', 'by-both', { objectVersion: versions.second, objectVersionLabel: 'AWSPREVIOUS' }),
            { objectName: arns.db, objectAlias: 'by-arn' },
            secret('keystore', 'bytes'),
          ),
        },
      })
      assert.equal(status, 'OK', message)
      assert.deepEqual(volume.get('bytes')?.content, bytes)
      const { bytes: _, ...texts } = shown(volume)
      assert.deepEqual(texts, {
        'by-arn': '0644 third',
        'by-both': '0644 second',
        'by-id': '0644 first',
        canary: '0644 first',
        current: '0644 third',
        previous: '0644 second',
      })
      assert.deepEqual(objectVersions, {
        'by-arn': versions.third,
        'by-both': versions.second,
        'by-id': versions.first,
        bytes: versions.keystore,
        canary: versions.first,
        current: versions.third,
        previous: versions.second,
      })
    })

    test(`parameters by version and label, ${mode}`, async () => {
      const { status, message, volume, objectVersions } = await scene.mount(mode, {
        parameters: {
          objects: objectsText(
            parameter('/shop/license', 'current'),
            parameter('/shop/license', 'by-number', { objectVersion: 1 }),
            parameter('/shop/license', 'by-label', { objectVersionLabel: 'production' }),
            parameter('/shop/license:2', 'by-selector'),
            parameter('plain', 'plain'),
            parameter('list', 'list'),
          ),
        },
      })
      assert.equal(status, 'OK', message)
      assert.deepEqual(shown(volume), {
        'by-label': '0644 paid',
        'by-number': '0644 trial',
        'by-selector': '0644 paid',
        current: '0644 paid twice',
        list: '0644 a,b,c',
        plain: '0644 as it is',
      })
      assert.deepEqual(objectVersions, {
        'by-label': '2',
        'by-number': '1',
        'by-selector': '2',
        current: '3',
        list: '1',
        plain: '1',
      })
    })
  }

  test('more of both than one call takes, with nested names and extracts', async () => {
    const { status, message, volume } = await scene.mount('provider-written', {
      parameters: {
        pathTranslation: 'False',
        objects: objectsText(
          ...numbers.map((number) => parameter(`/many/${number}`)),
          ...numbers.map((number) => secret(`many/secret-${number}`)),
          secret('login', 'login', {
            filePermission: '0400',
            jmesPath: [{ path: 'users[1].name', objectAlias: 'user' }],
          }),
        ),
      },
    })
    assert.equal(status, 'OK', message)
    assert.equal(volume.size, 48)
    for (const number of numbers) {
      assert.equal(volume.get(`many/${number}`)?.content.toString(), `parameter ${number}`)
      assert.equal(volume.get(`many/secret-${number}`)?.content.toString(), `secret ${number}`)
    }
    assert.deepEqual(shown(volume).user, '0400 till')
  })

  test('every parameter below a path, in pages', async () => {
    const object = {
      objectName: '/many',
      objectType: 'ssmparameterpath',
      objectAlias: 'all',
      exclude: '*/00',
    }
    const { status, message, volume, objectVersions } = await scene.mount('provider-written', {
      parameters: { objects: objectsText(object) },
    })
    assert.equal(status, 'OK', message)
    assert.equal(volume.size, numbers.length - 1)
    assert.equal(volume.get('all/22')?.content.toString(), 'parameter 22')
    assert.equal(objectVersions['all/22'], '1')
    // Of the labels of a parameter moto looks at those of its newest version alone.
    await scene.here.parameterStore.send(
      new LabelParameterVersionCommand({ Name: '/shop/license', ParameterVersion: 3, Labels: ['newest'] }),
    )
    const label = { ...object, objectName: '/shop', objectVersionLabel: 'newest' }
    const labelled = await scene.mount('provider-written', { parameters: { objects: objectsText(label) } })
    assert.equal(labelled.status, 'OK', labelled.message)
    assert.deepEqual(shown(labelled.volume), { 'all/license': '0644 paid twice' })
  })

  test('every secret that filters find, in pages', async () => {
    const object = {
      objectType: 'secretsmanagerquery',
      filters: [{ key: 'name', values: ['many/'] }],
      objectAlias: 'all',
      keepPath: true,
      exclude: '*-00',
    }
    const { status, message, volume, objectVersions } = await scene.mount('provider-written', {
      parameters: { objects: objectsText(object) },
    })
    assert.equal(status, 'OK', message)
    assert.equal(volume.size, numbers.length - 1)
    assert.equal(volume.get('all/many/secret-22')?.content.toString(), 'secret 22')
    assert.match(objectVersions['all/many/secret-22'] ?? '', /^[0-9a-f-]{36}$/)
  })

  test('secrets that are read several a call, also those that are missing', async () => {
    const optional = { optional: true }
    const { status, message, volume, objectVersions } = await scene.mount('provider-written', {
      parameters: {
        batchReads: 'true',
        objects: objectsText(
          ...numbers.map((number) => secret(`many/secret-${number}`, `s${number}`)),
          secret('db'),
          secret('db', 'previous', { objectVersionLabel: 'AWSPREVIOUS' }),
          secret('keystore', 'bytes'),
          secret('no-secret', 'a', optional),
        ),
      },
    })
    assert.equal(status, 'OK', message)
    assert.equal(volume.size, numbers.length + 3)
    assert.deepEqual(volume.get('bytes')?.content, bytes)
    assert.equal(volume.get('s22')?.content.toString(), 'secret 22')
    assert.equal(objectVersions.db, versions.third)
    const missing = await scene.mount('provider-written', {
      parameters: { batchReads: 'true', objects: objectsText(secret('no-secret'), secret('db')) },
    })
    assert.equal(missing.status, 'NOT_FOUND', missing.message)
    assert.match(missing.message, /"no-secret".*ResourceNotFoundException/)
  })

  test('optional objects that are missing have no files', async () => {
    const optional = { optional: true }
    const { status, message, volume } = await scene.mount('provider-written', {
      parameters: {
        objects: objectsText(
          secret('db'),
          secret('no-secret', 'a', optional),
          secret('db', 'b', { ...optional, objectVersionLabel: 'no-stage' }),
          secret('leaving', 'c', optional),
          parameter('no-parameter', 'd', optional),
          parameter('plain', 'e', { ...optional, objectVersion: 9 }),
        ),
      },
    })
    assert.equal(status, 'OK', message)
    assert.deepEqual([...volume.keys()], ['db'])
  })

  test('all that is missing is named in one NOT_FOUND, in the order of the objects', async () => {
    const { status, message } = await scene.mount('driver-written', {
      parameters: {
        objects: objectsText(
          secret('no-secret'),
          secret('db', 'no-stage', { objectVersionLabel: 'no-stage' }),
          parameter('no-parameter'),
          parameter('plain', 'no-version', { objectVersion: 9 }),
          secret('db'),
        ),
      },
    })
    assert.equal(status, 'NOT_FOUND', message)
    const order = ['"no-secret"', '"db"', '"no-parameter"', '"plain']
    assert.deepEqual(
      order.map((name) => message.split('\n').findIndex((line) => line.includes(name))),
      [0, 1, 2, 3],
      message,
    )
    assert.match(message, /ResourceNotFoundException/)
    assert.match(message, /us-east-1/)
  })

  test('a secret that is being deleted fails the mount', async () => {
    const { status, message } = await scene.mount('provider-written', {
      parameters: { objects: objectsText(secret('leaving')) },
    })
    assert.notEqual(status, 'OK')
    assert.match(message, /InvalidRequestException/)
    assert.match(message, /leaving/)
  })

  test('a remount brings the value that was put in between', async () => {
    const { secretsManager } = scene.here
    const parameters = { objects: objectsText(secret('rotating'), parameter('rotating', 'parameter')) }
    const first = await scene.mount('provider-written', { parameters })
    assert.deepEqual(shown(first.volume), { parameter: '0644 old', rotating: '0644 old' })
    const { VersionId } = await secretsManager.send(
      new PutSecretValueCommand({ SecretId: 'rotating', SecretString: 'new' }),
    )
    await put(scene, 'rotating', 'new')
    const second = await scene.mount('provider-written', { parameters, targetPath: first.targetPath })
    assert.deepEqual(shown(second.volume), { parameter: '0644 new', rotating: '0644 new' })
    assert.deepEqual(second.objectVersions, { parameter: '2', rotating: VersionId })
  })

  test('with two regions the primary value counts, and a client error of either names its region', async () => {
    const regions = { region: 'us-east-1', failoverRegion: 'us-west-2' }
    const both = await scene.mount('provider-written', {
      parameters: {
        ...regions,
        objects: objectsText(
          secret('replicated'),
          parameter('plain', 'plain', { failoverObject: { objectName: 'plain-west' } }),
        ),
      },
    })
    assert.equal(both.status, 'OK', both.message)
    assert.deepEqual(shown(both.volume), { plain: '0644 as it is', replicated: '0644 the same' })
    const one = await scene.mount('provider-written', {
      parameters: { ...regions, objects: objectsText(secret('db')) },
    })
    assert.equal(one.status, 'NOT_FOUND')
    assert.match(one.message, /us-west-2/)
  })

  describe('with a role of another account to assume', () => {
    const target = 'arn:aws:iam::444455556666:role/vault'
    const chain = { assumeRoleArn: target, assumeRoleExternalId: 'shop', assumeRoleDurationSeconds: '900' }

    before(async () => {
      const its = operatorClients('us-east-1', scene.agent, await credentialsOf(scene, target))
      await its.secretsManager.send(new CreateSecretCommand({ Name: 'db', SecretString: 'theirs' }))
      await its.parameterStore.send(
        new PutParameterCommand({ Name: 'plain', Value: 'theirs too', Type: 'String' }),
      )
    })

    for (const mode of writeModes) {
      test(`reads by name what that account has, and without it what the pod’s own has, ${mode}`, async () => {
        const objects = objectsText(secret('db'), parameter('plain'))
        const theirs = await scene.mount(mode, { parameters: { ...chain, objects } })
        assert.equal(theirs.status, 'OK', theirs.message)
        assert.deepEqual(shown(theirs.volume), { db: '0644 theirs', plain: '0644 theirs too' })
        const own = await scene.mount(mode, { parameters: { objects } })
        assert.deepEqual(shown(own.volume), { db: '0644 third', plain: '0644 as it is' })
      })
    }
  })

  describe('that checks signatures and policies', () => {
    before(async () => {
      for (const name of ['reader', 'stranger']) {
        await iam('CreateRole', { RoleName: name, AssumeRolePolicyDocument: '{}' })
      }
      const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }
      const policy = JSON.stringify({ Version: '2012-10-17', Statement: statement })
      await iam('PutRolePolicy', { RoleName: 'reader', PolicyName: 'read', PolicyDocument: policy })
    })
    after(() => check('inf'))

    test('takes our signature and lets the role do what its policy allows', async () => {
      const { status, message, volume } = await mountAlone('reader')
      assert.equal(status, 'OK', message)
      assert.deepEqual(shown(volume), { db: '0644 third' })
    })

    test('lets a role without a policy do nothing', async () => {
      const { status, message } = await mountAlone('stranger')
      assert.equal(status, 'FAILED_PRECONDITION')
      // Moto denies in XML, which no client of Secrets Manager reads.
      assert.match(message, /refused object "db": HTTP 403/)
    })

    /** Moto would ask for a signature of AssumeRoleWithWebIdentity too, which has none: the first call passes. */
    async function mountAlone(serviceAccount: string): Promise<Mounted> {
      await check('1')
      const parameters = { objects: objectsText(secret('db')) }
      return await scene.mount('provider-written', { serviceAccount, parameters })
    }
    const iam = (Action: string, fields: Readonly<Record<string, string>>) =>
      scene.moto.post('/', `${new URLSearchParams({ Action, Version: '2010-05-08', ...fields })}`)
    const check = (afterCalls: string) => scene.moto.post('/moto-api/reset-auth', afterCalls)
  })
})

function secret(objectName: string, objectAlias = objectName, more: object = {}): object {
  return { objectName, objectAlias, objectType: 'secretsmanager', ...more }
}

function parameter(objectName: string, objectAlias = objectName, more: object = {}): object {
  return { objectName, objectAlias, objectType: 'ssmparameter', ...more }
}

async function fill(
  scene: MotoScene,
  versions: Record<string, string>,
  arns: Record<string, string>,
): Promise<void> {
  const { secretsManager } = scene.here
  const create = async (Name: string, value: { SecretString: string } | { SecretBinary: Uint8Array }) =>
    secretsManager.send(new CreateSecretCommand({ Name, ...value }))
  const db = await create('db', { SecretString: 'first' })
  arns.db = db.ARN ?? ''
  versions.first = db.VersionId ?? ''
  for (const text of ['second', 'third']) {
    const answer = await secretsManager.send(
      new PutSecretValueCommand({ SecretId: 'db', SecretString: text }),
    )
    versions[text] = answer.VersionId ?? ''
  }
  await secretsManager.send(
    new UpdateSecretVersionStageCommand({
      SecretId: 'db',
      VersionStage: 'canary',
      MoveToVersionId: versions.first,
    }),
  )
  versions.keystore = (await create('keystore', { SecretBinary: bytes })).VersionId ?? ''
  await create('login', { SecretString: '{"users":[{"name":"boss"},{"name":"till"}]}' })
  await create('leaving', { SecretString: 'gone' })
  await secretsManager.send(new DeleteSecretCommand({ SecretId: 'leaving' }))
  await create('rotating', { SecretString: 'old' })
  await create('replicated', { SecretString: 'the same' })
  await secretsManager.send(
    new ReplicateSecretToRegionsCommand({
      SecretId: 'replicated',
      AddReplicaRegions: [{ Region: 'us-west-2' }],
    }),
  )
  for (const number of numbers) {
    await create(`many/secret-${number}`, { SecretString: `secret ${number}` })
    await put(scene, `/many/${number}`, `parameter ${number}`)
  }
  for (const text of ['trial', 'paid', 'paid twice']) await put(scene, '/shop/license', text, 'SecureString')
  await scene.here.parameterStore.send(
    new LabelParameterVersionCommand({ Name: '/shop/license', ParameterVersion: 2, Labels: ['production'] }),
  )
  await put(scene, 'plain', 'as it is')
  await put(scene, 'list', 'a,b,c', 'StringList')
  await put(scene, 'rotating', 'old')
  await scene.there.parameterStore.send(
    new PutParameterCommand({ Name: 'plain-west', Value: 'as it is there', Type: 'String' }),
  )
}

async function put(
  scene: MotoScene,
  Name: string,
  Value: string,
  Type: 'String' | 'StringList' | 'SecureString' = 'String',
): Promise<void> {
  await scene.here.parameterStore.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }))
}
