import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'

/** AWS's address and the Pod Identity agent's inside the local cluster. */
const awsAddress = '172.30.0.2'
const agentAddresses = ['169.254.170.23', '[fd00:ec2::23]'] as const

export interface ClusterEmulator {
  readonly process: ChildProcess
  /** Where the agent listens. IPv6 only where the pods' network has it. */
  readonly agents: readonly string[]
}

/**
 * Starts the emulator inside the cluster's network, in a process group of its own.
 *
 * @throws When it does not come up; why stands in the log.
 */
export async function startEmulator(
  inside: string,
  main: string,
  log: string,
  env: NodeJS.ProcessEnv,
): Promise<ClusterEmulator> {
  const hasIpv6 = spawnSync(inside, ['ip', '-6', 'addr', 'show', 'to', 'fd00:ec2::23'], { env }).stdout
  const agents = hasIpv6.length > 0 ? agentAddresses : agentAddresses.slice(0, 1)
  const words = [
    ...['--aws-address', awsAddress, '--aws-port', '443'],
    ...['--control-address', awsAddress, '--control-port', '8080'],
    ...agents.flatMap((address) => ['--pod-identity-address', address]),
  ]
  const emulator = spawn(inside, [process.execPath, main, ...words], {
    env,
    stdio: ['ignore', 'pipe', openSync(log, 'a')],
    detached: true,
  })
  await Promise.race([once(emulator.stdout ?? emulator, 'data'), once(emulator, 'exit')])
  if (emulator.exitCode !== null) throw new Error(`The emulator did not come up, see ${log}`)
  // Nothing of it keeps us running.
  emulator.stdout?.destroy()
  emulator.unref()
  return { process: emulator, agents }
}
