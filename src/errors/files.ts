import { kind, quote, toMiB } from './kind.ts'

/** What is wrong with the files of a volume: writing them, sending them. */
export const filesErrors = {
  VOLUME_TOO_LARGE: kind<{ bytes: number; maxBytes: number; unfinished: boolean; stopped?: boolean }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The files of one volume, counting each alias and each jmesPath entry, have more bytes than allowed.',
    remedy:
      "Mount fewer or smaller objects, or spread them over several volumes; or raise the provider's --max-volume-bytes together with its memory limit.",
    examples: [{ bytes: 20_000_000, maxBytes: 8_388_608, unfinished: false }],
    sentence: ({ bytes, maxBytes, unfinished, stopped = false }) =>
      `the files of this volume would come to ${bytes} bytes${stopped ? ' or more' : ''}${unfinished ? ' without those of jmesPath' : ''}, over the limit of ${maxBytes}: mount fewer objects in one volume, or raise the provider's --max-volume-bytes together with its memory limit`,
  }),
  VOLUME_EXCEEDS_MEMORY: kind<{
    files: number
    neededBytes: number
    limitBytes: number
    driverWrites: boolean
  }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The provider’s memory limit leaves no room for the files of this volume: the volumes of a node are in memory that counts as the provider’s.',
    remedy:
      "Raise the provider's memory limit (the log has what is in use), or let the driver write the files (--driver-writes-secrets): then they count as the driver's. Fewer files help too: each takes a page of 4 KiB at least.",
    examples: [{ files: 4000, neededBytes: 120_000_000, limitBytes: 104_857_600, driverWrites: false }],
    sentence: ({ files, neededBytes, limitBytes, driverWrites }) =>
      `${files} ${files === 1 ? 'file takes' : 'files take'} ${toMiB(neededBytes)} MiB, which the provider's memory limit of ${toMiB(limitBytes)} MiB does not leave: raise the limit${driverWrites ? '' : ', let the driver write the files (--driver-writes-secrets)'}, or mount fewer files`,
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
  VOLUME_NOT_DIRECTORY: kind<{ path: string; neededFlag?: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The target path of the mount is not an absolute path of a directory. `/mnt/secrets-store` is what the secrets-store-sync-controller sends: it takes the files from the answer, and there is no volume.',
    remedy:
      'Check the kubelet directory (host path and mount propagation) that the provider pod is given. Beside the secrets-store-sync-controller, run the provider with --driver-writes-secrets.',
    examples: [{ path: '/var/lib/kubelet/pods/8b6e7e39/volumes/kubernetes.io~csi/secrets/mount' }],
    sentence: ({ path, neededFlag }) =>
      neededFlag !== undefined
        ? `the target path ${quote(path)} is not a volume: the secrets-store-sync-controller takes files from the answer alone; start the provider in its pod with ${neededFlag}`
        : `the target path ${quote(path)} is not a directory: the provider needs the kubelet's pods directory under the same path as the node`,
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
  FILE_OWNER_DENIED: kind<{ path: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The kernel does not let the provider give a file to another user or group: --allow-file-owner is set, and the capability CHOWN is missing.',
    remedy:
      'Add CHOWN to securityContext.capabilities.add of the provider’s container; the chart’s value allowFileOwner does it. At a shell, give files away as root.',
    examples: [{ path: '/var/lib/kubelet/pods/8b6e7e39/volumes/kubernetes.io~csi/secrets/mount' }],
    sentence: ({ path }) =>
      `files of the volume ${quote(path)} cannot be given to another user or group: add CHOWN to securityContext.capabilities.add of the provider's container`,
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
