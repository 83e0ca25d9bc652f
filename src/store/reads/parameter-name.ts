import { isArn } from '../../plan/arn.ts'
import type { ObjectRead } from '../../plan/mount-plan.ts'

/** A parameter as GetParameters takes and gives it: its name or ARN, and the selector apart (`:3`, `:prod`, or none). */
export interface ParameterName {
  readonly base: string
  readonly selector: string
}

/** Splits what the user wrote; a selector may stand in objectName itself, also at the end of an ARN. */
export function parameterName({ name, version, versionLabel }: ObjectRead): ParameterName {
  const written = version ?? versionLabel
  const start = isArn(name) ? name.indexOf('/') : 0
  const colon = start < 0 ? -1 : name.indexOf(':', start)
  const base = colon < 0 || written !== undefined ? name : name.slice(0, colon)
  return { base, selector: written !== undefined ? `:${written}` : colon < 0 ? '' : name.slice(colon) }
}

/** The name behind a name or ARN: `arn:…:parameter/app/url` is `/app/url`, and `arn:…:parameter/url` is `url`. */
export function bareName(base: string): string {
  if (!isArn(base)) return base
  const path = base.slice(base.indexOf('/') + 1)
  return path.includes('/') ? `/${path}` : path
}

/** A path as its parameters are asked for: to IAM `/app/db/` is another resource than `/app/db`, which a policy names. */
export function parameterPath(name: string): string {
  return name.length > 1 && name.endsWith('/') ? name.slice(0, -1) : name
}
