import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCertificateAuthority } from '../emulator/certificate-authority.ts'
import { cacheFolder, runTool, skipWithout } from '../harness/cached-tool.ts'

/** AWS as the authors of moto understand it: an opinion that is not ours. */
export interface Moto {
  /** For HTTPS_PROXY: leads every name of AWS to moto. */
  readonly proxy: string
  /** One call over TLS: of IAM at `/`, else of moto's own API. Gives the answer's text; throws it unless 200. */
  post(path: string, body: string): Promise<string>
  /** What moto has printed. */
  log(): string
  stop(): Promise<void>
}

export const regions = ['us-east-1', 'us-west-2'] as const
const services = ['sts', 'secretsmanager', 'ssm'] as const
const names = [
  ...regions.flatMap((region) => services.map((service) => `${service}.${region}.amazonaws.com`)),
]
const requirements = join(import.meta.dirname, 'requirements.txt')

export const skipWithoutPython = skipWithout('Python 3 with venv', 'python3', [
  '-c',
  'import venv, ensurepip',
])

/**
 * Starts moto behind AWS's names; `authority` (PEM) signs its certificate. The first start installs it. By default it
 * listens on loopback, at a free port.
 */
export async function startMoto(authority: string, address = '127.0.0.1', at = 0): Promise<Moto> {
  const program = installMoto()
  const folder = mkdtempSync(join(tmpdir(), 'moto-'))
  const { certificate, serverCredentials } = createCertificateAuthority('AWS', authority)
  const { cert, key } = serverCredentials([...names, 'localhost'])
  writeFileSync(join(folder, 'cert.pem'), cert)
  writeFileSync(join(folder, 'key.pem'), key)
  const words = ['-H', address, '-p', String(at), '-s', '-c', 'cert.pem', '-k', 'key.pem']
  const server = spawn(program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { text: '' }
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text
    })
  }
  const port = await portOf(server, output)
  const proxy = createProxy(address, port)
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    post: (path, body) => post({ host: address, port, ca: certificate, path }, body),
    log: () => output.text,
    async stop() {
      proxy.close()
      const ended = new Promise((done) => server.once('exit', done))
      server.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** Installs it once. One virtual environment for each list of requirements; a half-made one is made anew. */
export function installMoto(): string {
  const key = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = join(cacheFolder, 'moto', key)
  const complete = join(folder, 'complete')
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true })
    runTool('python3', ['-m', 'venv', folder])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
    runTool(join(folder, 'bin/python'), pip)
    writeFileSync(complete, '')
  }
  return join(folder, 'bin/moto_server')
}

/** Asked for port 0, moto takes a free one and prints it. */
async function portOf(server: ChildProcess, output: { readonly text: string }): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const [, port] = /Running on https:\/\/[\d.]+:(\d+)/.exec(output.text) ?? []
    if (port !== undefined) return Number(port)
    if (server.exitCode !== null || performance.now() - begun > 60_000) {
      server.kill('SIGKILL')
      throw new Error(`moto did not start: ${output.text}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** CONNECT leads to moto whatever the name; what is no name of AWS here is refused. */
function createProxy(address: string, port: number) {
  return createServer((_request, response) => response.writeHead(403).end()).on(
    'connect',
    ({ url = '' }, client, head) => {
      if (!names.some((name) => url === `${name}:443`)) {
        client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
        return
      }
      const moto = connect(port, address, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n')
        moto.write(head)
        moto.pipe(client).pipe(moto)
      })
      moto.on('error', () => client.destroy())
      client.on('error', () => moto.destroy())
    },
  )
}

function post(
  {
    path,
    ...to
  }: { readonly host: string; readonly port: number; readonly ca: string; readonly path: string },
  body: string,
): Promise<string> {
  // Moto reads a form itself, and finds the service of a call in the scope of its signature.
  const headers =
    path === '/'
      ? {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: 'AWS4-HMAC-SHA256 Credential=operator/20200101/us-east-1/iam/aws4_request',
        }
      : { 'content-type': 'text/plain' }
  return new Promise((resolve, reject) => {
    request({ ...to, path, servername: 'localhost', method: 'POST', headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))))
    })
      .on('error', reject)
      .end(body)
  })
}
