import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { buildGoProgram, cacheFolder } from '../harness/cached-tool.ts'

/** A span as the collector has read it. */
export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  /** 2 is an error. */
  readonly status: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

/** OpenTelemetry's collector as a process of its own. */
export interface Collector {
  /** Spans that arrived so far. */
  spans(): readonly ReceivedSpan[]
  stop(): Promise<void>
}

/** PEM files: a CA, and what it has signed for a server on loopback and for a client. */
export interface TlsFiles {
  readonly ca: string
  readonly server: { readonly certificate: string; readonly key: string }
  readonly client: { readonly certificate: string; readonly key: string }
}

const cache = join(cacheFolder, 'collector')

/** Compiles the collector, from what earlier runs have fetched and compiled, and gives the program's path. */
export function buildCollector(): string {
  const folder = join(import.meta.dirname, 'go')
  return buildGoProgram({ folder, cache, name: 'collector', flags: ['-ldflags=-s -w'] })
}

/** Starts the collector on a port of loopback; with `tls` it asks for a certificate, and takes nothing but gzip. */
export async function startCollector(program: string, port: number, tls?: TlsFiles): Promise<Collector> {
  const folder = mkdtempSync(join(tmpdir(), 'collector-'))
  const config = join(folder, 'config.yaml')
  const secured =
    tls === undefined
      ? {}
      : {
          tls: { cert_file: tls.server.certificate, key_file: tls.server.key, client_ca_file: tls.ca },
          compression_algorithms: ['gzip'],
        }
  writeFileSync(
    config,
    stringify({
      receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}`, ...secured } } } },
      exporters: { lines: {} },
      service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['lines'] } } },
    }),
  )
  const child = spawn(program, ['--config', `file:${config}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  let received = ''
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  if (!(await listens(port, child))) {
    await stop()
    throw new Error(`the collector does not serve: ${said}`)
  }
  return { spans: () => received.split('\n').filter(Boolean).flatMap(spansOf), stop }
}

/** Makes a CA, and certificates of it for both sides. Needs openssl. */
export function createTlsFiles(folder: string): TlsFiles {
  const openssl = (...words: readonly string[]) =>
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=collector-ca')
  const signed = (name: string, usage: string) => {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=IP:127.0.0.1\nextendedKeyUsage=${usage}\n`)
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial']
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...authority,
      '-out',
      `${name}.pem`,
      '-extfile',
      `${name}.ext`,
    )
    return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  }
  return {
    ca: join(folder, 'ca.pem'),
    server: signed('server', 'serverAuth'),
    client: signed('client', 'clientAuth'),
  }
}

async function listens(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null) {
    const socket = net.connect(port, '127.0.0.1')
    const reached = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (reached) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface Line {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string
        readonly traceId: string
        readonly spanId: string
        readonly parentSpanId?: string
        readonly status: { readonly code?: number }
        readonly attributes?: readonly Attribute[]
      }[]
    }[]
  }[]
}

function spansOf(line: string): readonly ReceivedSpan[] {
  const { resourceSpans }: Line = JSON.parse(line)
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ attributes = [], status, parentSpanId = '', ...rest }) => ({
        ...rest,
        parentSpanId,
        status: status.code ?? 0,
        attributes: recordOf(attributes),
        resource: recordOf(resource.attributes),
      })),
    ),
  )
}

function recordOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
