import { kind, quote } from './kind.ts'
import { isTemplate, renderFirst, unrendered } from './unrendered.ts'

/** What is wrong with a command at the shell: its files, its flags, the credentials of the person. */
export const commandErrors = {
  INPUT_UNREADABLE: kind<{ file: string; reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'A file that the command line names cannot be read.',
    remedy: 'Name a file that exists and is readable, or "-" for standard input.',
    examples: [{ file: 'shop.yaml', reason: 'there is no such file' }],
    sentence: ({ file, reason }) => `${quote(file)} cannot be read: ${reason}`,
  }),
  INPUT_EMPTY: kind<{ file: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'A file or standard input is empty, often because the command that should have written it failed.',
    remedy:
      'Check the command that should have written it (in a pipe, use `set -o pipefail`), or name a file with a SecretProviderClass.',
    examples: [{ file: '<stdin>' }, { file: 'shop.yaml' }],
    sentence: ({ file }) =>
      file === '<stdin>'
        ? 'standard input is empty: check whether the command before the pipe failed'
        : `${quote(file)} is empty: check whether the command that should have written it failed`,
  }),
  INPUT_NOT_YAML: kind<{ reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'A file of SecretProviderClasses is not YAML.',
    remedy: 'Correct the YAML at the line that the message names.',
    examples: [{ reason: 'Nested mappings are not allowed in compact mappings' }],
    sentence: ({ reason }) => `this is not readable YAML: ${reason}`,
  }),
  CLASS_MISSING: kind<{ file: string; name: string | undefined; found: readonly string[] }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The input has no SecretProviderClass of provider aws, or none with the given name.',
    remedy: 'Name a file with a document of kind SecretProviderClass whose spec.provider is aws.',
    examples: [{ file: 'shop.yaml', name: 'shop', found: ['till (provider aws)'] }],
    sentence: ({ file, name, found }) => {
      const wanted = name === undefined ? '' : ` named ${quote(name)}`
      const others = found.length === 0 ? '' : `; it has ${found.slice(0, 20).map(quote).join(', ')}`
      return `${quote(file)} has no SecretProviderClass of provider "aws"${wanted}${others}: name a file with such a document`
    },
  }),
  CLASS_AMBIGUOUS: kind<{ name: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The input has several SecretProviderClasses with the same name.',
    remedy: 'Pick one by --name NAMESPACE/NAME.',
    examples: [{ name: 'shop' }],
    sentence: ({ name }) =>
      `there are several SecretProviderClasses named ${quote(name)}: pick one by --name NAMESPACE/NAME`,
  }),
  CLASS_NAME_MALFORMED: kind<{ received: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'A SecretProviderClass has no metadata.name, or one that Kubernetes does not allow.',
    remedy: 'Give it a name of lower-case letters, digits, "-" and ".".',
    examples: [{ received: 'Shop_1' }, { received: '' }],
    sentence: ({ received }) =>
      isTemplate(received)
        ? `metadata.name is the Helm template ${quote(received)}: ${renderFirst}`
        : `metadata.name of the SecretProviderClass is ${received === '' ? 'missing' : quote(received)}: write lower-case letters, digits, "-" and "."`,
  }),
  CLASS_MALFORMED: kind<{ field: string; received: string; expected: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A SecretProviderClass has a shape that Kubernetes refuses.',
    remedy: 'Write the field in the shape that the message names.',
    examples: [{ field: 'spec.provider', received: 'missing', expected: 'aws' }],
    sentence: ({ field, received, expected }) =>
      `${field} is ${received}: ${received === unrendered ? renderFirst : `write ${expected}`}`,
  }),
  PARAMETER_NOT_TEXT: kind<{ parameter: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A parameter of a SecretProviderClass is not a string; Kubernetes accepts nothing else there.',
    remedy: 'Put quotes around it, or for `objects` write `objects: |` and the list below, indented.',
    examples: [
      { parameter: 'usePodIdentity', received: 'a boolean' },
      { parameter: 'objects', received: 'a list' },
    ],
    sentence: ({ parameter, received }) =>
      parameter === 'objects' && received !== unrendered
        ? `parameter objects is ${received}, and Kubernetes takes only strings here: write "objects: |" and the list below it, indented`
        : received === unrendered
          ? `parameter ${quote(parameter)} is ${received}: ${renderFirst}`
          : `parameter ${quote(parameter)} is ${received}, and Kubernetes takes only strings here: put quotes around it`,
  }),
  CODE_UNKNOWN: kind<{ received: string; nearest: string | undefined }>({
    status: 'FAILED_PRECONDITION',
    cause: 'What `explain` was given is not the code of an error or a warning.',
    remedy: 'Copy the code from the event, the log or the finding. `explain` takes files or codes, not both.',
    examples: [{ received: 'OBJECT_TYPE_MISSIN', nearest: 'OBJECT_TYPE_MISSING' }],
    sentence: ({ received, nearest }) =>
      `${quote(received)} is not a code${nearest === undefined ? '; docs/errors.md of the repository lists all of them' : `; did you mean ${nearest}?`}`,
  }),
  OPTIONS_DISAGREE: kind<{ reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'Options of a command do not go together.',
    remedy: 'Follow the message; `help COMMAND` lists the options.',
    examples: [{ reason: '--json and --sarif exclude each other: use one of them' }],
    sentence: ({ reason }) => reason,
  }),
  PROVIDER_UNREACHABLE: kind<{ path: string; reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'Nobody answers Version at the socket that `mount --socket` names.',
    remedy:
      'Name the socket of a provider that runs, such as /var/run/secrets-store-csi-providers/aws.sock, and call as root: only its owner may.',
    examples: [
      {
        path: '/var/run/secrets-store-csi-providers/aws.sock',
        reason: 'No connection established. Last error: connect EACCES',
      },
    ],
    sentence: ({ path, reason }) => `no provider answers at ${quote(path)}: ${reason}`,
  }),
  OUTPUT_NOT_DIRECTORY: kind<{ path: string; reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'What --out names is not a directory and cannot be made one.',
    remedy: 'Name a directory, or a path where one can be made.',
    examples: [{ path: 'shop.yaml', reason: 'it is a file' }],
    sentence: ({ path, reason }) => `--out ${quote(path)} cannot be used as a directory: ${reason}`,
  }),
  SHELL_REGION_MISSING: kind<Record<never, never>>({
    status: 'FAILED_PRECONDITION',
    cause: 'Nothing at the shell gives a region.',
    remedy:
      'Use --region or AWS_REGION, set `region` in the SecretProviderClass, or give the AWS profile a region.',
    examples: [{}],
    sentence: () =>
      'the region is not known: use --region or AWS_REGION, set the parameter region in the SecretProviderClass, or give the AWS profile a region',
  }),
  PROFILE_UNKNOWN: kind<{ profile: string; known: readonly string[] }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The AWS configuration files have no profile with the name that --profile gives.',
    remedy: 'Name one of the profiles in the message; `aws configure list-profiles` prints them too.',
    examples: [{ profile: 'nope', known: ['default', 'shop'] }],
    sentence: ({ profile, known }) =>
      known.length === 0
        ? `there is no AWS profile ${quote(profile)}: the AWS configuration files have none at all`
        : `there is no AWS profile ${quote(profile)}: the AWS configuration files have ${known.slice(0, 20).map(quote).join(', ')}`,
  }),
  SHELL_CREDENTIALS_MISSING: kind<{ reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The AWS credential chain of the shell (environment, profile, SSO, instance) gave no credentials.',
    remedy: 'Log in (`aws sso login`), name a --profile, or use --role-arn with --web-identity-token-file.',
    examples: [{ reason: 'Could not load credentials from any providers' }],
    sentence: ({ reason }) =>
      `there are no AWS credentials at this shell: ${reason}; log in, name a --profile, or use --role-arn with --web-identity-token-file`,
  }),
  MEMORY_ROOM_TOO_SMALL: kind<{ mebibytes: number; needed: number }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The provider’s pod is so close to its memory limit that running a command beside the provider could get both killed.',
    remedy:
      'Run the executable on the node instead, raise the memory limit, try when fewer mounts are under way, or take the risk with `--force`.',
    examples: [{ mebibytes: 12, needed: 24 }],
    sentence: ({ mebibytes, needed }) =>
      `the memory limit of this container leaves ${mebibytes} MiB, and this needs ${needed}: run it on the node, raise the limit, or risk the provider's restart with --force`,
  }),
  INTERRUPTED: kind<Record<never, never>>({
    status: 'INTERNAL',
    cause: 'Somebody pressed Ctrl-C, or the command was told to end.',
    remedy: 'Nothing: a set of files is written completely or not at all.',
    examples: [{}],
    sentence: () => 'interrupted',
  }),
}
