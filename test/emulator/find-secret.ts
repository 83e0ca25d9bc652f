import { Refusal } from './answer.ts'
import { authorize, refuse } from './policy.ts'
import type { StoreRequest } from './store-request.ts'
import type { IndexedSecret, IndexedSecretVersion } from './world-index.ts'

/** The current version of a secret as GetSecretValue finds it, within a call for several; @throws Refusal. */
export function currentVersion(request: StoreRequest, id: string): IndexedSecretVersion {
  const broken = request.faultOf('GetSecretValue', id)
  if (broken !== undefined) throw broken
  const input = { SecretId: id }
  return versionAsked(findSecret({ ...request, operation: 'GetSecretValue', input }), input)
}

/** The secret that a request names; @throws Refusal. */
export function findSecret(request: StoreRequest): IndexedSecret {
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

/** Asks the caller's policies for the operation on a secret; @throws Refusal. */
export function authorizeSecret(request: StoreRequest, name: string, resource: string): void {
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

/** The version that a request means; @throws Refusal. */
export function versionAsked(
  secret: IndexedSecret,
  input: Readonly<Record<string, unknown>>,
): IndexedSecretVersion {
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
