import type { World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { changeWorld } from './cluster/aws.ts'
import { kubectl } from './cluster/kubectl.ts'

/** Gives the emulator what deployment/examples read, and lets it know the tokens of this cluster. */
const discovery = JSON.parse(await kubectl(['get', '--raw', '/.well-known/openid-configuration'])) as {
  readonly issuer: string
}
const { keys } = JSON.parse(await kubectl(['get', '--raw', '/openid/v1/jwks'])) as {
  readonly keys: readonly Readonly<Record<string, unknown>>[]
}
const { kubernetes: _, podIdentityAssociations: _none, ...aws } = examplesWorld()
const world: World = { ...aws, issuers: { [discovery.issuer]: { keys } } }
await changeWorld(world)
