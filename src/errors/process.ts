import { kind, quote, toMiB } from './kind.ts'

/** What is wrong with the process itself: flags, environment, shutting down, a defect of ours. */
export const processErrors = {
  SETTING_INVALID: kind<{ setting: string; received: string; expected: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'A flag or environment variable has a value that cannot be used.',
    remedy: 'Change the flag or variable that the message names.',
    examples: [{ setting: '--health-port', received: '99999', expected: 'a port from 0 to 65535' }],
    sentence: ({ setting, received, expected }) => `${setting} is ${quote(received)}: expected ${expected}`,
  }),
  FLAG_UNKNOWN: kind<{ flag: string; known: readonly string[] }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The command line has a flag that the provider does not know.',
    remedy: 'Remove or correct it; `--help` lists the flags.',
    examples: [{ flag: 'provider-volum', known: ['provider-volume', 'driver-writes-secrets'] }],
    sentence: ({ flag, known }) =>
      `there is no flag --${flag.slice(0, 100)}: the flags are ${known.map((name) => `--${name}`).join(', ')}`,
  }),
  FLAG_VALUE_MISSING: kind<{ flag: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The last flag of the command line has no value.',
    remedy: 'Give the flag a value.',
    examples: [{ flag: 'provider-volume' }],
    sentence: ({ flag }) => `flag --${flag} needs a value: --${flag}=VALUE`,
  }),
  ARGUMENT_UNEXPECTED: kind<{ received: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The command line has an argument that is not a flag.',
    remedy: 'Remove it; a boolean flag takes its value only after `=`.',
    examples: [{ received: 'true' }],
    sentence: ({ received }) =>
      `unexpected argument ${quote(received)}: flags are written --name=value, booleans take a value by "=" only`,
  }),
  SHUTTING_DOWN: kind<Record<never, never>>({
    status: 'INTERNAL',
    cause: 'The provider was stopped (update, eviction, node drain) during the mount.',
    remedy: 'Nothing: kubelet mounts the volume again, and the next provider pod answers.',
    examples: [{}],
    sentence: () => 'the provider is shutting down; kubelet will try this mount again',
  }),
  MOUNT_TIMED_OUT: kind<{ seconds: number; stage: string }>({
    status: 'INTERNAL',
    cause: 'The mount did not end within its time (100 s, or the caller’s deadline less 5 s).',
    remedy:
      'The message names the stage that it was in: look there (AWS or the Kubernetes API cannot be reached, or the node is overloaded).',
    examples: [{ seconds: 100, stage: 'reading from AWS' }],
    sentence: ({ seconds, stage }) => `the mount was given up after ${seconds} s while ${stage}`,
  }),
  MOUNT_CANCELLED: kind<Record<never, never>>({
    status: 'INTERNAL',
    cause: 'The driver cancelled its call: kubelet gave up waiting, or the driver was stopped.',
    remedy:
      'Nothing: kubelet mounts the volume again. If it keeps happening, look for what makes mounts slow.',
    examples: [{}],
    sentence: () => 'the driver cancelled the mount; kubelet will try again',
  }),
  TOO_MANY_MOUNTS: kind<{ waiting: number }>({
    status: 'INTERNAL',
    cause: 'More mounts are waiting on this node than the provider keeps in memory.',
    remedy:
      'Nothing: kubelet mounts the volume again. If it keeps happening, look for what makes mounts slow.',
    examples: [{ waiting: 2000 }],
    sentence: ({ waiting }) =>
      `${waiting} mounts are waiting on this node already; kubelet will try this one again`,
  }),
  REQUESTS_EXCEED_MEMORY: kind<{ maxBytes: number } | { limitBytes: number }>({
    status: 'INTERNAL',
    cause:
      'The requests of the mounts that came at once fill the memory that is set aside for requests; or many requests over 32 KiB come, and what is left of the provider’s memory limit is kept for smaller ones.',
    remedy:
      "Nothing: kubelet mounts the volume again. If it keeps happening, look for what makes mounts slow, split large classes, and raise the provider's memory limit.",
    examples: [{ maxBytes: 2_097_152 }, { limitBytes: 104_857_600 }],
    sentence: (about) =>
      'maxBytes' in about
        ? `the requests of other mounts on this node fill the ${about.maxBytes} bytes that are set aside for them; kubelet will try this one again`
        : `many requests over 32 KiB come to this node, and of the provider's memory limit of ${toMiB(about.limitBytes)} MiB no more is left than is kept for smaller ones: kubelet will try this one again; if that goes on, raise the limit, or split the SecretProviderClass`,
  }),
  OBJECTS_EXCEED_MEMORY: kind<{ characters: number; neededBytes: number; limitBytes: number }>({
    status: 'INTERNAL',
    cause: 'The provider’s memory limit leaves too little room now to read `objects` of this size.',
    remedy:
      "Nothing, if the next try works: kubelet mounts the volume again. Otherwise raise the provider's memory limit (`memoryUsed` in the log is what is in use), or spread the objects over several SecretProviderClasses.",
    examples: [{ characters: 120_000, neededBytes: 30_000_000, limitBytes: 104_857_600 }],
    sentence: ({ characters, neededBytes, limitBytes }) =>
      `reading the ${characters} characters of parameter objects, aliases followed, beside other mounts, needs ${toMiB(neededBytes)} MiB of room, which the provider's memory limit of ${toMiB(limitBytes)} MiB does not leave now: kubelet will try again; raise the limit, or spread the objects over several SecretProviderClasses`,
  }),
  SOCKET_PATH_TOO_LONG: kind<{ path: string; bytes: number; limit: number }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The path of the provider volume is longer than Linux allows for a unix socket.',
    remedy: 'Give --provider-volume a shorter path; the driver must look in the same folder.',
    examples: [{ path: '/very/long/path/aws.sock', bytes: 120, limit: 107 }],
    sentence: ({ path, bytes, limit }) =>
      `the socket ${quote(path)} has a path of ${bytes} bytes: at most ${limit} are possible, so give --provider-volume a shorter path`,
  }),
  SOCKET_DIRECTORY_MISSING: kind<{ directory: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The provider volume does not exist, or is not a directory.',
    remedy: 'Mount the host folder of the driver’s providers there, or change --provider-volume.',
    examples: [{ directory: '/var/run/secrets-store-csi-providers' }],
    sentence: ({ directory }) =>
      `the provider volume ${quote(directory)} is not a directory: mount the folder that the driver looks in there, or change --provider-volume`,
  }),
  SOCKET_DIRECTORY_NOT_WRITABLE: kind<{ directory: string; reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The provider may not create its socket in the provider volume.',
    remedy: 'Run the provider as root, and mount the folder without readOnly.',
    examples: [{ directory: '/var/run/secrets-store-csi-providers', reason: 'EROFS' }],
    sentence: ({ directory, reason }) =>
      `no socket can be made in the provider volume ${quote(directory)} (${reason}): run as root and mount it without readOnly`,
  }),
  SOCKET_NOT_BOUND: kind<{ path: string; reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The system refused to create the socket, or to replace what was there.',
    remedy: 'The message has the system’s reason; a directory of that name must be removed by hand.',
    examples: [{ path: '/var/run/secrets-store-csi-providers/aws.sock', reason: 'EISDIR' }],
    sentence: ({ path, reason }) =>
      `the socket ${quote(path)} cannot be made (${reason}): remove what stands in its place, or change --provider-volume`,
  }),
  INTERNAL_FAULT: kind<Record<never, never>>({
    status: 'INTERNAL',
    cause: 'A defect of the provider. The details are in its log, never in the event.',
    remedy: 'Report it with the log lines of this mount.',
    examples: [{}],
    sentence: () => 'the provider failed unexpectedly; its log has the details',
  }),
}
