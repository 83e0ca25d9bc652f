import { kind, quote } from './kind.ts'

/** What every failed read knows. */
export interface StoreDetails {
  /** `Secrets Manager` or `Parameter Store`. */
  readonly store: string
  readonly region: string
  /** The object as that region knows it. */
  readonly object: string
  /** What the set is called that the object is a member of. */
  readonly set?: string
  /** What part of which composed file the object is. */
  readonly part?: { readonly name: string; readonly file: string }
  readonly code: string
  readonly message: string
}

/** Of an optional object that the store does not have. */
interface MissingDetails extends StoreDetails {
  /** Why that is a failure: the other region has it, or cannot say. */
  readonly dispute?: { readonly region: string; readonly hasIt: boolean }
}

interface DeniedDetails extends StoreDetails {
  readonly action: string
  /** The role, or the Pod Identity association. */
  readonly identity: string
}

const read = { store: 'Secrets Manager', region: 'us-east-1', object: 'app/db' }

const deniedRead = {
  ...read,
  code: 'AccessDeniedException',
  message:
    'User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform: secretsmanager:GetSecretValue on resource: app/db because no identity-based policy allows the secretsmanager:GetSecretValue action',
  action: 'secretsmanager:GetSecretValue',
  identity: 'role arn:aws:iam::111122223333:role/shop',
}

type DeniedObject = DeniedDetails & { optional: boolean }

/** What the stores say of an object. */
export const storeErrors = {
  ACCESS_DENIED: kind<DeniedObject & { policy: string | undefined }>({
    status: 'PERMISSION_DENIED',
    cause:
      'No policy allows reading the object; AWS’s message names the kind of policy that would have to (the role’s own, the secret’s resource policy, a service control policy, a permissions boundary, a VPC endpoint policy).',
    remedy:
      'Allow the action that the message names on that object, in a policy of the kind that it names (for another account in the role’s policy and in the secret’s resource policy).',
    examples: [{ ...deniedRead, policy: 'an identity-based policy', optional: false }],
    sentence: (d) =>
      `${refused(d)}; allow ${d.action} on it for ${d.identity}${d.policy === undefined ? '' : ` in ${d.policy}`}${noHelp(
        d,
        'AWS answers so also of an object that is missing where no policy names it',
      )}`,
  }),
  ACCESS_DENIED_EXPLICITLY: kind<DeniedObject & { policy: string }>({
    status: 'PERMISSION_DENIED',
    cause: 'A policy denies reading the object explicitly; an allow elsewhere does not help.',
    remedy:
      'Change the policy of the kind that the message names: a service control policy is the organization’s, a permissions boundary the role’s.',
    examples: [
      {
        ...deniedRead,
        message: `User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform: secretsmanager:GetSecretValue on resource: app/db with an explicit deny in a service control policy`,
        policy: 'a service control policy',
        optional: false,
      },
    ],
    sentence: (d) =>
      `${refused(d)}; ${d.policy} denies ${d.action} for ${d.identity}: an allow elsewhere does not help${noHelp(d, 'a denial does not say that the object is missing')}`,
  }),
  KMS_ACCESS_DENIED: kind<DeniedObject>({
    status: 'PERMISSION_DENIED',
    cause: 'The role may read the object, but may not use its KMS key.',
    remedy: 'Allow kms:Decrypt on the object’s key for the role, in the key policy or the role’s policy.',
    examples: [{ ...deniedRead, message: 'Access to KMS is not allowed', optional: false }],
    sentence: (d) =>
      `${refused(d)}; allow kms:Decrypt on the KMS key of the object for ${d.identity}${noHelp(d, 'the object is there')}`,
  }),
  OBJECT_NOT_FOUND: kind<MissingDetails>({
    status: 'NOT_FOUND',
    cause: 'The store has no such object, version or label in that region.',
    remedy:
      'Check name, region, version and label; a name is case-sensitive, and a replica must exist in the failover region.',
    examples: [
      {
        ...read,
        code: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret.",
      },
      {
        ...read,
        code: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret.",
        dispute: { region: 'us-west-2', hasIt: true },
      },
    ],
    sentence: (d) =>
      `${d.store} in ${d.region} does not have ${named(d)}: ${d.code}: ${d.message} (check its name, version and label, and that it exists in ${d.region})${inDispute(d)}`,
  }),
  BATCH_ACCESS_DENIED: kind<
    DeniedDetails & { policy: string | undefined; denying: string | undefined; query?: string }
  >({
    status: 'PERMISSION_DENIED',
    cause:
      'No policy allows, or one denies, a call that reads several secrets: BatchGetSecretValue, and for a secretsmanagerquery ListSecrets as well. AWS allows both on `*` alone. Reading each secret is another right.',
    remedy:
      'Allow the action that the message names on `*`, beside secretsmanager:GetSecretValue on each secret; or leave batchReads out, and name secrets by their names.',
    examples: [
      {
        ...deniedRead,
        message:
          'User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform: secretsmanager:BatchGetSecretValue because no identity-based policy allows the secretsmanager:BatchGetSecretValue action',
        action: 'secretsmanager:BatchGetSecretValue',
        policy: 'an identity-based policy',
        denying: undefined,
      },
      {
        ...deniedRead,
        message:
          'User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform: secretsmanager:ListSecrets with an explicit deny in a service control policy',
        action: 'secretsmanager:ListSecrets',
        policy: undefined,
        denying: 'a service control policy',
        query: 'tag-key=team',
      },
    ],
    sentence: ({ store, region, code, message, query, action, identity, policy, denying }) => {
      const what = query === undefined ? 'to read several secrets at once' : `query ${quote(query)}`
      const instead = query === undefined ? 'remove batchReads' : 'mount its secrets by their names'
      const remedy =
        denying === undefined
          ? `allow ${action} on * for ${identity}${policy === undefined ? '' : ` in ${policy}`}, or ${instead}`
          : `${denying} denies ${action} for ${identity}: an allow elsewhere does not help; ${instead}`
      return `${store} in ${region} refused ${what}: ${code}: ${message}; ${remedy}`
    },
  }),
  SET_EMPTY: kind<MissingDetails>({
    status: 'NOT_FOUND',
    cause:
      'There is no parameter below the path of an ssmparameterpath, no secret that the filters of a secretsmanagerquery find, or include and exclude select none.',
    remedy: 'Check region, path or filters, label and patterns; or set `optional: true`.',
    examples: [
      {
        ...read,
        store: 'Parameter Store',
        object: '/app/db',
        code: 'SetEmpty',
        message: 'there is no parameter below the path',
      },
    ],
    sentence: (d) =>
      `${d.store} in ${d.region} has nothing for object ${quote(d.object)}: ${d.message} that include and exclude let through; check ${
        d.store === 'Parameter Store' ? 'the path' : 'the filters'
      }${d.dispute === undefined ? ', or set optional: true' : inDispute(d)}`,
  }),
  SET_TOO_LARGE: kind<StoreDetails>({
    status: 'FAILED_PRECONDITION',
    cause:
      'There are more parameters below the path of an ssmparameterpath, or secrets of a secretsmanagerquery, than its limit, by default 200.',
    remedy: 'Narrow them with include and exclude, or raise `limit`, at most to 1000.',
    examples: [
      {
        ...read,
        store: 'Parameter Store',
        object: '/app/db',
        code: 'SetTooLarge',
        message: 'there are more than 200 parameters below the path',
      },
    ],
    sentence: ({ store, region, object, message }) =>
      `${store} in ${region}, object ${quote(object)}: ${message}: narrow them with include or exclude, or raise limit (at most 1000)`,
  }),
  OBJECT_REFUSED: kind<MissingDetails>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The store finds the request for the object invalid: marked for deletion, a malformed name, version or label, a disabled key.',
    remedy: 'Follow AWS’s sentence in the message.',
    examples: [
      {
        ...read,
        code: 'InvalidRequestException',
        message: "You can't perform this operation on the secret because it was marked for deletion.",
      },
    ],
    sentence: (d) => `${refused(d)}${inDispute(d)}`,
  }),
  CREDENTIALS_REFUSED: kind<StoreDetails & { identity: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'AWS does not accept the credentials of the session, not even new ones.',
    remedy:
      'Check that the role’s account is active and the region enabled in it, and the clock of the node.',
    examples: [
      {
        ...read,
        code: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
        identity: deniedRead.identity,
      },
    ],
    sentence: (d) => `${refused(d)}; the credentials of ${d.identity} are not accepted`,
  }),
  STORE_THROTTLED: kind<StoreDetails>({
    status: 'INTERNAL',
    cause: 'The store throttled the reads for longer than the provider waits (30 s).',
    remedy: 'Spread restarts, increase the rotation poll interval, or ask AWS for a higher quota.',
    examples: [{ ...read, code: 'ThrottlingException', message: 'Rate exceeded' }],
    sentence: (d) => `${d.store} in ${d.region} throttled the read of ${named(d)}: ${d.code}: ${d.message}`,
  }),
  STORE_UNAVAILABLE: kind<StoreDetails>({
    status: 'INTERNAL',
    cause: 'The store answered with a server error, or with something that does not come from the store.',
    remedy:
      'Check AWS’s health dashboard and whatever is between the node and AWS; a failoverRegion bridges such outages.',
    examples: [{ ...read, code: 'HTTP 503', message: 'Service Unavailable' }],
    sentence: (d) => `${d.store} in ${d.region} failed on ${named(d)}: ${d.code}: ${d.message}`,
  }),
  STORE_UNREACHABLE: kind<StoreDetails>({
    status: 'INTERNAL',
    cause:
      'No connection to the store, or no answer in time: DNS, routing, firewall, proxy, VPC endpoint, certificate.',
    remedy:
      'Check that the node can reach the store’s endpoint, the VPC endpoint’s security group and the proxy variables; a failoverRegion bridges an outage.',
    examples: [{ ...read, code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' }],
    sentence: ({ store, region, object, code, message }) =>
      `${store} in ${region} cannot be reached for object ${quote(object)}: ${message} (${code})`,
  }),
}

function noHelp({ optional }: DeniedObject, why: string): string {
  return optional ? `; optional does not help: ${why}` : ''
}

/** Why optional does not help: both regions must say that it is missing. */
function inDispute({ dispute }: MissingDetails): string {
  if (dispute === undefined) return ''
  const { region, hasIt } = dispute
  return hasIt
    ? `; optional does not help: ${region} has it, and both regions must be the same`
    : `; optional does not help: ${region} could not say whether it has it`
}

function refused(details: StoreDetails): string {
  const { store, region, code, message } = details
  return `${store} in ${region} refused ${named(details)}: ${code}: ${message}`
}

function named({ object, set, part }: StoreDetails): string {
  if (part !== undefined)
    return `object ${quote(object)}, the part ${quote(part.name)} of composed file ${quote(part.file)}`
  return `object ${quote(object)}${set === undefined ? '' : ` of ${quote(set)}`}`
}
