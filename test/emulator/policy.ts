import { Refusal } from './answer.ts'
import { fits } from './pattern.ts'
import type { Caller } from './sessions.ts'
import type { Statement, World } from './world.ts'

export interface Action {
  /** Such as `secretsmanager:GetSecretValue`. */
  readonly action: string
  readonly region: string
  readonly kind: 'secrets' | 'parameters'
  /** Name that policies speak of. */
  readonly name: string
  /** How the error message names it. */
  readonly resource: string
}

/** Lets an action pass if the caller's role allows it; @throws Refusal AccessDeniedException as AWS words it. */
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
  const other = statement[action.kind === 'secrets' ? 'parameters' : 'secrets']
  return (
    (patterns !== undefined || other === undefined) &&
    fits(patterns, action.name) &&
    fits(statement.regions, action.region) &&
    fits(statement.actions, action.action)
  )
}

function denied(caller: Caller, { action, resource }: Action, because: string | undefined): Refusal {
  const reason =
    because === undefined ? 'with an explicit deny in an identity-based policy' : `because ${because}`
  return new Refusal(
    'AccessDeniedException',
    `User: ${caller.principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  )
}
