import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Folder of the local cluster's state; undefined in a cluster that is not ours, whose nodes we leave alone. */
export const { E2E_NODE_STATE: nodeState, E2E_AGENTS: agents = '' } = process.env

/** How many times longer another cluster takes to look at a pod again: the local one does so every 10 s. */
export const slowness = nodeState === undefined ? 6 : 1

/** For the `skip` of scenarios that tamper with the node, the driver or the provider. */
export const notOurs: string | false =
  nodeState === undefined ? 'skipped: only the local cluster is tampered with' : false

/** For the `skip` of scenarios with Pod Identity. */
export function withoutAgent(family: 'ipv4' | 'ipv6'): string | false {
  if (agents === '') return 'skipped: E2E_AGENTS names no Pod Identity agent of the emulator'
  return family === 'ipv4' || agents.includes('fd00:ec2::23')
    ? false
    : 'skipped: the pods’ network has no IPv6'
}

/** Lets a process of the node be ended and stay so while `work` runs. */
export async function withoutProcess<T>(name: string, work: () => Promise<T>): Promise<T> {
  const hold = join(nodeState ?? '', 'processes', `${name}.hold`)
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
  const file = join(nodeState ?? '', 'processes', name)
  if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL')
}
