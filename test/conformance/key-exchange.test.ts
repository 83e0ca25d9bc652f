import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { serveFlags } from '../../src/settings/serve-flags.ts'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { mountAs } from '../harness/driver.ts'
import { startProvider } from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'

let emulator: Emulator
let folder: string

before(async () => {
  // An AWS that takes nothing else: whoever does not offer it gets no connection.
  emulator = await startEmulator({ world: examplesWorld(), keyExchange: 'X25519MLKEM768' })
  folder = mkdtempSync(join(tmpdir(), 'key-exchange-'))
  writeFileSync(join(folder, 'ca.pem'), emulator.certificate)
})
after(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A value of each flag, other than its default where there is one. */
const flags: Readonly<Record<string, string>> = {
  'driver-writes-secrets': 'true',
  qps: '-1',
  burst: '1',
  'eks-addon-version': 'v9',
  'pod-identity-http-timeout': '1s',
  'max-response-bytes': '5000000',
  'max-volume-bytes': '5000000',
  'log-level': 'trace',
  'log-format': 'text',
  v: '9',
}
/** What a test of one process has from its harness, or cannot have. */
const given = ['provider-volume', 'service-account-directory', 'health-port', 'kubeconfig']

const environments: readonly (readonly [title: string, environment: Readonly<Record<string, string>>])[] = [
  ['nothing', {}],
  ['FIPS and dual-stack endpoints', { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' }],
  ['certificates of one’s own', { NODE_EXTRA_CA_CERTS: 'CA', SSL_CERT_FILE: 'CA' }],
  ['Node’s own options', { NODE_OPTIONS: '--tls-max-v1.2' }],
]

test('every flag is tried, or given by the harness', () => {
  assert.deepEqual(
    serveFlags.map(({ name }) => name as string).toSorted(),
    [...Object.keys(flags), ...given].toSorted(),
  )
})

for (const [title, environment] of environments) {
  test(`with all flags and ${title}, TLS to AWS offers a post-quantum key exchange`, async () => {
    const variables = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value === 'CA' ? join(folder, 'ca.pem') : value,
      ]),
    )
    const provider = await startProvider(emulator, {
      environment: variables,
      flags: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    })
    try {
      const objects = objectsText({ objectName: 'MySecret', objectType: 'secretsmanager' })
      const { status, message } = await mountAs(emulator, provider, {
        parameters: { region: 'us-east-1', objects },
      })
      assert.equal(status, 'OK', message)
    } finally {
      await provider.stop()
    }
  })
}
