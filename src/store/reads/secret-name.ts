import { isArn } from '../../plan/arn.ts'

/** The names that a secret may have that is asked for so: an ARN may lack the six characters of AWS's own at its end. */
export function possibleNames(id: string): readonly string[] {
  if (!isArn(id)) return [id]
  const name = id.split(':').slice(6).join(':')
  const shorter = withoutEnd(name)
  return name === shorter ? [name] : [name, shorter]
}

/** The name behind a name or a whole ARN. */
export function secretName(id: string): string {
  return possibleNames(id).at(-1) ?? id
}

/** An ARN, or the name in it, without the six characters that AWS puts at its end. */
export function withoutEnd(arn: string): string {
  return arn.replace(/-[A-Za-z0-9]{6}$/, '')
}
