import { randomUUID } from 'node:crypto'
import type { Parameter, Region, Secret, SecretValue, World } from './world.ts'
import { versionsOf } from './world-index.ts'

/** Gives the world with `change` laid over it as a JSON merge patch (RFC 7396): `null` removes a key. */
export function mergeWorld(world: World, change: unknown): World {
  return mergePatch(world, change) as World
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) {
    return patch
  }
  const merged = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      merged.delete(key)
    } else {
      merged.set(key, mergePatch(merged.get(key), value))
    }
  }
  // fromEntries defines own properties, so a key such as __proto__ stays data.
  return Object.fromEntries(merged)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Gives the world with one secret replaced, made, or (undefined) removed. */
export function withSecret(world: World, region: string, name: string, secret: Secret | undefined): World {
  return withRegion(world, region, (now) => ({ ...now, secrets: withKey(now.secrets, name, secret) }))
}

/** Gives the world with one parameter replaced, made, or (undefined) removed. */
export function withParameter(
  world: World,
  region: string,
  name: string,
  parameter: Parameter | undefined,
): World {
  return withRegion(world, region, (now) => ({
    ...now,
    parameters: withKey(now.parameters, name, parameter),
  }))
}

function withRegion(world: World, name: string, edit: (region: Region) => Region): World {
  return { ...world, regions: withKey(world.regions, name, edit(world.regions?.[name] ?? {})) }
}

function withKey<T>(
  record: Readonly<Record<string, T>> | undefined,
  key: string,
  value: T | undefined,
): Record<string, T> {
  const entries = new Map(Object.entries(record ?? {}))
  if (value === undefined) {
    entries.delete(key)
  } else {
    entries.set(key, value)
  }
  return Object.fromEntries(entries)
}

/**
 * Gives the secret with a new version, as PutSecretValue makes it: with AWSCURRENT the version that had the
 * stage becomes AWSPREVIOUS; a version left without a stage is kept, readable by its id.
 */
export function withNewSecretVersion(
  name: string,
  secret: Secret,
  value: SecretValue,
  id: string = randomUUID(),
  stages: readonly string[] = ['AWSCURRENT'],
): Secret {
  const taken = new Set(stages.includes('AWSCURRENT') ? [...stages, 'AWSPREVIOUS'] : stages)
  const versions = Object.entries(versionsOf(name, secret)).map(([otherId, version]) => {
    const kept = (version.stages ?? []).filter((stage) => !taken.has(stage))
    const wasCurrent = stages.includes('AWSCURRENT') && version.stages?.includes('AWSCURRENT')
    return [otherId, { ...version, stages: wasCurrent ? [...kept, 'AWSPREVIOUS'] : kept }] as const
  })
  const { string: _string, binary: _binary, ...rest } = secret
  return { ...rest, versions: { ...Object.fromEntries(versions), [id]: { ...value, stages } } }
}

/** Gives the parameter with a new version on top; labels stay where they are. */
export function withNewParameterVersion(parameter: Parameter, value: string): Parameter {
  const { value: first, ...rest } = parameter
  const versions = parameter.versions ?? { '1': { value: first ?? '' } }
  const next = Math.max(0, ...Object.keys(versions).map(Number)) + 1
  return { ...rest, versions: { ...versions, [String(next)]: { value } } }
}
