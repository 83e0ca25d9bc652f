import { kind } from './kind.ts'

interface RoleDetails {
  readonly region: string
  readonly code: string
  readonly message: string
  readonly roleArn: string
}

interface StsDetails extends RoleDetails {
  /** namespace/name */
  readonly serviceAccount: string
}

interface TokenClaims {
  readonly subject: string
  readonly audience: string
  readonly issuer: string
}

const denied = {
  region: 'us-east-1',
  code: 'AccessDenied',
  message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  roleArn: 'arn:aws:iam::111122223333:role/shop',
  serviceAccount: 'shop/web',
}

const exampleClaims = {
  subject: 'system:serviceaccount:shop:web',
  audience: 'sts.amazonaws.com',
  issuer: 'https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE',
}

/** What STS says to a service account token (IRSA), and what keeps it from saying anything. */
export const stsErrors = {
  STS_ACCESS_DENIED: kind<StsDetails & TokenClaims>({
    status: 'PERMISSION_DENIED',
    cause:
      'STS does not let this service account assume the role: the role does not exist, or its trust policy does not match the token.',
    remedy:
      'Compare the trust policy with the subject, audience and issuer in the message: the principal must be the IAM OIDC provider of that issuer, the conditions must match subject and audience exactly.',
    examples: [{ ...denied, ...exampleClaims }],
    sentence: (d) =>
      `STS in ${d.region} refused role ${d.roleArn}: ${d.code}: ${d.message}; ${claims(d)}: check that the role exists and that its trust policy names them`,
  }),
  STS_ACCESS_DENIED_EXPLICITLY: kind<StsDetails & { policy: string }>({
    status: 'PERMISSION_DENIED',
    cause: 'A policy denies assuming the role explicitly; the trust policy does not help.',
    remedy:
      'Change the policy of the kind that the message names: a resource control policy or service control policy is the organization’s.',
    examples: [
      {
        ...denied,
        message:
          'Not authorized to perform sts:AssumeRoleWithWebIdentity with an explicit deny in a service control policy',
        policy: 'a service control policy',
      },
    ],
    sentence: ({ region, code, message, roleArn, serviceAccount, policy }) =>
      `STS in ${region} refused role ${roleArn}: ${code}: ${message}; ${policy} denies it to service account ${serviceAccount}: an allow in the trust policy does not help`,
  }),
  STS_TOKEN_NOT_TRUSTED: kind<StsDetails & TokenClaims>({
    status: 'PERMISSION_DENIED',
    cause:
      'The account of the role has no IAM OIDC provider for the cluster, or that provider does not know the audience of the token.',
    remedy:
      'Create the IAM OIDC provider of the issuer in the message, in the account of the role, with the audience in the message among its client ids.',
    examples: [
      {
        ...denied,
        code: 'InvalidIdentityToken',
        message:
          'No OpenIDConnect provider found in your account for https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE',
        ...exampleClaims,
      },
    ],
    sentence: (d) =>
      `STS in ${d.region} cannot use the token of service account ${d.serviceAccount} for role ${d.roleArn}: ${d.code}: ${d.message}; ${claims(d)}: check that the role's account has an IAM OIDC provider of this issuer with this audience`,
  }),
  STS_REFUSED: kind<StsDetails>({
    status: 'FAILED_PRECONDITION',
    cause:
      'STS finds the token or the request invalid: an expired or malformed token, a region that is not activated.',
    remedy: 'Follow AWS’s sentence in the message.',
    examples: [{ ...denied, code: 'ExpiredTokenException', message: 'Token expired' }],
    sentence: ({ region, code, message, roleArn, serviceAccount }) =>
      `STS in ${region} cannot use the token of service account ${serviceAccount} for role ${roleArn}: ${code}: ${message}`,
  }),
  STS_THROTTLED: kind<RoleDetails>({
    status: 'INTERNAL',
    cause: 'STS throttled the exchange for longer than the provider waits.',
    remedy: 'Look for what else calls STS in the account; ask AWS for a higher quota.',
    examples: [{ ...denied, code: 'Throttling', message: 'Rate exceeded' }],
    sentence: ({ region, code, message, roleArn }) =>
      `STS in ${region} throttled the exchange for role ${roleArn}: ${code}: ${message}`,
  }),
  STS_UNAVAILABLE: kind<RoleDetails>({
    status: 'INTERNAL',
    cause: 'STS answered with a server error, or with something that does not come from STS.',
    remedy: 'Check AWS’s health dashboard, and what stands between the node and AWS (proxy, firewall).',
    examples: [{ ...denied, code: 'HTTP 503', message: 'Service Unavailable' }],
    sentence: ({ region, code, message, roleArn }) =>
      `STS in ${region} failed for role ${roleArn}: ${code}: ${message}`,
  }),
  STS_UNREACHABLE: kind<RoleDetails>({
    status: 'INTERNAL',
    cause: 'No connection to STS: DNS, routing, firewall, proxy, VPC endpoint, certificate.',
    remedy:
      'From the node, reach https://sts.<region>.amazonaws.com; check the VPC endpoint’s security group and the proxy variables.',
    examples: [{ ...denied, code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }],
    sentence: ({ region, code, message, roleArn }) =>
      `STS in ${region} cannot be reached for role ${roleArn}: ${message} (${code})`,
  }),
}

function claims({ subject, audience, issuer }: TokenClaims): string {
  return `the token has subject ${subject}, audience ${audience} and issuer ${issuer}`
}
