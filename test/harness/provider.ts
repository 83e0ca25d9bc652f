import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { callVersion } from '../../src/rpc/driver-client.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { denoEnvironment } from '../fixtures/deno-environment.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'

export interface ProviderOptions {
  /** The program to start; default: PROVIDER_COMMAND, else the packaged executable. */
  readonly command?: readonly string[]
  readonly flags?: readonly string[]
  /** Over the environment that leads to the emulator; undefined removes a variable. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** An existing folder for the socket; default: one of its own. */
  readonly volume?: string
  /** The program may end instead of serving. */
  readonly mayEnd?: boolean
}

/** A provider as a process of its own, started as on a node: only its surroundings are the emulator's. */
export interface Provider {
  readonly socket: string
  /** A folder for what a test writes, removed at the end. */
  readonly scratch: string
  readonly process: ChildProcess
  /** Milliseconds from the start to the first answered Version. */
  readonly readyMs: number
  /** Everything written to standard error so far. */
  log(): string
  /** Log lines as objects. */
  lines(): readonly Readonly<Record<string, unknown>>[]
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Ends the process, when it still runs, and removes the scratch folder. */
  stop(): Promise<void>
}

export function providerCommand(): readonly string[] {
  const given = process.env.PROVIDER_COMMAND
  return given
    ? given.split(' ')
    : [join(root, `dist/secrets-store-csi-driver-provider-aws-linux-${architecture}`)]
}

/** Whether the provider is the executable with Node inside, with its V8 flags and its bounds, and not the source under Deno. */
export function isPackaged(): boolean {
  return providerCommand().length === 1
}

/** How many tests of a kind run at once: fewer where the provider is slow, since clocks are plain there (docs/deno.md). */
export function testsAtOnce(packaged: number): number {
  return isPackaged() ? packaged : Math.min(packaged, 4)
}

/** Starts a provider against the emulator and waits for its first Version (30 s: tests share their machine). */
export async function startProvider(emulator: Emulator, options: ProviderOptions = {}): Promise<Provider> {
  const scratch = mkdtempSync(join(tmpdir(), 'provider-'))
  const volume = options.volume ?? scratch
  writeFileSync(join(scratch, 'token'), 'provider-token')
  writeFileSync(join(scratch, 'ca.crt'), emulator.certificate)
  const kubernetes = new URL(emulator.addresses.kubernetes)
  const environment = {
    PATH: process.env.PATH,
    ...(isPackaged() ? {} : denoEnvironment),
    KUBERNETES_SERVICE_HOST: kubernetes.hostname.replace(/^\[|\]$/g, ''),
    KUBERNETES_SERVICE_PORT: kubernetes.port,
    NODE_NAME: 'node-1',
    HTTPS_PROXY: emulator.addresses.proxy,
    AWS_CA_BUNDLE: join(scratch, 'ca.crt'),
    ...options.environment,
  }
  const [program = '', ...words] = options.command ?? providerCommand()
  const flags = [`--provider-volume=${volume}`, `--service-account-directory=${scratch}`, '--health-port=0']
  const begun = performance.now()
  const child = spawn(program, [...words, ...flags, ...(options.flags ?? [])], {
    env: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)),
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      noteCrash(signal)
      resolve(signal ?? code ?? 0)
    })
  })
  const socket = join(volume, 'aws.sock')
  let over = false
  ended.then(
    () => {
      over = true
    },
    () => {
      over = true
    },
  )
  const stop = async () => {
    if (!over) child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    await ended
    clearTimeout(timer)
    rmSync(scratch, { recursive: true, force: true })
  }
  for (;;) {
    if (over) {
      if (options.mayEnd === true) break
      throw new Error(`the provider ended at its start: ${log}`)
    }
    if (await callVersion(socket, 1_000).then(Boolean, () => false)) break
    if (performance.now() - begun > 30_000) {
      await stop()
      throw new Error(`the provider did not answer Version within 30 s: ${log}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const readyMs = performance.now() - begun
  const lines = () =>
    log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  return { socket, scratch, process: child, readyMs, log: () => log, lines, ended, stop }
}

/** Tells whoever runs the tests (by a line in the file that PROVIDER_CRASHES names) that the runtime itself broke. */
function noteCrash(signal: NodeJS.Signals | null): void {
  const file = process.env.PROVIDER_CRASHES
  if (file && (signal === 'SIGSEGV' || signal === 'SIGABRT')) appendFileSync(file, `${signal}\n`)
}
