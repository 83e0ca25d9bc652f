import { randomUUID } from 'node:crypto'
import { withNewParameterVersion, withNewSecretVersion, withParameter, withSecret } from './edit-world.ts'
import type { Stage } from './stage.ts'

/** A new value of a secret (`string` or base64 `binary`) or of a parameter (`string`). */
export interface Rotation {
  readonly region: string
  readonly secret?: string
  readonly parameter?: string
  readonly string?: string
  readonly binary?: string
  readonly versionId?: string
  /** Default AWSCURRENT. */
  readonly stages?: readonly string[]
}

/** Gives a secret or parameter of the world a new version and returns the version's id or number; @throws Error. */
export function rotate(stage: Stage, rotation: Rotation): string {
  const { region, string = '', binary } = rotation
  const now = stage.index().world.regions?.[region]
  if (rotation.secret !== undefined) {
    const name = rotation.secret
    const secret = now?.secrets?.[name]
    if (secret === undefined) {
      throw new Error(
        `No secret ${JSON.stringify(name)} in region ${region}; a replica is rotated in its own region.`,
      )
    }
    const id = rotation.versionId ?? randomUUID()
    const value = binary === undefined ? { string } : { binary }
    const next = withNewSecretVersion(name, secret, value, id, rotation.stages)
    stage.edit((world) => withSecret(world, region, name, next))
    return id
  }
  const name = rotation.parameter ?? ''
  const parameter = now?.parameters?.[name]
  if (parameter === undefined) {
    throw new Error(`No parameter ${JSON.stringify(name)} in region ${region}.`)
  }
  const after = stage.edit((world) =>
    withParameter(world, region, name, withNewParameterVersion(parameter, string)),
  )
  return String(after.regions.get(region)?.parametersByName.get(name)?.latest)
}
