import { createHash } from 'node:crypto'

/** RoleSessionName: 2 to 64 characters of `[\w+=,.@-]`. Source: STS API reference, AssumeRoleWithWebIdentity. */
const maxLength = 64

/**
 * The role session name of a workload: the same at every exchange, so that error texts and CloudTrail stay
 * readable. Long names are cut, and end in a hash so that two of them differ.
 */
export function sessionName(namespace: string, serviceAccount: string): string {
  const name = `${namespace}@${serviceAccount}`.replace(/[^\w+=,.@-]/g, '-')
  if (name.length <= maxLength) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${name.slice(0, maxLength - 9)}-${hash}`
}
