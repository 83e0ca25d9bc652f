import { kind, quote } from './kind.ts'

/** What is wrong with the files of a volume: extracting them, writing them, sending them. */
export const filesErrors = {
  EXTRACT_EXPRESSION_INVALID: kind<{ object: string; expression: string; position: number; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `path` of a jmesPath entry is not a JMESPath expression.',
    remedy: 'Correct the expression at the position (counted from 1) that the message names.',
    examples: [
      { object: 'app/db', expression: '.password', position: 1, reason: '"." is not expected here' },
    ],
    sentence: ({ object, expression, position, reason }) =>
      `object ${quote(object)}: its jmesPath ${quote(expression)} cannot be read at character ${position}: ${reason}`,
  }),
  EXTRACT_NOT_JSON: kind<{ object: string; expression: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An object with jmesPath entries has a value that is not JSON.',
    remedy: 'Store the value as JSON, or remove jmesPath from the object.',
    examples: [{ object: 'app/db', expression: 'password' }],
    sentence: ({ object, expression }) =>
      `object ${quote(object)}: its jmesPath ${quote(expression)} cannot be applied, because the value is not JSON: store it as JSON, or remove the jmesPath entry`,
  }),
  EXTRACT_FAILED: kind<{ object: string; expression: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression calls a function with an argument that it cannot take.',
    remedy: 'Change the expression, or the value in AWS, so that the types agree.',
    examples: [
      { object: 'app/db', expression: 'length(port)', reason: 'argument 1 of length() is a number' },
    ],
    sentence: ({ object, expression, reason }) =>
      `object ${quote(object)}: its jmesPath ${quote(expression)} fails on the value: ${reason}`,
  }),
  EXTRACT_TOO_COSTLY: kind<{ object: string; expression: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression would take more work or memory than one mount may use.',
    remedy: 'Write an expression that names the wanted key.',
    examples: [{ object: 'app/db', expression: '[].[][]', reason: 'it takes too many steps' }],
    sentence: ({ object, expression, reason }) =>
      `object ${quote(object)}: its jmesPath ${quote(expression)} was stopped: ${reason}; write a simpler expression`,
  }),
  EXTRACT_NOT_STRING: kind<{ object: string; expression: string; found: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression gives something other than a string, or nothing at all.',
    remedy: 'Name a key whose value is a string, or put the expression into to_string(…).',
    examples: [
      { object: 'app/db', expression: 'pasword', found: 'null' },
      { object: 'app/db', expression: 'hosts', found: 'a list' },
    ],
    sentence: ({ object, expression, found }) =>
      found === 'null'
        ? `object ${quote(object)}: its jmesPath ${quote(expression)} finds nothing (missing or null) in the value: name a key that is there and holds a string${dotHint(expression)}`
        : `object ${quote(object)}: its jmesPath ${quote(expression)} gives ${found}, but only a string can be mounted: name a key that holds a string, or use to_string()`,
  }),
  EXTRACT_NEVER_STRING: kind<{ object: string; expression: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression gives a list, a map, a number or a boolean whatever the value is.',
    remedy: 'Name a key whose value is a string, or put the expression into to_string(…).',
    examples: [{ object: 'app/db', expression: '[username, password]' }],
    sentence: ({ object, expression }) =>
      `object ${quote(object)}: its jmesPath ${quote(expression)} can never give a string, whatever the value is: name a key that holds a string, or use to_string()`,
  }),
  VOLUME_EMPTY: kind<Record<never, never>>({
    status: 'INVALID_ARGUMENT',
    cause: 'The mount would have no file at all.',
    remedy: 'List at least one object in spec.parameters.objects.',
    examples: [{}],
    sentence: () =>
      'the mount would have no file: list at least one object in the SecretProviderClass parameter "objects"',
  }),
  FILE_PATH_UNSAFE: kind<{ path: string; reason: string }>({
    status: 'INTERNAL',
    cause: 'A file name reached the writer that would leave the volume or clash with another.',
    remedy: 'Report it: such names are refused before anything is fetched.',
    examples: [{ path: '../db', reason: 'it leaves the volume' }],
    sentence: ({ path, reason }) => `the file name ${quote(path)} is not written: ${reason}`,
  }),
  FILE_BLOCKED: kind<{ path: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The volume holds a directory of this name with files that are not ours, left by an earlier provider.',
    remedy: 'Choose another objectAlias, or recreate the pod: a new pod gets an empty volume.',
    examples: [{ path: 'app' }],
    sentence: ({ path }) =>
      `the file ${quote(path)} cannot be written: the volume has a directory of that name with files of another writer in it; choose another objectAlias, or restart the pod`,
  }),
  VOLUME_NOT_DIRECTORY: kind<{ path: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The target path of the mount is not an absolute path of a directory.',
    remedy: 'Check the kubelet directory (host path and mount propagation) that the provider pod is given.',
    examples: [{ path: '/var/lib/kubelet/pods/8b6e7e39/volumes/kubernetes.io~csi/secrets/mount' }],
    sentence: ({ path }) =>
      `the target path ${quote(path)} is not a directory: the provider needs the kubelet's pods directory under the same path as the node`,
  }),
  VOLUME_WRITE_FAILED: kind<{ path: string; errno: string; syscall: string }>({
    status: 'INTERNAL',
    cause: 'The kernel refused to write the volume.',
    remedy:
      'See the errno: ENOENT, the directory is gone or not mounted into the provider; ENOSPC or ENOMEM, no memory left for the volume; EROFS, EACCES, EPERM, the provider may not write there.',
    examples: [
      {
        path: '/var/lib/kubelet/pods/8b6e7e39/volumes/kubernetes.io~csi/secrets/mount',
        errno: 'ENOSPC',
        syscall: 'write',
      },
    ],
    sentence: ({ path, errno, syscall }) =>
      `the volume ${quote(path)} could not be written: ${syscall} failed with ${errno}${errnoHint(errno)}`,
  }),
  RESPONSE_TOO_LARGE: kind<{ bytes: number; maxBytes: number }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The secrets of one mount are larger than the answer that the driver accepts.',
    remedy:
      "Raise the driver's --max-call-recv-msg-size and the provider's --max-response-bytes together, or let the provider write the files (no --driver-writes-secrets).",
    examples: [{ bytes: 5_242_880, maxBytes: 4_194_304 }],
    sentence: ({ bytes, maxBytes }) =>
      `the answer would be ${bytes} bytes, over the limit of ${maxBytes}: raise the driver's --max-call-recv-msg-size together with the provider's --max-response-bytes, or remove --driver-writes-secrets so that the provider writes the files`,
  }),
}

/** `tls.crt` means the key crt in tls; whoever has a key of that name reads that nothing was found. */
function dotHint(expression: string): string {
  return /^[\w-]+(?:\.[\w-]+)+$/.test(expression)
    ? `; a key that has a dot in its name is written '"${expression.slice(0, 200)}"'`
    : ''
}

const hints: Readonly<Record<string, string>> = {
  ENOENT: 'the directory is gone, or the kubelet directory is not mounted into the provider pod',
  ENOSPC: 'no space is left in the volume',
  ENOMEM: 'no memory is left for the volume',
  EDQUOT: 'the quota of the volume is used up',
  EROFS: 'the volume is read-only for the provider: its kubelet directory must be mounted read-write',
  EACCES: 'the provider may not write there: it must run as root, and SELinux must allow it',
  EPERM: 'the provider may not write there: it must run as root, and SELinux must allow it',
}

function errnoHint(errno: string): string {
  const hint = hints[errno]
  return hint === undefined ? '' : ` (${hint})`
}
