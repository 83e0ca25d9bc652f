import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import type { Attempt } from '../../aws/tries.ts'
import type { ObjectRead } from '../../plan/mount-plan.ts'
import type { ObjectValue } from '../object-value.ts'
import type { ReadContext } from '../read-context.ts'
import { secretValue } from './secret-entry.ts'

/**
 * Reads one secret of one region: SecretString as UTF-8, else SecretBinary as it is. Equal reads of the same session in
 * flight share one call.
 *
 * @throws {AwsFailure} or the signal's reason.
 */
export function readSecret(read: ObjectRead, context: ReadContext): Promise<ObjectValue> {
  const { region, session, stores, signal, observer, budget, onFailure, callTurns: turns } = context
  const call: AwsCall = { service: 'secretsmanager', region, operation: 'GetSecretValue' }
  const key = JSON.stringify([session.id, region, call.service, read.name, read.version, read.versionLabel])
  if (stores.shared.has(key)) observer.shared?.()
  const shared = stores.shared.run(
    key,
    signal,
    (within, tell) =>
      stores.call(call, getSecretValue(read, context, call), within, { observer, tell, turns }),
    onFailure,
  )
  return shared.then((value) => budget.keep(value))
}

function getSecretValue(
  { name, version, versionLabel }: ObjectRead,
  { session, region }: ReadContext,
  call: AwsCall,
): Attempt<ObjectValue> {
  const input = {
    SecretId: name,
    ...(version === undefined ? {} : { VersionId: version }),
    ...(versionLabel === undefined ? {} : { VersionStage: versionLabel }),
  }
  return async (signal, { identified, begun }) => {
    const answer = await session.clients.getSecretValue(region, input, signal, begun)
    const { requestId } = answer
    identified(requestId)
    const value = secretValue(answer, region)
    // 200 with an empty body is a success to the SDK.
    if (value === undefined) {
      throw new AwsFailure(call, 'server', 'EmptyAnswer', 'the answer has no secret value', { requestId })
    }
    return value
  }
}
