import { randomUUID } from 'node:crypto'
import type { Answer } from './answer.ts'
import { awsJsonAnswer, Refusal } from './answer.ts'
import { withNewSecretVersion, withSecret } from './edit-world.ts'
import { authorize, refuse } from './policy.ts'
import type { Caller } from './sessions.ts'
import type { Secret, SecretValue, World } from './world.ts'
import type { IndexedSecret, IndexedSecretVersion, RegionIndex, WorldIndex } from './world-index.ts'
import { versionIdOf } from './world-index.ts'

export interface StoreRequest {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly region: RegionIndex
  readonly caller: Caller
  readonly index: WorldIndex
  /** Changes the world and gives it as it is then. */
  readonly edit: (change: (world: World) => World) => WorldIndex
}

/** Answers a call of AWS Secrets Manager; @throws Refusal. */
export function answerSecretsManager(request: StoreRequest): Answer {
  switch (request.operation) {
    case 'GetSecretValue':
      return awsJsonAnswer(versionAsked(findSecret(request), request.input).answer)
    case 'DescribeSecret':
      return json(describe(findSecret(request)))
    case 'ListSecrets':
      return json({ SecretList: [...request.region.secretsByName.values()].map(describe) })
    case 'CreateSecret':
      return createSecret(request)
    case 'PutSecretValue':
    case 'UpdateSecret':
      return putSecretValue(request)
    case 'DeleteSecret':
      return deleteSecret(request)
    default:
      throw new Refusal('UnknownOperationException', '')
  }
}

/** The names a request asks for, for faults and the call log. */
export function secretNames(input: Readonly<Record<string, unknown>>): string[] {
  const name = input.SecretId ?? input.Name
  return typeof name === 'string' ? [name] : []
}

function findSecret(request: StoreRequest): IndexedSecret {
  const id = request.input.SecretId
  if (typeof id !== 'string' || id === '') {
    throw new Refusal(
      'ValidationException',
      "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
    )
  }
  const { region } = request
  const secret = id.startsWith('arn:') ? region.secretsByArn.get(id) : region.secretsByName.get(id)
  authorizeSecret(request, secret?.name ?? nameIn(id), id)
  const account = id.startsWith('arn:') ? id.split(':')[4] : undefined
  if (secret === undefined && account !== undefined && request.index.world.accounts !== undefined) {
    // Resource policies are none of the emulator's: of another account nothing may be read.
    const action = `secretsmanager:${request.operation}`
    const reason = ` because no resource-based policy allows the ${action} action`
    if (account !== region.account) throw refuse(request.caller, action, id, reason)
  }
  if (secret === undefined) {
    throw notFound('secret.')
  }
  if (secret.deleted && request.operation !== 'DescribeSecret') {
    throw new Refusal(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }
  return secret
}

function authorizeSecret(request: StoreRequest, name: string, resource: string): void {
  const action = `secretsmanager:${request.operation}`
  authorize(
    request.caller,
    { action, region: request.region.name, kind: 'secrets', name, resource },
    request.index.world,
  )
}

function nameIn(id: string): string {
  return id.startsWith('arn:')
    ? id
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-[A-Za-z0-9]{6}$/, '')
    : id
}

function versionAsked(secret: IndexedSecret, input: Readonly<Record<string, unknown>>): IndexedSecretVersion {
  const id = input.VersionId
  const stage = input.VersionStage
  if (typeof id === 'string' && (id.length < 32 || id.length > 64)) {
    const bound = id.length < 32 ? 'greater than or equal to 32' : 'less than or equal to 64'
    throw new Refusal(
      'ValidationException',
      `1 validation error detected: Value '${id}' at 'versionId' failed to satisfy constraint: Member must have length ${bound}`,
    )
  }
  const version =
    typeof id === 'string'
      ? secret.versions.get(id)
      : secret.byStage.get(typeof stage === 'string' ? stage : 'AWSCURRENT')
  if (version === undefined) {
    throw notFound(
      typeof id === 'string'
        ? `secret value for VersionId: ${id}`
        : `secret value for staging label: ${typeof stage === 'string' ? stage : 'AWSCURRENT'}`,
    )
  }
  if (typeof id === 'string' && typeof stage === 'string' && !version.stages.includes(stage)) {
    throw new Refusal(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  }
  if (secret.keyUnusable) {
    throw new Refusal(
      'DecryptionFailure',
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    )
  }
  return version
}

function notFound(what: string): Refusal {
  return new Refusal('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}`)
}

function describe(secret: IndexedSecret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionIdsToStages: Object.fromEntries([...secret.versions].map(([id, { stages }]) => [id, stages])),
    ...(secret.deleted ? { DeletedDate: 1_700_000_000 } : {}),
  }
}

function createSecret(request: StoreRequest): Answer {
  const { input, region } = request
  const name = String(input.Name ?? '')
  authorizeSecret(request, name, name)
  if (region.secretsByName.has(name)) {
    throw new Refusal(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    )
  }
  const value = valueIn(input)
  const id = versionIn(input, name)
  const secret: Secret =
    value === undefined ? {} : { versions: { [id]: { ...value, stages: ['AWSCURRENT'] } } }
  const after = request.edit((world) => withSecret(world, region.name, name, secret))
  const arn = after.regions.get(region.name)?.secretsByName.get(name)?.arn
  return json({ ARN: arn, Name: name, ...(value === undefined ? {} : { VersionId: id }) })
}

function putSecretValue(request: StoreRequest): Answer {
  const { input, region } = request
  const { name, arn } = findSecret(request)
  const value = valueIn(input)
  if (value === undefined) {
    return json({ ARN: arn, Name: name })
  }
  const id = versionIn(input, randomUUID())
  const asked = input.VersionStages
  const stages = Array.isArray(asked) ? asked.map(String) : ['AWSCURRENT']
  request.edit((world) => {
    const secret = world.regions?.[region.name]?.secrets?.[name]
    if (secret === undefined) {
      throw new Refusal(
        'InvalidRequestException',
        "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
      )
    }
    return withSecret(world, region.name, name, withNewSecretVersion(name, secret, value, id, stages))
  })
  return json({ ARN: arn, Name: name, VersionId: id, VersionStages: stages })
}

function deleteSecret(request: StoreRequest): Answer {
  const { name, arn } = findSecret(request)
  const forced = request.input.ForceDeleteWithoutRecovery === true
  request.edit((world) => {
    const secret = world.regions?.[request.region.name]?.secrets?.[name] ?? {}
    return withSecret(world, request.region.name, name, forced ? undefined : { ...secret, deleted: true })
  })
  return json({ ARN: arn, Name: name, DeletionDate: 1_700_000_000 })
}

function valueIn(input: Readonly<Record<string, unknown>>): SecretValue | undefined {
  const { SecretString: string, SecretBinary: binary } = input
  if (typeof string === 'string') {
    return { string }
  }
  return typeof binary === 'string' ? { binary } : undefined
}

function versionIn(input: Readonly<Record<string, unknown>>, otherwise: string): string {
  const token = input.ClientRequestToken
  return typeof token === 'string' ? token : versionIdOf(otherwise)
}

function json(value: unknown): Answer {
  return awsJsonAnswer(JSON.stringify(value))
}
