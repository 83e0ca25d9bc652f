import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Counters } from '../emulator/call-log.ts'
import type { EmulatorAddresses } from '../emulator/emulator.ts'
import type { Fault } from '../emulator/faults.ts'
import type { Latency } from '../emulator/latency.ts'
import type { Rotation } from '../emulator/rotate.ts'
import { mintToken, type TokenWish } from '../emulator/web-identity-token.ts'
import { benchWorld } from './bench-world.ts'

const program = fileURLToPath(new URL('../emulator/main.ts', import.meta.url))

/** AWS and Kubernetes in a process of their own, so that their CPU is not the driver's or the provider's. */
export interface BenchEmulator {
  readonly addresses: EmulatorAddresses
  readonly pid: number
  /** File with the certificate to trust. */
  readonly certificateFile: string
  counters(): Promise<Counters>
  clearCounters(): Promise<void>
  setLatency(latency: Latency): Promise<void>
  addFault(fault: Fault): Promise<void>
  clearFaults(): Promise<void>
  /** Closes every connection, so that each provider finds the world in the same state. */
  resetConnections(): Promise<void>
  rotate(rotation: Rotation): Promise<void>
  /** Moves AWS's clock so many seconds away from ours. */
  setClockOffset(seconds: number): Promise<void>
  mintToken(wish: TokenWish): string
  stop(): Promise<void>
}

/** Starts it with its files in `folder`; `awsAddress` is where port 443 is free, else it is reached by proxy. */
export async function startBenchEmulator(folder: string, awsAddress?: string): Promise<BenchEmulator> {
  const [world, certificateFile] = [join(folder, 'world.json'), join(folder, 'ca.crt')]
  writeFileSync(world, JSON.stringify(benchWorld()))
  const tokenKey = randomBytes(16).toString('hex')
  const words = ['--world', world, '--ca-out', certificateFile, '--token-key', tokenKey]
  const quiet = ['--keep-calls', '0', '--no-signatures']
  const at = awsAddress === undefined ? [] : ['--aws-address', awsAddress, '--aws-port', '443']
  const child = spawn(process.execPath, [program, ...words, ...quiet, ...at], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const line = await Promise.race([
    new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text)))),
    ended.then(() => {
      throw new Error('the emulator ended at its start')
    }),
  ])
  const addresses = JSON.parse(line) as EmulatorAddresses
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const ask = () => fetch(`${addresses.control}${path}`, init)
    // Once more: a connection that was kept may end as it is taken.
    const response = await ask().catch(ask)
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return response.json()
  }
  const done = async (method: string, path: string, body?: unknown): Promise<void> => {
    await call(method, path, body)
  }
  return {
    addresses,
    pid: child.pid ?? 0,
    certificateFile,
    counters: async () => (await call('GET', '/counters')) as Counters,
    clearCounters: () => done('DELETE', '/calls'),
    setLatency: (latency) => done('PUT', '/latency', latency),
    addFault: (fault) => done('POST', '/faults', fault),
    clearFaults: () => done('DELETE', '/faults'),
    resetConnections: () => done('DELETE', '/connections'),
    rotate: (rotation) => done('POST', '/rotate', rotation),
    setClockOffset: (seconds) => done('PUT', '/clock', { seconds }),
    mintToken: (wish) => mintToken(wish, tokenKey, Date.now() / 1000),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The certificate's text. */
export function certificateOf(emulator: BenchEmulator): string {
  return readFileSync(emulator.certificateFile, 'utf8')
}
