import { kind } from './kind.ts'

interface AssumeRoleDetails {
  readonly region: string
  readonly code: string
  readonly message: string
  /** The role to assume. */
  readonly roleArn: string
  /** ARN of the role that assumes it, or what people call it. */
  readonly base: string
}

const refusal = {
  region: 'us-east-1',
  code: 'AccessDenied',
  message:
    'User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/shop-secrets',
  roleArn: 'arn:aws:iam::444455556666:role/shop-secrets',
  base: 'arn:aws:iam::111122223333:role/shop',
}

/** What STS says to a role that wants to assume another (`assumeRoleArn`). */
export const assumeRoleErrors = {
  ASSUME_ROLE_DENIED: kind<AssumeRoleDetails & { hasExternalId: boolean }>({
    status: 'PERMISSION_DENIED',
    cause:
      'The role of assumeRoleArn does not exist, its trust policy does not name the pod’s role, or its trust policy asks for another external id. AWS says the same in each case, and does not always say when the pod’s role lacks the right itself.',
    remedy:
      'In the trust policy of the role of assumeRoleArn, name the pod’s role as principal and allow it sts:AssumeRole; make assumeRoleExternalId equal to its condition on sts:ExternalId; allow sts:AssumeRole on that role in the pod’s role.',
    examples: [{ ...refusal, hasExternalId: true }],
    sentence: (d) =>
      `${refused(d)}; check that the trust policy of ${d.roleArn} names ${d.base} as principal, and that its condition on sts:ExternalId, if it has one, is met: ${
        d.hasExternalId ? 'it must equal assumeRoleExternalId' : 'assumeRoleExternalId is not set'
      }; in the policy of ${d.base}, sts:AssumeRole must be allowed on ${d.roleArn}`,
  }),
  ASSUME_ROLE_NOT_ALLOWED: kind<AssumeRoleDetails & { policy: string }>({
    status: 'PERMISSION_DENIED',
    cause: 'No policy of the pod’s role lets it assume the role of assumeRoleArn.',
    remedy:
      'Allow sts:AssumeRole on the role of assumeRoleArn, in a policy of the kind that the message names.',
    examples: [{ ...refusal, policy: 'an identity-based policy' }],
    sentence: (d) => `${refused(d)}; allow sts:AssumeRole on ${d.roleArn} for ${d.base} in ${d.policy}`,
  }),
  ASSUME_ROLE_TAGS_DENIED: kind<AssumeRoleDetails>({
    status: 'PERMISSION_DENIED',
    cause:
      'The pod’s session has tags that go on to every role it assumes (those of EKS Pod Identity do), and sts:TagSession is not allowed.',
    remedy:
      'Allow sts:TagSession beside sts:AssumeRole, in the trust policy of the role of assumeRoleArn and in the policy of the pod’s role; or turn the session tags of the Pod Identity association off.',
    examples: [refusal],
    sentence: (d) =>
      `${refused(d)}; the session of ${d.base} has tags that go on to the role it assumes: allow ${d.base} sts:TagSession beside sts:AssumeRole, in the trust policy of ${d.roleArn} and in its own policy`,
  }),
  ASSUME_ROLE_DENIED_EXPLICITLY: kind<AssumeRoleDetails & { action: string; policy: string }>({
    status: 'PERMISSION_DENIED',
    cause: 'A policy denies assuming the role of assumeRoleArn explicitly; an allow elsewhere does not help.',
    remedy:
      'Change the policy of the kind that the message names: a service control or resource control policy is the organization’s.',
    examples: [{ ...refusal, action: 'sts:AssumeRole', policy: 'a service control policy' }],
    sentence: (d) =>
      `${refused(d)}; ${d.policy} denies ${d.action} to ${d.base}: an allow elsewhere does not help`,
  }),
  ASSUME_ROLE_REFUSED: kind<AssumeRoleDetails>({
    status: 'FAILED_PRECONDITION',
    cause:
      'STS finds the request for the role of assumeRoleArn invalid: assumeRoleDurationSeconds is over the role’s maximum, the role is of another partition, the region is not activated.',
    remedy: 'Follow AWS’s sentence in the message.',
    examples: [
      {
        ...refusal,
        code: 'ValidationError',
        message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      },
    ],
    sentence: (d) => refused(d),
  }),
  ASSUME_ROLE_CREDENTIALS_REFUSED: kind<AssumeRoleDetails>({
    status: 'FAILED_PRECONDITION',
    cause: 'STS does not accept the credentials of the pod’s role for assuming another, not even new ones.',
    remedy:
      'Check that the account of the pod’s role is active and the region enabled in it, and the clock of the node; roles cannot be assumed across partitions.',
    examples: [
      {
        ...refusal,
        code: 'InvalidClientTokenId',
        message: 'The security token included in the request is invalid.',
      },
    ],
    sentence: (d) => `${refused(d)}; the credentials of ${d.base} are not accepted`,
  }),
}

function refused({ region, code, message, roleArn, base }: AssumeRoleDetails): string {
  return `STS in ${region} does not let ${base} assume role ${roleArn}: ${code}: ${message}`
}
