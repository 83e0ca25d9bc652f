import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** What a squid lets through. */
export interface SquidOptions {
  /** The proxy that it asks in turn: nothing else is ever reached. */
  readonly parent: URL
  /** Whom it lets through; anybody unless told. */
  readonly credentials?: { readonly user: string; readonly password: string }
  /** Hosts (with those below them) that it refuses. */
  readonly refuses?: readonly string[]
}

/** A squid as a process of its own. */
export interface Squid {
  readonly host: string
  /** A line for each request it had. */
  accessLog(): string
  stop(): Promise<void>
}

/** Starts a squid of its own on loopback, which hands all tunnels on to another proxy. Needs the Debian package. */
export async function startSquid({ parent, credentials, refuses = [] }: SquidOptions): Promise<Squid> {
  const folder = mkdtempSync(join(tmpdir(), 'squid-'))
  // Squid gives up root for a user of its own, who writes the log.
  chmodSync(folder, 0o777)
  const port = await freePort()
  const config = join(folder, 'squid.conf')
  writeFileSync(config, configOf({ parent, refuses, port, folder, withPassword: credentials !== undefined }))
  if (credentials !== undefined) {
    const hash = execFileSync('openssl', ['passwd', '-apr1', credentials.password]).toString().trim()
    writeFileSync(join(folder, 'passwords'), `${credentials.user}:${hash}\n`)
  }
  const child = spawn('squid', ['-N', '-f', config], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(String(text)))
  try {
    await untilListening(child, port)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new Error(`squid does not serve: ${said.join('')}`, { cause: error })
  }
  return {
    host: `127.0.0.1:${port}`,
    accessLog: () => readFileSync(join(folder, 'access.log'), 'utf8'),
    async stop() {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface ConfigParts {
  readonly parent: URL
  readonly refuses: readonly string[]
  readonly port: number
  readonly folder: string
  readonly withPassword: boolean
}

function configOf({ parent, refuses, port, folder, withPassword }: ConfigParts): string {
  return [
    `http_port 127.0.0.1:${port}`,
    `pid_filename ${folder}/squid.pid`,
    `access_log stdio:${folder}/access.log`,
    `cache_log ${folder}/cache.log`,
    'cache deny all',
    'shutdown_lifetime 0 seconds',
    `cache_peer ${parent.hostname} parent ${parent.port} 0 no-query no-digest default`,
    'never_direct allow all',
    ...(refuses.length === 0 ? [] : [`acl refused dstdomain ${refuses.map((host) => `.${host}`).join(' ')}`]),
    ...(refuses.length === 0 ? [] : ['http_access deny refused']),
    ...(withPassword
      ? [
          `auth_param basic program /usr/lib/squid/basic_ncsa_auth ${folder}/passwords`,
          'auth_param basic children 1',
          'acl known proxy_auth REQUIRED',
          'http_access allow known',
          'http_access deny all',
        ]
      : ['http_access allow all']),
    '',
  ].join('\n')
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const end = performance.now() + 30_000
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isThere) return
    if (child.exitCode !== null || performance.now() > end) throw new Error('it does not listen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
