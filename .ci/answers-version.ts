import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { rootCertificates } from 'node:tls'
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js'
import { providerName } from '../src/process/version.ts'

/**
 * node .ci/answers-version.ts <command…>
 * Starts the executable as a node would, asks it for its version over the socket, stops it by SIGTERM,
 * and fails unless it answered and ended with 0. Slow machines (an emulator) get two minutes.
 */
const [program, ...args] = process.argv.slice(2)
if (program === undefined) throw new Error('Say which command to start')
const folder = await mkdtemp(join(tmpdir(), 'answers-version-'))
const socket = join(folder, 'aws.sock')
// A pod's service account, for a Kubernetes API that nobody asks here.
await writeFile(join(folder, 'token'), 'unused')
await writeFile(join(folder, 'ca.crt'), rootCertificates[0] ?? '')
const flags = [`--provider-volume=${folder}`, `--service-account-directory=${folder}`, '--health-port=0']
const environment = {
  PATH: process.env.PATH,
  KUBERNETES_SERVICE_HOST: '127.0.0.1',
  KUBERNETES_SERVICE_PORT: '1',
}
const started = performance.now()
const child = spawn(program, [...args, ...flags], {
  env: environment,
  stdio: ['ignore', 'inherit', 'inherit'],
})
const ended = new Promise<number | null>((resolve) =>
  child.on('exit', resolve).on('error', () => resolve(null)),
)
let failed = true
try {
  await untilListening()
  const answer = await askVersion()
  const milliseconds = Math.round(performance.now() - started)
  if (!answer.includes(providerName)) throw new Error(`Version answered ${JSON.stringify(answer.toString())}`)
  child.kill('SIGTERM')
  const code = await ended
  if (code !== 0) throw new Error(`After SIGTERM it ended with ${code}`)
  process.stdout.write(`answered Version ${milliseconds} ms after its start, ended with 0\n`)
  failed = false
} finally {
  child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
  process.exitCode = failed ? 1 : 0
}

async function untilListening(): Promise<void> {
  while (!(await accepts())) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`It ended with ${child.exitCode ?? child.signalCode ?? 'no start'} before it listened`)
    }
    if (performance.now() - started > 120_000) throw new Error('It did not listen within two minutes')
    await sleep(2)
  }
}

function accepts(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket, () => {
      probe.destroy()
      resolve(true)
    }).on('error', () => resolve(false))
  })
}

/** Speaks in plain bytes, so that the check needs no generated code: the answer holds our name as text. */
function askVersion(): Promise<Buffer> {
  const same = (bytes: Buffer) => bytes
  const Client = makeGenericClientConstructor({}, 'CSIDriverProvider')
  const client = new Client(`unix:${socket}`, credentials.createInsecure())
  const deadline = Date.now() + 120_000
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/v1alpha1.CSIDriverProvider/Version',
      same,
      same,
      Buffer.from('\x0a\x08v1alpha1'),
      { deadline },
      (error, value) => {
        client.close()
        if (value === undefined) reject(error)
        else resolve(value)
      },
    )
  })
}
