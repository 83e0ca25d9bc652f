import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { GetParametersCommand } from '@aws-sdk/client-ssm'
import type { AssumeRoleWithWebIdentityCommandOutput } from '@aws-sdk/client-sts'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts'
import type { AwsClients } from './aws-clients.ts'
import { createAwsClients } from './aws-clients.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'
import { exampleRole, exampleWorld } from './world.ts'

let emulator: Emulator
let clients: AwsClients

before(async () => {
  emulator = await startEmulator()
  clients = createAwsClients(emulator)
})
beforeEach(() => emulator.setWorld(exampleWorld()))
after(async () => {
  clients.close()
  await emulator.close()
})

const app = { namespace: 'default', serviceAccount: 'app', audience: 'sts.amazonaws.com' }

function assume(token: string, role = exampleRole): Promise<AssumeRoleWithWebIdentityCommandOutput> {
  return clients.tokenService.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role,
      RoleSessionName: 'default-app',
      WebIdentityToken: token,
    }),
  )
}

async function session(token = emulator.mintToken(app)): Promise<AwsClients> {
  const { Credentials: got } = await assume(token)
  return createAwsClients(emulator, {
    credentials: {
      accessKeyId: got?.AccessKeyId ?? '',
      secretAccessKey: got?.SecretAccessKey ?? '',
      sessionToken: got?.SessionToken ?? '',
    },
  })
}

test('a token of the trusted service account gets credentials of the role, good for what its policy allows', async () => {
  const its = await session()
  const { Arn } = await its.tokenService.send(new GetCallerIdentityCommand())
  assert.equal(Arn, 'arn:aws:sts::111122223333:assumed-role/app/default-app')
  const { SecretString } = await its.secretsManager.send(
    new GetSecretValueCommand({ SecretId: 'app/database' }),
  )
  assert.match(SecretString ?? '', /now/)
  await assert.rejects(its.secretsManager.send(new GetSecretValueCommand({ SecretId: 'other' })), {
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:sts::111122223333:assumed-role/app/default-app is not authorized to perform: secretsmanager:GetSecretValue on resource: other because no identity-based policy allows the secretsmanager:GetSecretValue action',
  })
  await assert.rejects(
    its.parameterStore.send(new GetParametersCommand({ Names: ['/app/log-level', '/other'] })),
    {
      name: 'AccessDeniedException',
      message: /ssm:GetParameters on resource: arn:aws:ssm:us-east-1:111122223333:parameter\/other because/,
    },
  )
  its.close()
})

test('an explicit deny beats what is allowed', async () => {
  emulator.mergeWorld({ roles: { [exampleRole]: { deny: [{ regions: ['us-east-1'] }] } } })
  const its = await session()
  await assert.rejects(its.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/database' })), {
    message: /with an explicit deny/,
  })
  its.close()
})

const refused: readonly [string, () => string, string, RegExp][] = [
  [
    'of another service account',
    () => emulator.mintToken({ ...app, serviceAccount: 'b' }),
    'AccessDenied',
    /^Not authorized to perform sts:AssumeRoleWithWebIdentity$/,
  ],
  [
    'of another audience',
    () => emulator.mintToken({ ...app, audience: 'x' }),
    'InvalidIdentityToken',
    /Incorrect token audience/,
  ],
  [
    'that is expired',
    () => emulator.mintToken({ ...app, seconds: -1 }),
    'ExpiredTokenException',
    /Token expired/,
  ],
  [
    'of an unknown issuer',
    () => emulator.mintToken({ ...app, issuer: 'https://x' }),
    'InvalidIdentityToken',
    /No OpenIDConnect provider found in your account for https:\/\/x/,
  ],
  [
    'with a forged signature',
    () => `${emulator.mintToken(app).slice(0, -6)}AAAAAA`,
    'InvalidIdentityToken',
    /retrieve verification key/,
  ],
  ['that is none', () => 'hello', 'InvalidIdentityToken', /not a valid JWT/],
]
for (const [what, token, name, message] of refused) {
  test(`STS refuses a token ${what}`, async () => {
    await assert.rejects(assume(token()), (error: Error) => {
      assert.ok(error.name === name || error.name === `${name}Exception`, error.name)
      assert.match(error.message, message)
      return true
    })
  })
}

test('a role that is not there is refused as one that does not trust', async () => {
  await assert.rejects(assume(emulator.mintToken(app), `${exampleRole}-none`), { name: 'AccessDenied' })
})

test('a region where STS is off says so', async () => {
  emulator.mergeWorld({ regions: { 'us-east-1': { stsDisabled: true } } })
  await assert.rejects(assume(emulator.mintToken(app)), { name: 'RegionDisabledException' })
})

test('tokens of an issuer with keys are verified by them', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: 'https://cluster',
    sub: 'system:serviceaccount:default:app',
    aud: 'sts.amazonaws.com',
    exp: 9e9,
  }
  const text = `${part({ alg: 'RS256' })}.${part(claims)}`
  const token = `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
  emulator.mergeWorld({ issuers: { 'https://cluster': { keys: [publicKey.export({ format: 'jwk' })] } } })
  assert.ok((await assume(token)).Credentials)
  await assert.rejects(assume(`${text}.${Buffer.alloc(256).toString('base64url')}`), /verification key/)
})

test('credentials end when they expire, and when AWS no longer knows them', async () => {
  const its = await session()
  const get = (): Promise<unknown> =>
    its.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/database' }))
  await get()
  emulator.endSessions('expire')
  await assert.rejects(get(), { name: 'ExpiredTokenException' })
  emulator.endSessions('forget')
  await assert.rejects(get(), { name: 'UnrecognizedClientException' })
  its.close()
})

test('a session lives as long as the role says', async () => {
  emulator.mergeWorld({ roles: { [exampleRole]: { sessionSeconds: 60 } } })
  const { Credentials } = await assume(emulator.mintToken(app))
  const seconds = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000
  assert.ok(seconds > 50 && seconds <= 60, `${seconds} s`)
})

const otherRole = 'arn:aws:iam::444455556666:role/other'

/** Assumes the role of another account with the credentials of `its`, and gives clients of that session. */
async function assumeOther(its: AwsClients, more: Partial<AssumeRoleCommandInput> = {}): Promise<AwsClients> {
  const input = { RoleArn: otherRole, RoleSessionName: 'chained', ...more }
  const { Credentials: got } = await its.tokenService.send(new AssumeRoleCommand(input))
  return createAwsClients(emulator, {
    credentials: {
      accessKeyId: got?.AccessKeyId ?? '',
      secretAccessKey: got?.SecretAccessKey ?? '',
      sessionToken: got?.SessionToken ?? '',
    },
  })
}

const allow = [{ secrets: ['app/*'] }, { roles: ['arn:aws:iam::444455556666:role/*'] }]

test('a role assumes one of another account, and sees what that account has', async () => {
  emulator.mergeWorld({
    roles: { [exampleRole]: { allow }, [otherRole]: { assumableBy: [{ principals: [exampleRole] }] } },
    accounts: { '444455556666': { regions: { 'us-east-1': { secrets: { s: { string: 'theirs' } } } } } },
  })
  const its = await assumeOther(await session())
  const { Arn, Account } = await its.tokenService.send(new GetCallerIdentityCommand())
  assert.deepEqual([Arn, Account], ['arn:aws:sts::444455556666:assumed-role/other/chained', '444455556666'])
  const { SecretString, ARN } = await its.secretsManager.send(new GetSecretValueCommand({ SecretId: 's' }))
  assert.equal(SecretString, 'theirs')
  assert.match(ARN ?? '', /:444455556666:secret:s-/)
  await assert.rejects(its.secretsManager.send(new GetSecretValueCommand({ SecretId: 'app/database' })), {
    name: 'ResourceNotFoundException',
  })
})

const chains: readonly (readonly [
  name: string,
  world: { readonly allow?: unknown; readonly deny?: unknown; readonly assumableBy?: unknown },
  input: Partial<AssumeRoleCommandInput>,
  expected: { readonly name: string; readonly message: RegExp },
])[] = [
  ['the trust policy names another', { assumableBy: [{ principals: ['x'] }] }, {}, plainly('sts:AssumeRole')],
  ['there is no such role', {}, { RoleArn: `${otherRole}s` }, plainly('sts:AssumeRole')],
  [
    'the external id is wrong',
    { assumableBy: [{ principals: ['*'], externalId: 'a1' }] },
    { ExternalId: 'a2' },
    plainly('sts:AssumeRole'),
  ],
  [
    'the external id is missing',
    { assumableBy: [{ principals: ['*'], externalId: 'a1' }] },
    {},
    plainly('sts:AssumeRole'),
  ],
  [
    'its own policy does not allow it',
    { allow: [{ secrets: ['*'] }] },
    {},
    { name: 'AccessDenied', message: /because no identity-based policy allows the sts:AssumeRole action$/ },
  ],
  [
    'its own policy denies it',
    { deny: [{ actions: ['sts:*'] }] },
    {},
    { name: 'AccessDenied', message: /with an explicit deny in an identity-based policy$/ },
  ],
  [
    'it asks for more than an hour',
    {},
    { DurationSeconds: 3601 },
    { name: 'ValidationError', message: /MaxSessionDuration/ },
  ],
  [
    'it asks for more than an hour of a role that allows more',
    { maxSessionSeconds: 43_200 } as never,
    { DurationSeconds: 3601 },
    { name: 'ValidationError', message: /1 hour session limit for roles assumed by role chaining/ },
  ],
]

function plainly(action: string): { name: string; message: RegExp } {
  return {
    name: 'AccessDenied',
    message: new RegExp(
      `^User: arn:aws:sts::111122223333:assumed-role/app/default-app is not authorized to perform: ${action} on resource: arn:aws:iam::444455556666:role/others?$`,
    ),
  }
}

for (const [name, { assumableBy, ...more }, input, expected] of chains) {
  test(`a role assumes none when ${name}`, async () => {
    const { allow: own = allow, deny, ...rest } = more
    emulator.mergeWorld({
      roles: {
        [exampleRole]: { allow: own, ...(deny === undefined ? {} : { deny }) },
        [otherRole]: { assumableBy: assumableBy ?? [{ principals: ['*'] }], ...rest },
      },
    })
    await assert.rejects(assumeOther(await session(), input), expected)
  })
}
