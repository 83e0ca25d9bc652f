import { statSync } from 'node:fs'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import type { MountTarget } from '../../class-file/pick-targets.ts'
import { TargetLocks } from '../../files/target-lock.ts'
import { writeSet } from '../../files/write-set.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { PodReference } from '../../request/mount-request.ts'
import { rawMountRequest } from '../../request/pod-attributes.ts'
import type { DriverConnection } from '../../rpc/driver-client.ts'
import type { MountResponse } from '../../rpc/proto/provider.ts'
import { makeOutputDirectory } from './output-directory.ts'

/** For whom the provider is asked. */
export interface SocketCaller {
  readonly pod: PodReference
  /** The JSON text of serviceAccount.tokens; absent where the driver would send none. */
  readonly tokens?: Sensitive<string>
}

/** A file as it lies in the directory, and the version that the provider told. */
export interface SocketFile {
  readonly path: string
  readonly version: string
  /** Absent for what the provider named and did not write. */
  readonly mode?: number
  readonly bytes?: number
}

/** How a provider ended one mount; `status` is OK or the name of another gRPC status. */
export interface SocketOutcome {
  readonly target: MountTarget
  readonly directory: string
  readonly status: string
  readonly message: string
  readonly ms: number
  readonly files: readonly SocketFile[]
  /** Who wrote the files: we did when they came in the answer, as the driver does. */
  readonly writtenBy: 'provider' | 'command'
}

/** When kubelet gives a mount up. */
const kubeletMs = 120_000

/**
 * Calls Mount as the driver would, for a directory in place of a volume. What the provider answers is no error of ours.
 *
 * @throws ProviderError OUTPUT_NOT_DIRECTORY, and those of a write for files that came in the answer
 */
export async function mountBySocket(
  target: MountTarget,
  caller: SocketCaller,
  driver: DriverConnection,
  signal: AbortSignal,
): Promise<SocketOutcome> {
  const directory = makeOutputDirectory(target.directory ?? '')
  const parameters = Array.from(target.document.parameters, ([key, { text }]) => [key, text ?? ''] as const)
  const request = rawMountRequest(parameters, caller.pod, directory, caller.tokens?.reveal())
  const begun = performance.now()
  const outcome = { target, directory, files: [], writtenBy: 'provider' as const }
  try {
    const answer = await driver.mount({ ...request, currentObjectVersion: [] }, kubeletMs, signal)
    const ms = performance.now() - begun
    const code = answer.error?.code ?? ''
    if (code !== '') return { ...outcome, status: 'OK', message: `with the error code ${code}`, ms }
    const writtenBy = answer.files.length > 0 ? 'command' : 'provider'
    if (writtenBy === 'command') await writeFiles(directory, answer, signal)
    return { ...outcome, status: 'OK', message: '', ms, writtenBy, files: filesOf(directory, answer) }
  } catch (error) {
    const { code, details } = error as { readonly code?: unknown; readonly details?: string }
    if (typeof code !== 'number') throw error
    const name = status[code] ?? `${code}`
    return { ...outcome, status: name, message: details ?? '', ms: performance.now() - begun }
  }
}

async function writeFiles(directory: string, answer: MountResponse, signal: AbortSignal): Promise<void> {
  const versions = new Map(answer.objectVersion.map(({ id, version }) => [id, version]))
  const files = answer.files.map(({ path, mode, contents }) => ({
    path,
    mode: mode & 0o777,
    content: new Sensitive(contents),
    version: versions.get(path) ?? '',
  }))
  await writeSet(directory, files, { signal, locks: new TargetLocks(), log: { warn() {} } })
}

/** One a version: whether its file is there, and how, the directory tells. */
function filesOf(directory: string, { objectVersion }: MountResponse): readonly SocketFile[] {
  return objectVersion.map(({ id, version }) => {
    const found = id === '' ? undefined : statSync(join(directory, id), { throwIfNoEntry: false })
    if (found?.isFile() !== true) return { path: id, version }
    return { path: id, version, mode: found.mode & 0o7777, bytes: found.size }
  })
}
