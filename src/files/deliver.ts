import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { VolumeFile, VolumeSet } from '../content/volume-file.ts'
import type { MountRequest } from '../request/mount-request.ts'
import { bytesSent, type MemoryRoom } from './memory-room.ts'
import { checkResponseSize } from './response-size.ts'
import { TargetLocks } from './target-lock.ts'
import { touchIfEqual } from './touch-if-equal.ts'
import { type WriteResult, writeSet } from './write-set.ts'

/** What a mount tells the driver. */
export interface MountAnswer {
  /** A file's path in the volume and the version AWS reports: one entry a file, never none. */
  readonly objectVersions: readonly { readonly id: string; readonly version: string }[]
  /** The files themselves when the driver writes them; else none. */
  readonly files: readonly VolumeFile[]
  /** To be called when it has been sent, or nobody wants it any more: it holds room until then. */
  readonly over?: () => void
}

/**
 * Waits until the answers that are on their way leave room for so many bytes; gives the way to let it go again.
 * @throws the signal's reason.
 */
export type AwaitSending = (bytes: number, signal: AbortSignal) => Promise<() => void>

interface DeliverySettings {
  readonly driverWritesSecrets: boolean
  readonly maxResponseBytes: number
}

interface DeliveryLog {
  warn(details: Readonly<Record<string, unknown>>, message: string): void
}

interface DeliveryTrace {
  written: WriteResult | undefined
}

/**
 * Puts the files of a mount where they belong.
 * @throws {ProviderError}, or the signal's reason.
 */
export type Deliver = (
  request: Pick<MountRequest, 'targetPath'>,
  set: VolumeSet,
  signal: AbortSignal,
  trace: DeliveryTrace,
) => Promise<MountAnswer>

/**
 * Makes the last step of a mount: files into the volume as one set, or into the answer when the driver writes
 * them. Either way the target directory's time moves, so that the driver does not ask again at every resync.
 */
export function createDelivery(
  { driverWritesSecrets, maxResponseBytes }: DeliverySettings,
  log: DeliveryLog,
  room: Pick<MemoryRoom, 'holdSoon' | 'check'>,
  metrics: { files(counts: Readonly<Record<string, number>>): void },
  awaitSending: AwaitSending,
): Deliver {
  const locks = new TargetLocks()

  /** The answer with the files, which the driver writes. */
  async function send(targetPath: string, set: VolumeSet, signal: AbortSignal): Promise<MountAnswer> {
    const { files } = set
    const answer = { objectVersions: versionsOf(files), files }
    checkResponseSize(answer, maxResponseBytes)
    room.check(files)
    let otherModes = 0
    const isUnchanged = await touchIfEqual(targetPath, files, () => {
      otherModes += 1
    })
    if (isUnchanged && otherModes > 0)
      log.warn({ targetPath: targetPath.slice(0, 500), files: otherModes }, modeWords)
    const stale = staleOf(targetPath, set)
    if (stale.length > 0) log.warn({ targetPath, files: stale.slice(0, mostNamed) }, staleWords(files))
    metrics.files({ sent: files.length })
    return { ...answer, over: await awaitSending(bytesSent(files), signal) }
  }

  async function write(
    targetPath: string,
    set: VolumeSet,
    signal: AbortSignal,
  ): Promise<[MountAnswer, WriteResult]> {
    const { files } = set
    const answer = { objectVersions: versionsOf(files), files: [] }
    checkResponseSize(answer, maxResponseBytes)
    const stale = staleOf(targetPath, set)
    const makeRoom = () => room.holdSoon(files, signal)
    const result = await writeSet(targetPath, files, { signal, locks, log, makeRoom })
    const left = new Set(shownOf(targetPath, stale))
    const gone = stale.filter((path) => !left.has(path))
    if (gone.length > 0) log.warn({ targetPath, files: gone.slice(0, mostNamed) }, goneWords)
    const { changed, written, removed } = result
    metrics.files({ written, removed, unchanged: changed ? 0 : files.length })
    return [answer, result]
  }

  return async ({ targetPath }, set, signal, trace) => {
    if (driverWritesSecrets) return send(targetPath, set, signal)
    const [answer, written] = await write(targetPath, set, signal)
    trace.written = written
    return answer
  }
}

const mostNamed = 20
const modeWords = 'the driver does not change the mode of a file whose content is the same: recreate the pod'
const goneWords = 'optional objects are missing now: their files are removed'

/** The driver writes nothing for an answer without files. */
function staleWords(files: readonly VolumeFile[]): string {
  return files.length > 0
    ? goneWords
    : 'all objects are optional and missing now: the driver leaves the files of before in place'
}

/** The driver wants one entry at least. No file can have this id: no path of a volume begins with two dots. */
const noFiles = { id: '..empty', version: 'none' }

function versionsOf(files: readonly VolumeFile[]): MountAnswer['objectVersions'] {
  return files.length === 0 ? [noFiles] : files.map(({ path, version }) => ({ id: path, version }))
}

/** What the volume shows of optional objects that are missing: by their paths, and else by what nothing of the set explains. */
function staleOf(targetPath: string, { files, absent, lacksUnnamed }: VolumeSet): readonly string[] {
  const named = shownOf(targetPath, absent)
  if (!lacksUnnamed) return named
  const known = new Set([...files.map(({ path }) => path), ...named].map((path) => path.split('/', 1)[0]))
  const others = namesIn(targetPath).filter((name) => !(name.startsWith('..') || known.has(name)))
  return [...named, ...others]
}

/** None of a folder that cannot be read: whoever writes into it says so. */
function namesIn(targetPath: string): readonly string[] {
  try {
    return readdirSync(targetPath)
  } catch {
    return []
  }
}

/** Those of the paths at which the volume has something. */
function shownOf(targetPath: string, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => isShown(join(targetPath, path)))
}

/** Nothing is shown below a file; of a folder that cannot be read, whoever writes into it says so. */
function isShown(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}
