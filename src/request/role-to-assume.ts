import { fault } from '../errors/provider-error.ts'
import { nearestName } from '../yaml/nearest-name.ts'
import type { RoleToAssume } from './mount-request.ts'
import { type ParameterFault, parameterNames } from './parameter-fields.ts'
import { isRoleArn } from './role-arn.ts'

const known = parameterNames.filter((name) => name.startsWith('assumeRole'))

/** More are not told one by one: the mount fails for the first. */
const mostFaults = 40

/** Seconds. STS grants no less, and no more to a session that was itself had by assuming a role. */
const [shortest, longest] = [900, 3600]

/**
 * Reads what the parameters say of the role to assume.
 *
 * Nobody may read as another role than was written down: what only looks like one of these parameters, and those
 * that mean nothing without an ARN, are faults and not ignored.
 */
export function readRoleToAssume(
  values: ReadonlyMap<string, string>,
  faults: ParameterFault[],
): RoleToAssume | undefined {
  for (const received of values.keys()) {
    if (!/^assumerole/i.test(received) || known.includes(received)) continue
    if (faults.length >= mostFaults) break
    const details = { received, nearest: nearestName(received, known), known }
    faults.push({ parameter: received, fault: fault('ASSUME_ROLE_PARAMETER_UNKNOWN', details) })
  }
  const before = faults.length
  const externalId = readExternalId(values.get('assumeRoleExternalId') || undefined, faults)
  const durationSeconds = readDuration(values.get('assumeRoleDurationSeconds') || undefined, faults)
  const roleArn = values.get('assumeRoleArn') || undefined
  if (roleArn === undefined) {
    for (const parameter of ['assumeRoleExternalId', 'assumeRoleDurationSeconds'] as const) {
      if (!values.get(parameter)) continue
      faults.push({ parameter, fault: fault('ASSUME_ROLE_ARN_MISSING', { parameter }) })
    }
    return undefined
  }
  if (!isRoleArn(roleArn)) {
    const malformed = fault('ASSUME_ROLE_ARN_MALFORMED', { received: roleArn })
    faults.push({ parameter: 'assumeRoleArn', fault: malformed })
  }
  if (faults.length > before) return undefined
  return {
    roleArn,
    ...(externalId === undefined ? {} : { externalId }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  }
}

/** The text is told to nobody: who wrote the trust policy may treat it as a secret. Source: STS API reference, AssumeRole. */
function readExternalId(received: string | undefined, faults: ParameterFault[]): string | undefined {
  if (received === undefined || /^[\w+=,.@:/-]{2,1224}$/.test(received)) return received
  const malformed = fault('ASSUME_ROLE_EXTERNAL_ID_MALFORMED', { length: Array.from(received).length })
  faults.push({ parameter: 'assumeRoleExternalId', fault: malformed })
  return undefined
}

function readDuration(received: string | undefined, faults: ParameterFault[]): number | undefined {
  if (received === undefined) return undefined
  const seconds = /^[0-9]+$/.test(received) ? Number(received) : Number.NaN
  if (seconds >= shortest && seconds <= longest) return seconds
  const details = { received, isTooLong: seconds > longest }
  faults.push({
    parameter: 'assumeRoleDurationSeconds',
    fault: fault('ASSUME_ROLE_DURATION_MALFORMED', details),
  })
  return undefined
}
