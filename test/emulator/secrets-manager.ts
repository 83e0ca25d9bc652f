import { randomUUID } from 'node:crypto'
import type { Answer } from './answer.ts'
import { awsJsonAnswer, Refusal } from './answer.ts'
import { withNewSecretVersion, withSecret } from './edit-world.ts'
import { authorizeSecret, findSecret, versionAsked } from './find-secret.ts'
import { authorizeAll, batchGetSecretValue, secretsFound } from './secret-batches.ts'
import type { StoreRequest } from './store-request.ts'
import type { Secret, SecretValue } from './world.ts'
import type { IndexedSecret } from './world-index.ts'
import { versionIdOf } from './world-index.ts'

/** Answers a call of AWS Secrets Manager; @throws Refusal. */
export function answerSecretsManager(request: StoreRequest): Answer {
  switch (request.operation) {
    case 'GetSecretValue':
      return awsJsonAnswer(versionAsked(findSecret(request), request.input).answer)
    case 'DescribeSecret':
      return json(describe(findSecret(request)))
    case 'BatchGetSecretValue':
      return batchGetSecretValue(request)
    case 'ListSecrets':
      authorizeAll(request, 'ListSecrets')
      return json({ SecretList: secretsFound(request).map(describe) })
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
  const { SecretIdList: list } = input
  if (Array.isArray(list)) return list.map(String)
  const name = input.SecretId ?? input.Name
  return typeof name === 'string' ? [name] : []
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
