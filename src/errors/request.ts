import { kind, quote } from './kind.ts'
import { objectErrors } from './request-objects.ts'

/** What is wrong with the mount request or the SecretProviderClass itself. */
export const requestErrors = {
  REQUEST_TOO_LARGE: kind<{ bytes: number; maxBytes: number }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'The driver’s request, most of it the parameters of the SecretProviderClass, is larger than the driver can send a second time. A request that is lost with a provider would then leave the pod with an empty volume.',
    remedy:
      'Spread the objects over several SecretProviderClasses, or write them shorter: a name instead of an ARN, no comments, fields shared by YAML anchors. In the request a quote takes two bytes, and each of <, > and & six.',
    examples: [{ bytes: 300_000, maxBytes: 245_760 }],
    sentence: ({ bytes, maxBytes }) =>
      `the request of this mount has ${bytes} bytes, and at most ${maxBytes} are taken: spread the objects over several SecretProviderClasses, or write them shorter`,
  }),
  ATTRIBUTES_MALFORMED: kind<{ reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `attributes` of the mount request are not a JSON object of strings.',
    remedy: 'Write every parameter of the SecretProviderClass as a string (quote numbers and booleans).',
    examples: [{ reason: 'the value of "region" is a number' }],
    sentence: ({ reason }) =>
      `the mount request's attributes must be a JSON object whose values are strings: ${reason}`,
  }),
  SECRETS_MALFORMED: kind<{ reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `secrets` of the mount request are neither empty nor a JSON object of strings.',
    remedy:
      'Look at the secret that nodePublishSecretRef names, and at the version of the Secrets Store CSI Driver.',
    examples: [{ reason: 'it is a list' }],
    sentence: ({ reason }) =>
      `the mount request's secrets must be a JSON object whose values are strings: ${reason}`,
  }),
  TOKENS_MALFORMED: kind<{ source: 'attributes' | 'secrets'; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The service account tokens of the mount request are not in the form that kubelet sends.',
    remedy: 'Don’t set csi.storage.k8s.io/serviceAccount.tokens by hand: kubelet fills it.',
    examples: [{ source: 'attributes', reason: 'it is not JSON' }],
    sentence: ({ source, reason }) =>
      `"csi.storage.k8s.io/serviceAccount.tokens" in the mount request's ${source} must be JSON like {"<audience>":{"token":"…"}}: ${reason}`,
  }),
  POD_ATTRIBUTE_MISSING: kind<{ key: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The mount request does not say whose volume it is.',
    remedy: 'Set podInfoOnMount: true on the CSIDriver object secrets-store.csi.k8s.io.',
    examples: [{ key: 'csi.storage.k8s.io/pod.name' }],
    sentence: ({ key }) =>
      `the mount request has no attribute ${quote(key)}: set podInfoOnMount: true on the CSIDriver object secrets-store.csi.k8s.io`,
  }),
  POD_ATTRIBUTE_MALFORMED: kind<{ key: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'What the mount request calls the pod, its namespace or its service account is not one.',
    remedy: 'Don’t set csi.storage.k8s.io/… parameters by hand: kubelet fills them.',
    examples: [{ key: 'csi.storage.k8s.io/pod.namespace', received: '../shop' }],
    sentence: ({ key, received }) =>
      `the mount request's attribute ${quote(key)} is ${quote(received)}: expected a Kubernetes name (letters, digits, "-", "_" and ".")`,
  }),
  TARGET_PATH_MALFORMED: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The mount request’s target_path is empty or not an absolute path.',
    remedy: 'Look at the Secrets Store CSI Driver: it chooses this path.',
    examples: [{ received: 'volume' }],
    sentence: ({ received }) =>
      `the mount request's target_path is ${quote(received)}: expected an absolute path`,
  }),
  PERMISSION_MALFORMED: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The mount request’s permission is not a decimal number.',
    remedy: 'Look at the Secrets Store CSI Driver: it sends 420, which is 0644.',
    examples: [{ received: '0644' }],
    sentence: ({ received }) =>
      `the mount request's permission is ${quote(received)}: expected a decimal number such as 420 (0644)`,
  }),
  REGION_MALFORMED: kind<{ parameter: 'region' | 'failoverRegion'; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A region parameter does not look like an AWS region. It becomes part of host names.',
    remedy: 'Write the region’s code, e.g. us-east-1.',
    examples: [{ parameter: 'region', received: 'us-east' }],
    sentence: ({ parameter, received }) =>
      `parameter ${parameter} is ${quote(received)}: write the code of an AWS region, such as us-east-1`,
  }),
  FAILOVER_REGION_SAME: kind<{ region: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The failover region is the primary region.',
    remedy: 'Name another region in failoverRegion, or leave it out.',
    examples: [{ region: 'us-east-1' }],
    sentence: ({ region }) =>
      `parameter failoverRegion is ${quote(region)}, which is the primary region too: name another region there, or leave failoverRegion out`,
  }),
  PARAMETER_UNKNOWN: kind<{ parameter: string; nearest: string | undefined; known: readonly string[] }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'The SecretProviderClass has a parameter that the provider does not know, whose name differs from a known one by a letter or two, so the setting that was meant is missing. Any other unknown parameter does not fail a mount, but a mount that fails for another reason names it too.',
    remedy: 'Correct the name of the parameter, or remove it. Case counts.',
    examples: [
      { parameter: 'failoverRegoin', nearest: 'failoverRegion', known: [] },
      { parameter: 'color', nearest: undefined, known: ['objects', 'region'] },
    ],
    sentence: ({ parameter, nearest, known }) =>
      nearest === undefined
        ? `parameter ${quote(parameter)} is unknown and ignored; known ones are ${known.join(', ')}`
        : `parameter ${quote(parameter)} is unknown: did you mean ${nearest}?`,
  }),
  USE_POD_IDENTITY_MALFORMED: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'usePodIdentity is not a boolean.',
    remedy: 'Write "true" or "false".',
    examples: [{ received: 'yes' }],
    sentence: ({ received }) => `parameter usePodIdentity is ${quote(received)}: write "true" or "false"`,
  }),
  BATCH_READS_MALFORMED: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'batchReads is not a boolean.',
    remedy: 'Write "true" or "false".',
    examples: [{ received: 'yes' }],
    sentence: ({ received }) => `parameter batchReads is ${quote(received)}: write "true" or "false"`,
  }),
  PATH_TRANSLATION_MALFORMED: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'pathTranslation is neither a single character other than "/" nor "False".',
    remedy: 'Write one character to put in place of "/", or "False" to get directories.',
    examples: [{ received: '__' }],
    sentence: ({ received }) =>
      `parameter pathTranslation is ${quote(received)}: write the one character to put in place of "/", or "False" for no translation`,
  }),
  ASSUME_ROLE_PARAMETER_UNKNOWN: kind<{
    received: string
    nearest: string | undefined
    known: readonly string[]
  }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'A parameter’s name begins like those of the role to assume, but is not one of them. If it were ignored, the mount would read as a role other than the one that was meant.',
    remedy: 'Write the name that the message gives; case counts.',
    examples: [{ received: 'assumeRole', nearest: 'assumeRoleArn', known: [] }],
    sentence: ({ received, nearest, known }) =>
      `parameter ${quote(received)} is unknown, and a mount must not read as another role than is meant: ${
        nearest === undefined ? `known ones are ${known.join(', ')}` : `did you mean ${nearest}?`
      }`,
  }),
  ASSUME_ROLE_ARN_MALFORMED: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'assumeRoleArn is not the ARN of an IAM role.',
    remedy: 'Write the role’s full ARN: arn:aws:iam::ACCOUNT:role/NAME.',
    examples: [{ received: 'shop-secrets' }],
    sentence: ({ received }) =>
      `parameter assumeRoleArn is ${quote(received)}: write the ARN of an IAM role, such as arn:aws:iam::111122223333:role/NAME`,
  }),
  ASSUME_ROLE_ARN_MISSING: kind<{ parameter: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An external id or a duration is given for a role, but no role.',
    remedy: 'Set assumeRoleArn, or remove the other parameter.',
    examples: [{ parameter: 'assumeRoleExternalId' }],
    sentence: ({ parameter }) =>
      `parameter ${parameter} is set without assumeRoleArn: set assumeRoleArn to the ARN of the role to assume, or remove ${parameter}`,
  }),
  ASSUME_ROLE_EXTERNAL_ID_MALFORMED: kind<{ length: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'assumeRoleExternalId has characters or a length that AWS does not allow.',
    remedy: 'Write 2 to 1224 letters, digits and characters of _+=,.@:/-',
    examples: [{ length: 1 }],
    sentence: ({ length }) =>
      `parameter assumeRoleExternalId, of ${length} character${length === 1 ? '' : 's'}, is not a valid external id: write 2 to 1224 letters, digits and characters of _+=,.@:/-`,
  }),
  ASSUME_ROLE_DURATION_MALFORMED: kind<{ received: string; isTooLong: boolean }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'assumeRoleDurationSeconds is not a number of 900 to 3600. The pod’s credentials are those of a role already, and AWS caps a role assumed by a role at an hour.',
    remedy: 'Write a number of seconds from "900" to "3600", or leave it out for an hour.',
    examples: [{ received: '60', isTooLong: false }],
    sentence: ({ received, isTooLong }) =>
      `parameter assumeRoleDurationSeconds is ${quote(received)}: ${
        isTooLong ? 'AWS allows a role that is assumed by a role one hour at most; ' : ''
      }write a number of seconds from 900 to 3600`,
  }),
  ...objectErrors,
}
