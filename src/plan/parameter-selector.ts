import { isArn } from './arn.ts'

/** Which version of an object; neither means the newest. */
export interface Selector {
  readonly version?: string
  readonly versionLabel?: string
}

/**
 * The selector that the name or ARN of a parameter carries at its end: name:3 or name:label.
 * 'malformed' when its colons are none of that; parameter names themselves cannot hold one.
 */
export function nameSelector(name: string): Selector | 'malformed' {
  // An ARN has five colons of its own.
  const [plain = '', selector, ...more] = name.split(':').slice(isArn(name) ? 5 : 0)
  if (plain === '' || selector === '' || more.length > 0) return 'malformed'
  if (selector === undefined) return {}
  return /^[0-9]+$/.test(selector) ? { version: selector } : { versionLabel: selector }
}
