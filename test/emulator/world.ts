/**
 * The world the emulator plays: what lies in AWS and in the cluster. Plain JSON throughout, so that a file,
 * a control request and a test say it the same way. Patterns take `*` for any text.
 */
export interface World {
  /** The AWS account of all that names no other, default 111122223333. */
  readonly account?: string
  /** By region name; a region that is not here does not exist (its host names do not resolve). */
  readonly regions?: Readonly<Record<string, Region>>
  /** What lies in further accounts, by their numbers; a session sees what its role's account has. */
  readonly accounts?: Readonly<Record<string, { readonly regions?: Readonly<Record<string, Region>> }>>
  /** By role ARN, of any account. */
  readonly roles?: Readonly<Record<string, Role>>
  /** Long-lived keys by access key id, e.g. for a shell user. */
  readonly accessKeys?: Readonly<Record<string, AccessKey>>
  /** Which service account gets which role from the Pod Identity agent; the first that fits counts. */
  readonly podIdentityAssociations?: readonly PodIdentityAssociation[]
  /** Further OIDC providers of the account by issuer, beside the emulator's own. */
  readonly issuers?: Readonly<Record<string, Issuer>>
  readonly kubernetes?: Kubernetes
}

export interface Region {
  /** By name. */
  readonly secrets?: Readonly<Record<string, Secret>>
  /** By name. */
  readonly parameters?: Readonly<Record<string, Parameter>>
  /** STS answers RegionDisabledException here. */
  readonly stsDisabled?: boolean
}

/** `string` or `binary` alone stand for one version, AWSCURRENT, with an id made from the name. */
export interface Secret extends SecretValue {
  /** By version id, 32 to 64 characters. */
  readonly versions?: Readonly<Record<string, SecretVersion>>
  /** The six characters at the end of the ARN; without it they are made from the name. */
  readonly suffix?: string
  /** Regions that hold a replica: the same ARN with the other region in it. */
  readonly replicas?: readonly string[]
  /** What filters look at. */
  readonly description?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly owningService?: string
  /** Marked for deletion. */
  readonly deleted?: boolean
  /** The KMS key cannot be used: DecryptionFailure. */
  readonly keyUnusable?: boolean
}

export interface SecretValue {
  readonly string?: string
  /** Base64. */
  readonly binary?: string
}

export interface SecretVersion extends SecretValue {
  readonly stages?: readonly string[]
}

/** `value` alone stands for version 1. */
export interface Parameter {
  readonly value?: string
  readonly type?: 'String' | 'StringList' | 'SecureString'
  /** By version number as text. */
  readonly versions?: Readonly<Record<string, ParameterVersion>>
  /** The KMS key cannot be used: AccessDeniedException in KMS's words. */
  readonly keyUnusable?: boolean
}

export interface ParameterVersion {
  readonly value: string
  readonly labels?: readonly string[]
}

export interface Role {
  /** Patterns of `namespace:serviceAccount` that may assume it by web identity; without it everyone may. */
  readonly trust?: readonly string[]
  /** Other roles that may assume it, by AssumeRole; without it none. */
  readonly assumableBy?: readonly RoleTrust[]
  /** What its sessions may do; without it everything. */
  readonly allow?: readonly Statement[]
  readonly deny?: readonly Statement[]
  /** Lifetime of a session in seconds when the caller asks for none, default 3600. */
  readonly sessionSeconds?: number
  /** MaxSessionDuration in seconds, default 3600. */
  readonly maxSessionSeconds?: number
}

/** A statement of a trust policy for AssumeRole. */
export interface RoleTrust {
  /** Patterns of role ARNs. */
  readonly principals: readonly string[]
  /** A condition on sts:ExternalId. */
  readonly externalId?: string
  /** Also allows sts:TagSession. */
  readonly tagSession?: boolean
  /** Conditions on session tags, which a caller brings along or not at all. */
  readonly tags?: Readonly<Record<string, string>>
  readonly effect?: 'deny'
}

/** A missing field fits everything, but a statement that names one kind of resource says nothing of the other. */
export interface Statement {
  readonly regions?: readonly string[]
  /** Patterns of actions such as `secretsmanager:GetSecretValue`. */
  readonly actions?: readonly string[]
  /** Patterns of secret names. */
  readonly secrets?: readonly string[]
  /** Patterns of parameter names. */
  readonly parameters?: readonly string[]
  /** Patterns of ARNs of roles to assume. */
  readonly roles?: readonly string[]
}

export interface AccessKey {
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Who it is, in error messages: `arn:aws:iam::111122223333:user/someone`. */
  readonly principal: string
  /** Its policy is this role's; without it everything is allowed. */
  readonly role?: string
}

export interface PodIdentityAssociation {
  readonly namespace: string
  readonly serviceAccount: string
  readonly role: string
  /** Sessions have the six tags of EKS, all of them transitive, unless. */
  readonly disableSessionTags?: boolean
}

export interface Issuer {
  /** JSON web keys (RS256, ES256) by which its tokens are verified; without them any signature passes. */
  readonly keys?: readonly Readonly<Record<string, unknown>>[]
}

export interface Kubernetes {
  /** Accepted bearer tokens; without it any token is accepted as that of `system:admin`. */
  readonly tokens?: Readonly<Record<string, KubernetesUser>>
  /** By `namespace/name`. */
  readonly serviceAccounts?: Readonly<Record<string, ServiceAccount>>
  /** By `namespace/name`. */
  readonly pods?: Readonly<Record<string, Pod>>
  readonly nodes?: Readonly<Record<string, { readonly labels?: Readonly<Record<string, string>> }>>
  /** By `namespace/name`: the `spec`, as Kubernetes has it. */
  readonly secretProviderClasses?: Readonly<Record<string, unknown>>
  /** By name: the `spec`, as Kubernetes has it. */
  readonly csiDrivers?: Readonly<Record<string, unknown>>
  /** By name: what there is beside the metadata. */
  readonly clusterRoles?: Readonly<Record<string, { readonly rules?: readonly unknown[] }>>
  /** What /version says, default v1.35.0. */
  readonly version?: string
}

export interface KubernetesUser {
  readonly user: string
  /** Patterns of `verb resource`, e.g. `get serviceaccounts`, `create serviceaccounts/token`; default all. */
  readonly allow?: readonly string[]
}

export interface ServiceAccount {
  readonly annotations?: Readonly<Record<string, string>>
  readonly uid?: string
}

export interface Pod {
  readonly uid?: string
  readonly serviceAccount?: string
  readonly node?: string
  /** As Kubernetes has them. */
  readonly volumes?: readonly unknown[]
}

export const exampleAccount = '111122223333'
export const exampleRole = `arn:aws:iam::${exampleAccount}:role/app`

/** A small world in which one pod, `default/app`, may read a little of everything. */
export function exampleWorld(): World {
  return {
    account: exampleAccount,
    regions: {
      'us-east-1': {
        secrets: {
          'app/database': {
            versions: {
              '11111111-1111-4111-8111-111111111111': {
                string: '{"username":"app","password":"before"}',
                stages: ['AWSPREVIOUS'],
              },
              '22222222-2222-4222-8222-222222222222': {
                string: '{"username":"app","password":"now"}',
                stages: ['AWSCURRENT'],
              },
            },
            suffix: 'AbCdEf',
            replicas: ['us-west-2'],
          },
          'app/keystore': { binary: 'AAECA/8=' },
        },
        parameters: {
          '/app/log-level': { value: 'info' },
          '/app/license': {
            type: 'SecureString',
            versions: {
              '1': { value: 'first', labels: ['retired'] },
              '2': { value: 'second', labels: ['production'] },
            },
          },
        },
      },
      'us-west-2': {
        parameters: { '/app/log-level': { value: 'info' }, '/app/license': { value: 'second' } },
      },
    },
    roles: {
      [exampleRole]: { trust: ['default:app'], allow: [{ secrets: ['app/*'], parameters: ['/app/*'] }] },
    },
    accessKeys: {
      AKIAEXAMPLEEXAMPLE00: {
        secretAccessKey: 'example-secret-access-key-of-the-emulator',
        principal: `arn:aws:iam::${exampleAccount}:user/operator`,
      },
    },
    podIdentityAssociations: [{ namespace: 'default', serviceAccount: 'app', role: exampleRole }],
    kubernetes: {
      tokens: {
        'example-provider-token': {
          user: 'system:serviceaccount:kube-system:csi-secrets-store-provider-aws',
        },
      },
      serviceAccounts: {
        'default/app': {
          annotations: { 'eks.amazonaws.com/role-arn': exampleRole },
          uid: '33333333-3333-4333-8333-333333333333',
        },
      },
      pods: {
        'default/app-0': {
          uid: '44444444-4444-4444-8444-444444444444',
          serviceAccount: 'app',
          node: 'node-1',
        },
      },
      nodes: { 'node-1': { labels: { 'topology.kubernetes.io/region': 'us-east-1' } } },
    },
  }
}
