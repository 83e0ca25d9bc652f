import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { type Provider, startProvider } from './provider.ts'

/** The role of the service account shop-agent, and of nobody else. */
export const agentRole = 'arn:aws:iam::111122223333:role/shop-agent'

/** The world of the examples with the agent at its own addresses, and a provider of each write mode. */
export interface PodIdentityScene {
  readonly emulator: Emulator
  readonly written: Provider
  readonly driven: Provider
  stop(): Promise<void>
}

/** Starts it all, in a network that has the addresses. */
export async function startPodIdentityScene(): Promise<PodIdentityScene> {
  const emulator = await startEmulator({
    world: examplesWorld(),
    podIdentity: [
      { address: '169.254.170.23', port: 80 },
      { address: 'fd00:ec2::23', port: 80 },
    ],
  })
  const flags = ['--pod-identity-http-timeout=300ms']
  const [written, driven] = await Promise.all([
    startProvider(emulator, { flags }),
    startProvider(emulator, { flags: [...flags, '--driver-writes-secrets'] }),
  ])
  return {
    emulator,
    written,
    driven,
    async stop() {
      await Promise.all([written.stop(), driven.stop()])
      await emulator.close()
    },
  }
}
