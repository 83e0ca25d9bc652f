import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

const folder = '/var/log/pods'

/** What containers of the node log, those among it that are gone before somebody asks. */
export interface FollowedLogs {
  /** Lines of one container since the start, the latest of each pod last. */
  lines(container: RegExp): readonly string[]
  /** What the node's own processes have logged since the start. */
  ofNode(): string
  stop(): void
}

interface OpenLog {
  readonly container: string
  readonly fd: number
}

/**
 * Keeps the log of each container in `kube-system` open: the kubelet deletes it with its pod. `state` is the folder of
 * the local cluster.
 */
export function followLogs(state: string): FollowedLogs {
  const since = new Date()
  const open = new Map<number, OpenLog>()
  const sizes = new Map(nodeLogs(state).map((file) => [file, statSync(file).size]))
  const look = () => {
    for (const { container, file } of containerLogs()) {
      const fd = openIfThere(file)
      if (fd === undefined) continue
      const { ino } = fstatSync(fd)
      if (open.has(ino)) closeSync(fd)
      else open.set(ino, { container, fd })
    }
  }
  look()
  const timer = setInterval(look, 300)
  timer.unref()
  return {
    lines(container) {
      look()
      const found = [...open.values()].filter((log) => container.test(log.container))
      // Where nothing is looked at, nothing is found.
      if (found.length === 0) throw new Error(`No log of ${container} in ${folder}`)
      return found.flatMap(({ fd }) => entriesSince(readAll(fd), since))
    },
    ofNode: () =>
      nodeLogs(state)
        .map((file) => readFileSync(file).subarray(sizes.get(file) ?? 0))
        .join('\n'),
    stop() {
      clearInterval(timer)
      for (const { fd } of open.values()) closeSync(fd)
    },
  }
}

/** The emulator's is AWS's own. */
function nodeLogs(state: string): readonly string[] {
  const log = join(state, 'log')
  return readdirSync(log)
    .filter((file) => file !== 'emulator.log')
    .map((file) => join(log, file))
}

/** As the kubelet lays them out: `NAMESPACE_POD_UID/CONTAINER/RESTARTS.log`. */
function containerLogs(): readonly { readonly container: string; readonly file: string }[] {
  return listed(folder)
    .filter((pod) => pod.startsWith('kube-system_'))
    .flatMap((pod) => listed(join(folder, pod)).map((container) => join(pod, container)))
    .flatMap((container) =>
      listed(join(folder, container)).map((file) => ({ container, file: join(folder, container, file) })),
    )
}

/** A folder may be gone since it was seen. */
function listed(path: string): readonly string[] {
  return unlessGone(() => readdirSync(path)) ?? []
}

function openIfThere(file: string): number | undefined {
  return unlessGone(() => openSync(file, 'r'))
}

function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function readAll(fd: number): string {
  const bytes = Buffer.alloc(fstatSync(fd).size)
  const length = readSync(fd, bytes, 0, bytes.length, 0)
  return bytes.toString('utf8', 0, length)
}

/** Lines of a log in the form of CRI: `TIME STREAM F TEXT`, long ones in parts that are marked P. */
function entriesSince(text: string, since: Date): readonly string[] {
  const entries: string[] = []
  let begun = ''
  for (const line of text.split('\n')) {
    const [, time = '', part, rest = ''] = /^(\S+) \w+ ([FP]) (.*)$/.exec(line) ?? []
    if (part === undefined) continue
    begun += rest
    if (part === 'P') continue
    if (new Date(time) >= since) entries.push(begun)
    begun = ''
  }
  return entries
}
