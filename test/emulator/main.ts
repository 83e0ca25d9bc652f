import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ListenAt } from './emulator.ts'
import { startEmulator } from './emulator.ts'
import { benchLatency } from './latency.ts'
import { provideFor } from './provider-lines.ts'
import type { World } from './world.ts'
import { exampleWorld } from './world.ts'

const usage = `Plays AWS (Secrets Manager, Parameter Store, STS) and the few calls of Kubernetes that a provider makes.
Prints its addresses as one line of JSON when it is ready; ends at SIGTERM.

  --world FILE              the world as JSON (test/emulator/world.ts); default: a small example
  --for-provider FOLDER     writes what a provider needs into FOLDER, and prints the lines for a shell that start one
                            against this emulator, on standard error
  --ca-out FILE             writes the certificate to trust
  --authority FILE          certificate and key to be the same authority again; made when it is not there
  --certificate-name NAME   a further name or address in the certificates; repeatable
  --aws-address, --aws-port, --proxy-address, --proxy-port, --kubernetes-address, --kubernetes-port,
  --control-address, --control-port     where to listen; default 127.0.0.1 and any port
  --pod-identity-address ADDRESS[:PORT] turns the Pod Identity agent on (IPv6 in brackets; port 80); repeatable
  --proxy-authorization USER:PASSWORD   what CONNECT must bring
  --token-key TEXT          key of the tokens minted; default random
  --keep-calls N            how many calls the log keeps; default 10000
  --no-signatures           does not verify signatures, to save CPU
  --bench-latency           typical latencies
`
const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      world: text,
      'ca-out': text,
      'for-provider': text,
      authority: text,
      'certificate-name': { type: 'string', multiple: true },
      'aws-address': text,
      'aws-port': text,
      'proxy-address': text,
      'proxy-port': text,
      'proxy-authorization': text,
      'kubernetes-address': text,
      'kubernetes-port': text,
      'control-address': text,
      'control-port': text,
      'pod-identity-address': { type: 'string', multiple: true },
      'token-key': text,
      'keep-calls': text,
      'no-signatures': flag,
      'bench-latency': flag,
      help: flag,
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return
  }
  const {
    world,
    authority,
    'ca-out': caOut,
    'proxy-authorization': authorization,
    'token-key': tokenKey,
  } = values
  const played = world === undefined ? exampleWorld() : (JSON.parse(readFileSync(world, 'utf8')) as World)
  const emulator = await startEmulator({
    world: played,
    aws: listenAt(values['aws-address'], values['aws-port']),
    proxy: {
      ...listenAt(values['proxy-address'], values['proxy-port']),
      ...(authorization === undefined ? {} : { authorization }),
    },
    kubernetes: listenAt(values['kubernetes-address'], values['kubernetes-port']),
    control: listenAt(values['control-address'], values['control-port']),
    podIdentity: (values['pod-identity-address'] ?? []).map(readAddress),
    certificateNames: values['certificate-name'] ?? [],
    verifySignatures: !values['no-signatures'],
    ...(authority !== undefined && existsSync(authority)
      ? { authority: readFileSync(authority, 'utf8') }
      : {}),
    ...(values['bench-latency'] ? { latency: benchLatency } : {}),
    ...(values['keep-calls'] === undefined ? {} : { keepCalls: Number(values['keep-calls']) }),
    ...(tokenKey === undefined ? {} : { tokenKey }),
  })
  if (authority !== undefined) {
    writeFileSync(authority, emulator.authority, { mode: 0o600 })
  }
  if (caOut !== undefined) {
    writeFileSync(caOut, emulator.certificate)
  }
  process.stdout.write(`${JSON.stringify(emulator.addresses)}\n`)
  const folder = values['for-provider']
  if (folder !== undefined) process.stderr.write(provideFor(folder, emulator, played))
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      void emulator.close().then(() => process.exit(0))
    })
  }
}

function listenAt(address: string | undefined, port: string | undefined): ListenAt {
  return {
    ...(address === undefined ? {} : { address }),
    ...(port === undefined ? {} : { port: Number(port) }),
  }
}

/** `169.254.170.23`, `127.0.0.1:8080`, `[fd00:ec2::23]`, `[::1]:0`. */
function readAddress(written: string): ListenAt {
  const [, inBrackets, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(written) ?? []
  const address = inBrackets ?? plain
  if (address === undefined) {
    throw new Error(
      `--pod-identity-address ${written}: write ADDRESS or ADDRESS:PORT, an IPv6 address in brackets.`,
    )
  }
  return { address, port: Number(port ?? 80) }
}

// No top-level await: it must also run bundled as CommonJS.
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
