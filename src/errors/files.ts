import { kind, quote } from './kind.ts'

/** What is wrong with the files of a volume: writing them, sending them. */
export const filesErrors = {
  FILE_PATH_UNSAFE: kind<{ path: string; reason: string }>({
    status: 'INTERNAL',
    cause: 'A file name reached the writer that would leave the volume or clash with another.',
    remedy: 'Report it: such names are refused before anything is fetched.',
    sentence: ({ path, reason }) => `the file name ${quote(path)} is not written: ${reason}`,
  }),
  FILE_BLOCKED: kind<{ path: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The volume holds a directory of this name with files that are not ours, left by an earlier provider.',
    remedy: 'Choose another objectAlias, or start the pod anew: a new pod gets an empty volume.',
    sentence: ({ path }) =>
      `the file ${quote(path)} cannot be written: the volume has a directory of that name with files of another writer in it; choose another objectAlias, or restart the pod`,
  }),
  VOLUME_NOT_DIRECTORY: kind<{ path: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The target path of the mount is not an absolute path of a directory.',
    remedy: 'Check the kubelet directory (host path and mount propagation) that the provider pod is given.',
    sentence: ({ path }) =>
      `the target path ${quote(path)} is not a directory: the provider needs the kubelet's pods directory under the same path as the node`,
  }),
  VOLUME_WRITE_FAILED: kind<{ path: string; errno: string; syscall: string }>({
    status: 'INTERNAL',
    cause: 'The kernel refused to write the volume.',
    remedy:
      'See the errno: ENOENT, the directory is gone or not mounted into the provider; ENOSPC or ENOMEM, no memory left for the volume; EROFS, EACCES, EPERM, the provider may not write there.',
    sentence: ({ path, errno, syscall }) =>
      `the volume ${quote(path)} could not be written: ${syscall} failed with ${errno}${errnoHint(errno)}`,
  }),
  RESPONSE_TOO_LARGE: kind<{ bytes: number; maxBytes: number }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The secrets of one mount are larger than the answer that the driver accepts.',
    remedy:
      "Raise the driver's --max-call-recv-msg-size and the provider's --max-response-bytes together, or let the provider write the files (no --driver-writes-secrets).",
    sentence: ({ bytes, maxBytes }) =>
      `the answer would be ${bytes} bytes, over the limit of ${maxBytes}: raise the driver's --max-call-recv-msg-size together with the provider's --max-response-bytes, or remove --driver-writes-secrets so that the provider writes the files`,
  }),
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
