/** What AWS says of a refused request beside its being refused; each absent where AWS does not say. */
export interface Denial {
  /** `secretsmanager:GetSecretValue` */
  readonly action?: string
  /** `a service control policy`: the kind of policy that denies, whatever others allow. */
  readonly denying?: string
  /** `an identity-based policy`: the kind of policy that would have to allow. */
  readonly missing?: string
  /** The KMS key is what may not be used, not the object. */
  readonly aboutKey: boolean
}

/**
 * Reads AWS's sentence about a refused request.
 *
 * `User: … is not authorized to perform: … on resource: … because no identity-based policy allows the … action`,
 * or `… with an explicit deny in a service control policy: arn:…`. Source: IAM user guide, "Troubleshoot access
 * denied error messages". Of keys Secrets Manager says `Access to KMS is not allowed`, Parameter Store `The
 * ciphertext refers to a customer master key that …`, and both may pass KMS's own sentence on.
 */
export function readDenial(message: string): Denial {
  const action = /perform:? ([\w-]+:\w+)/.exec(message)?.[1]
  const explicit =
    /with an explicit deny(?: in ((?:an?|the) [a-z -]{0,60}?(?:policy|permissions boundary)))?/i.exec(message)
  const missing = /because no ([a-z -]{0,60}?(?:policy|permissions boundary)) allows/i.exec(message)?.[1]
  // An object may be named after its key, so the words count only where no action is named.
  const aboutKey =
    action === undefined ? /\bKMS\b|\bciphertext refers to\b/.test(message) : action.startsWith('kms:')
  return {
    aboutKey,
    ...(action === undefined ? {} : { action }),
    ...(explicit === null ? {} : { denying: explicit[1] ?? 'a policy' }),
    ...(missing === undefined ? {} : { missing: `${/^[aeiou]/i.test(missing) ? 'an' : 'a'} ${missing}` }),
  }
}
