import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Folder of the local cluster's state; undefined in a cluster that is not ours, whose nodes we leave alone. */
const { E2E_NODE_STATE: state } = process.env

/** For the `skip` of scenarios that do things to the node itself. */
export const withoutNode: string | false =
  state === undefined ? 'skipped: only the local cluster lets its node be tampered with' : false

/** Lets a process of the node be ended and stay so while `work` runs. */
export async function withoutProcess<T>(name: string, work: () => Promise<T>): Promise<T> {
  const hold = join(state ?? '', 'processes', `${name}.hold`)
  writeFileSync(hold, '')
  endProcess(name)
  try {
    return await work()
  } finally {
    rmSync(hold)
  }
}

/** Ends a process of the node at once; the node starts it again. */
export function endProcess(name: string): void {
  const file = join(state ?? '', 'processes', name)
  if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL')
}
