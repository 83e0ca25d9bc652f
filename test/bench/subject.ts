import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectDriver, type DriverConnection } from '../../src/rpc/driver-client.ts'
import { installerEnvironment } from '../fixtures/installer-environment.ts'
import { type BenchEmulator, certificateOf } from './bench-emulator.ts'
import { type Cgroup, type CgroupLimits, createCgroup } from './cgroup.ts'
import { serviceAccountFolder } from './namespace.ts'

/** A provider that is measured: the command that starts it. */
export interface Subject {
  /** What tables and charts call it. */
  readonly name: string
  readonly command: readonly string[]
}

export interface StartOptions {
  readonly flags?: readonly string[]
  readonly limits?: CgroupLimits
  /** Quiet time before the first mount, milliseconds; default 250. A pod seldom comes in the first blink. */
  readonly settleMs?: number
  /** An existing folder for the socket, which a successor takes over; one of its own unless told. */
  readonly socketFolder?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** The surroundings in which a subject starts. */
export interface Surroundings {
  readonly emulator: BenchEmulator
  /** Scratch folder. */
  readonly folder: string
  /** Names and service account are where every provider looks; else ours is told by flags and a proxy. */
  readonly inNamespace: boolean
  readonly cgroups: boolean
}

/** A provider as a process, with the driver's one connection to it. */
export interface Running {
  readonly process: ChildProcess
  readonly pid: number
  readonly driver: DriverConnection
  /** Milliseconds from the start to the first answered Version. */
  readonly startMs: number
  readonly cgroup: Cgroup | undefined
  /** Whether it has ended by itself. */
  over(): boolean
  stop(): Promise<void>
}

const startTimeMs = 90_000

/** Starts the subject and waits for its first Version. Throws when it ends first, or after 90 s. */
export async function startSubject(
  { command }: Subject,
  surroundings: Surroundings,
  { flags = [], limits = {}, settleMs = 250, socketFolder, environment: more = {} }: StartOptions = {},
): Promise<Running> {
  const volume = socketFolder ?? mkdtempSync(join(surroundings.folder, 'socket-'))
  const cgroup = surroundings.cgroups ? createCgroup(limits) : undefined
  const { words, environment } = placeFor(surroundings)
  const doors = (cgroup?.doors ?? []).map((door) => `echo $$ > ${door}`)
  const script = [...doors, 'exec "$0" "$@"'].join(' && ')
  const begun = performance.now()
  const [program = '', ...rest] = command
  const arguments_ = [...rest, `--provider-volume=${volume}`, ...words, ...flags]
  const child = spawn('sh', ['-c', script, program, ...arguments_], {
    env: { ...environment, ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let [log, over] = ['', false]
  child.stderr.on('data', (text: Buffer) => {
    log = `${log}${text}`.slice(-4_000)
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      over = true
      resolve()
    })
  })
  const socket = join(volume, 'aws.sock')
  const driver = connectDriver(socket)
  const stop = async () => {
    driver.close()
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(timer)
    await cgroup?.remove()
    if (socketFolder === undefined) rmSync(volume, { recursive: true, force: true })
  }
  const answered = await answersVersion(socket, driver, begun, () => over)
  const startMs = performance.now() - begun
  if (!answered) {
    await stop()
    throw new Error(`${program} did not answer Version: ${log}`)
  }
  await sleep(settleMs)
  return { process: child, pid: child.pid ?? 0, driver, startMs, cgroup, over: () => over, stop }
}

async function answersVersion(
  socket: string,
  driver: DriverConnection,
  begun: number,
  over: () => boolean,
): Promise<boolean> {
  while (!over() && performance.now() - begun < startTimeMs) {
    // The first call connects: before there is a socket it would fail, and wait before it tries again.
    if (existsSync(socket) && (await driver.version(30_000).then(Boolean, () => false))) return true
    await sleep(1)
  }
  return false
}

function placeFor({ emulator, folder, inNamespace }: Surroundings): {
  readonly words: readonly string[]
  readonly environment: Record<string, string>
} {
  const kubernetes = new URL(emulator.addresses.kubernetes)
  const account = inNamespace ? serviceAccountFolder : join(folder, 'service-account')
  mkdirSync(account, { recursive: true })
  writeFileSync(join(account, 'token'), 'provider-token')
  writeFileSync(join(account, 'ca.crt'), certificateOf(emulator))
  const { certificateFile } = emulator
  const environment = {
    PATH: process.env.PATH ?? '',
    KUBERNETES_SERVICE_HOST: kubernetes.hostname,
    KUBERNETES_SERVICE_PORT: kubernetes.port,
    NODE_NAME: 'node-1',
    SSL_CERT_FILE: certificateFile,
    NODE_EXTRA_CA_CERTS: certificateFile,
    AWS_CA_BUNDLE: certificateFile,
    ...installerEnvironment(),
  }
  if (inNamespace) return { words: [], environment }
  return {
    words: [`--service-account-directory=${account}`, '--health-port=0'],
    environment: { ...environment, HTTPS_PROXY: emulator.addresses.proxy },
  }
}
