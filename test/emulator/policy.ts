import { Refusal } from './answer.ts'
import { fits } from './pattern.ts'
import type { Caller } from './sessions.ts'
import type { Statement, World } from './world.ts'

export type ResourceKind = 'secrets' | 'parameters' | 'roles'

export interface Action {
  /** Such as `secretsmanager:GetSecretValue`. */
  readonly action: string
  readonly region: string
  readonly kind: ResourceKind
  /** Name that policies speak of. */
  readonly name: string
  /** How the error message names it. */
  readonly resource: string
}

/**
 * Lets an action pass if the caller's role allows it; @throws Refusal AccessDeniedException as AWS words it. STS
 * says AccessDenied.
 */
export function authorize(caller: Caller, action: Action, world: World): void {
  const role = caller.role === undefined ? undefined : world.roles?.[caller.role]
  if (role === undefined) {
    if (caller.role === undefined) {
      return
    }
    throw denied(caller, action, `no identity-based policy allows the ${action.action} action`)
  }
  if (role.deny?.some((statement) => covers(statement, action))) {
    throw denied(caller, action, undefined)
  }
  if (role.allow !== undefined && !role.allow.some((statement) => covers(statement, action))) {
    throw denied(caller, action, `no identity-based policy allows the ${action.action} action`)
  }
}

function covers(statement: Statement, action: Action): boolean {
  const patterns = statement[action.kind]
  const isOfOthers = (['secrets', 'parameters', 'roles'] as const).some(
    (kind) => statement[kind] !== undefined,
  )
  return (
    (patterns !== undefined || !isOfOthers) &&
    fits(patterns, action.name) &&
    fits(statement.regions, action.region) &&
    fits(statement.actions, action.action)
  )
}

function denied(caller: Caller, { action, resource }: Action, because: string | undefined): Refusal {
  const reason =
    because === undefined ? 'with an explicit deny in an identity-based policy' : `because ${because}`
  return refuse(caller, action, resource, ` ${reason}`)
}

/** AWS's sentence; `reason` is empty where it gives none. */
export function refuse(caller: Caller, action: string, resource: string, reason = ''): Refusal {
  const message = `User: ${caller.principal} is not authorized to perform: ${action} on resource: ${resource}${reason}`
  return action.startsWith('sts:')
    ? new Refusal('AccessDenied', message, 403)
    : new Refusal('AccessDeniedException', message)
}
