import { kind, quote } from './kind.ts'

/** What is wrong with the identity a mount reads as. */
export const identityErrors = {
  SYNC_WITH_POD_IDENTITY: kind<Record<never, never>>({
    status: 'INVALID_ARGUMENT',
    cause:
      'A SecretSync uses a SecretProviderClass with `usePodIdentity: "true"`. Pod Identity takes tokens that are bound to a pod, and a SecretSync has none.',
    remedy:
      'Use IRSA: remove `usePodIdentity` and annotate the service account of the SecretSync with the ARN of its role.',
    examples: [{}],
    sentence: () =>
      'the secrets-store-sync-controller asks for no pod, and EKS Pod Identity takes tokens of pods alone: remove usePodIdentity from the SecretProviderClass, and annotate the service account of the SecretSync with eks.amazonaws.com/role-arn',
  }),
  SYNC_TOKEN_MISSING: kind<{ audience: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The secrets-store-sync-controller sent no service account token for the audience of IRSA. It makes tokens for the audiences in its own configuration alone.',
    remedy:
      'Add `sts.amazonaws.com` to the value `tokenRequestAudience` of its chart, or to its flag --token-request-audience.',
    examples: [{ audience: 'sts.amazonaws.com' }],
    sentence: ({ audience }) =>
      `the secrets-store-sync-controller sent no service account token for audience ${quote(audience)}: add it to the value tokenRequestAudience of its chart (its flag --token-request-audience)`,
  }),
  POD_IDENTITY_REFUSED: kind<{ status: number; words: string }>({
    status: 'PERMISSION_DENIED',
    cause:
      'The EKS Pod Identity agent answered 4xx: no association for the service account, or a token it refuses.',
    remedy:
      'Create the association of namespace, service account and role (`aws eks create-pod-identity-association`); the message has the agent’s words.',
    examples: [{ status: 400, words: 'Service account token cannot be empty' }],
    sentence: ({ status, words }) =>
      `the EKS Pod Identity agent refused with status ${status}${words === '' ? '' : `: ${words}`}; check the pod identity association of this service account`,
  }),
  POD_IDENTITY_UNAVAILABLE: kind<{ attempts: string }>({
    status: 'INTERNAL',
    cause:
      'The EKS Pod Identity agent of the node refused connections, was silent or answered 5xx for some seconds.',
    remedy:
      'See that the add-on eks-pod-identity-agent runs on the node and that hostNetwork traffic reaches it; raise --pod-identity-http-timeout when it is only slow.',
    examples: [{ attempts: 'http://169.254.170.23: connect ECONNREFUSED' }],
    sentence: ({ attempts }) =>
      `the EKS Pod Identity agent gave no credentials (${attempts}): check that the add-on eks-pod-identity-agent runs on this node`,
  }),
  POD_IDENTITY_ANSWER_INVALID: kind<{ reason: string }>({
    status: 'INTERNAL',
    cause: 'What answered at the agent’s address does not speak as the EKS Pod Identity agent does.',
    remedy: 'See what listens on 169.254.170.23 or fd00:ec2::23 on the node.',
    examples: [{ reason: 'it is not JSON' }],
    sentence: ({ reason }) => `the EKS Pod Identity agent's answer cannot be used: ${reason}`,
  }),
  POD_IDENTITY_TOKEN_INVALID: kind<Record<never, never>>({
    status: 'INVALID_ARGUMENT',
    cause: 'The service account token of the mount request has characters that no token has.',
    remedy:
      'None for users: the token comes from kubelet. Look for what calls the provider instead of the driver.',
    examples: [{}],
    sentence: () =>
      'the service account token of the mount request is not a token: it has spaces or control characters',
  }),
}
