import type { ProviderError } from '../errors/provider-error.ts'
import { booleanWords } from '../go-syntax/boolean.ts'

/** A parameter of a SecretProviderClass; see src/plan/objects/object-fields.ts, which is the same for the fields of `objects`. */
export interface ParameterDefinition {
  readonly required?: true
  /** JSON schema of its value, which Kubernetes has as a string. */
  readonly schema: Readonly<Record<string, unknown>>
  /** Cells of the reference page, in Markdown. */
  readonly type: string
  readonly otherwise: string
  readonly errors: string
  /** Parameters without which this one means nothing. */
  readonly needs?: readonly string[]
}

/** As parseFileId reads them; the largest id is not said, since a pattern counts poorly. */
const fileIdPattern = '^(0|[1-9][0-9]{0,9})?$'
const regionPattern = '^([a-z]{2,}(-[a-z0-9]+)*-[0-9]{1,2})?$'

/** Every parameter of a SecretProviderClass that the provider knows. */
export const parameterFields = {
  objects: {
    required: true,
    schema: {
      description: 'YAML text: the list of secrets and parameters to mount. See objects.schema.json.',
      minLength: 1,
    },
    type: 'YAML text, a list',
    otherwise: 'none, required',
    errors: '`OBJECTS_MISSING`, `OBJECTS_UNREADABLE`, `OBJECTS_NOT_A_LIST`, `OBJECTS_TOO_LARGE`',
  },
  region: {
    schema: {
      description:
        "AWS region to read from. Default: AWS_REGION of the provider, else the node's label topology.kubernetes.io/region.",
      pattern: regionPattern,
      examples: ['us-east-1'],
    },
    type: 'code of a region',
    otherwise: 'see below',
    errors: '`REGION_MALFORMED`, `NODE_REGION_UNKNOWN`',
  },
  failoverRegion: {
    schema: {
      description:
        'Second AWS region, whose values are mounted when the first one fails. Another one than region.',
      pattern: regionPattern,
      examples: ['us-west-2'],
    },
    type: 'code of a region',
    otherwise: 'none: one region',
    errors: '`REGION_MALFORMED`, `FAILOVER_REGION_SAME`',
  },
  pathTranslation: {
    schema: {
      description:
        'One character to put for every / in file names (default _), or "False" to make directories.',
      pattern: '^([^/]|[Ff][Aa][Ll][Ss][Ee])?$',
      default: '_',
      examples: ['_', 'False'],
    },
    type: 'one character, or `False`',
    otherwise: '`_`',
    errors: '`PATH_TRANSLATION_MALFORMED`',
  },
  usePodIdentity: {
    schema: {
      description: '"true" to read by EKS Pod Identity instead of IAM roles for service accounts.',
      enum: [...booleanWords, ''],
      default: 'false',
    },
    type: '`1 t T TRUE true True 0 f F FALSE false False`',
    otherwise: '`false`',
    errors: '`USE_POD_IDENTITY_MALFORMED`',
  },
  batchReads: {
    schema: {
      description:
        '"true" to read up to 20 secrets a call. The role then needs secretsmanager:BatchGetSecretValue on * as well.',
      enum: [...booleanWords, ''],
      default: 'false',
    },
    type: '`1 t T TRUE true True 0 f F FALSE false False`',
    otherwise: '`false`',
    errors: '`BATCH_READS_MALFORMED`, `BATCH_ACCESS_DENIED`',
  },
  preferredAddressType: {
    schema: {
      description:
        'How the Pod Identity agent is reached: ipv4, ipv6, or auto (the default), which tries both.',
      anyOf: [{ enum: ['auto', 'ipv4', 'ipv6'] }, { pattern: '^([Aa][Uu][Tt][Oo]|[Ii][Pp][Vv][46])?$' }],
      default: 'auto',
    },
    type: '`ipv4`, `ipv6`, `auto`, any case',
    otherwise: '`auto`',
    errors: 'none: another word counts as `auto`',
  },
  fileOwner: {
    schema: {
      description: 'Numeric id of the user that files belong to, unless their object says otherwise.',
      pattern: fileIdPattern,
      default: '0',
      examples: ['1000'],
    },
    type: 'number of a user id',
    otherwise: '`0`: root',
    errors: '`FILE_OWNER_MALFORMED`, `FILE_OWNER_NOT_ALLOWED`, `FILE_OWNER_DRIVER_WRITES`',
  },
  fileGroup: {
    schema: {
      description: 'Numeric id of the group that files belong to, unless their object says otherwise.',
      pattern: fileIdPattern,
      default: '0',
      examples: ['1000'],
    },
    type: 'number of a group id',
    otherwise: '`0`: root',
    errors: '`FILE_OWNER_MALFORMED`, `FILE_OWNER_NOT_ALLOWED`, `FILE_OWNER_DRIVER_WRITES`',
  },
  assumeRoleArn: {
    schema: {
      description:
        "ARN of the role to read as: it is assumed with the pod's own credentials, and may be of another account.",
      pattern: '^(arn:aws(-[a-z0-9]+)*:iam::[0-9]{12}:role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64})?$',
      examples: ['arn:aws:iam::444455556666:role/shop-secrets'],
    },
    type: 'ARN of an IAM role',
    otherwise: "the pod's own role",
    errors: '`ASSUME_ROLE_ARN_MALFORMED`, `ASSUME_ROLE_PARAMETER_UNKNOWN`',
  },
  assumeRoleExternalId: {
    schema: {
      description: 'The external id that the trust policy of assumeRoleArn asks for.',
      pattern: '^([A-Za-z0-9_+=,.@:/-]{2,1224})?$',
    },
    type: '2 to 1224 of letters, digits and `_+=,.@:/-`',
    otherwise: 'none',
    errors: '`ASSUME_ROLE_EXTERNAL_ID_MALFORMED`, `ASSUME_ROLE_ARN_MISSING`',
    needs: ['assumeRoleArn'],
  },
  assumeRoleDurationSeconds: {
    schema: {
      description:
        'How long credentials of assumeRoleArn are good for, in seconds. AWS allows an hour at most.',
      pattern: '^(9[0-9]{2}|[12][0-9]{3}|3[0-5][0-9]{2}|3600)?$',
      default: '3600',
    },
    type: '`900` to `3600`',
    otherwise: '`3600`',
    errors: '`ASSUME_ROLE_DURATION_MALFORMED`, `ASSUME_ROLE_ARN_MISSING`',
    needs: ['assumeRoleArn'],
  },
} as const satisfies Readonly<Record<string, ParameterDefinition>>

/** Their names, in the order of the reference page. */
export const parameterNames: readonly string[] = Object.keys(parameterFields)

/** What is wrong with one parameter. */
export interface ParameterFault {
  readonly parameter: string
  readonly fault: ProviderError
}
