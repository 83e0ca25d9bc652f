import { createHash } from 'node:crypto'
import type { Parameter, Region, Secret, SecretValue, World } from './world.ts'
import { exampleAccount } from './world.ts'

/** The world as requests look at it: maps, full ARNs, one entry a version. */
export interface WorldIndex {
  readonly world: World
  readonly account: string
  readonly regions: ReadonlyMap<string, RegionIndex>
  /** What a principal of an account sees in a region; undefined for a region that does not exist. */
  regionOf(principal: string, region: string): RegionIndex | undefined
}

export interface RegionIndex {
  readonly name: string
  readonly account: string
  readonly stsDisabled: boolean
  readonly secretsByName: ReadonlyMap<string, IndexedSecret>
  /** Full ARNs and ARNs without the six characters. */
  readonly secretsByArn: ReadonlyMap<string, IndexedSecret>
  readonly parametersByName: ReadonlyMap<string, IndexedParameter>
  readonly parametersByArn: ReadonlyMap<string, IndexedParameter>
}

export interface IndexedSecret {
  readonly name: string
  readonly arn: string
  readonly deleted: boolean
  readonly keyUnusable: boolean
  readonly description: string
  readonly tags: Readonly<Record<string, string>>
  readonly owningService: string
  /** Place in lists, which is not that of the name. */
  readonly order: string
  readonly versions: ReadonlyMap<string, IndexedSecretVersion>
  readonly byStage: ReadonlyMap<string, IndexedSecretVersion>
}

export interface IndexedSecretVersion {
  readonly id: string
  readonly stages: readonly string[]
  /** The whole answer of GetSecretValue, made once. */
  readonly answer: string
  /** Of the value. */
  readonly bytes: number
}

export interface IndexedParameter {
  readonly name: string
  readonly arn: string
  readonly type: string
  readonly keyUnusable: boolean
  readonly latest: number
  readonly versions: ReadonlyMap<number, { readonly value: string }>
  readonly byLabel: ReadonlyMap<string, number>
  /** Place in answers, which is not the order of the question. */
  readonly order: string
  /** Answer fragments by selector, filled as they are asked for. */
  readonly answers: Map<string, string>
}

/**
 * Builds the maps that requests are answered from.
 *
 * @throws Error when the world contradicts itself: a version id of the wrong length, a stage at two versions.
 */
export function indexWorld(world: World): WorldIndex {
  const account = world.account ?? exampleAccount
  const regions = indexAccount(account, world.regions)
  const others = new Map(
    Object.entries(world.accounts ?? {}).map(([other, of]) => [other, indexAccount(other, of.regions)]),
  )
  return {
    world,
    account,
    regions,
    regionOf(principal, region) {
      const own = principal.split(':')[4] ?? account
      const seen = others.get(own)
      if (seen === undefined) return regions.get(region)
      return seen.get(region) ?? (regions.has(region) ? indexRegion(region, {}, own, []) : undefined)
    },
  }
}

function indexAccount(account: string, given: World['regions']): ReadonlyMap<string, RegionIndex> {
  const regions = Object.entries(given ?? {})
  const replicas = new Map<string, [string, Secret][]>()
  for (const [, region] of regions) {
    for (const [name, secret] of Object.entries(region.secrets ?? {})) {
      for (const other of secret.replicas ?? []) {
        replicas.set(other, [...(replicas.get(other) ?? []), [name, secret]])
      }
    }
  }
  return new Map(
    regions.map(([name, region]) => [name, indexRegion(name, region, account, replicas.get(name) ?? [])]),
  )
}

/** The ARN partition of a region. */
export function partitionOf(region: string): string {
  const prefixes: readonly (readonly [string, string])[] = [
    ['cn-', 'aws-cn'],
    ['us-gov-', 'aws-us-gov'],
    ['us-isob-', 'aws-iso-b'],
    ['us-isof-', 'aws-iso-f'],
    ['eu-isoe-', 'aws-iso-e'],
    ['us-iso-', 'aws-iso'],
    ['eusc-', 'aws-eusc'],
  ]
  return prefixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}

function indexRegion(
  name: string,
  region: Region,
  account: string,
  replicas: readonly (readonly [string, Secret])[],
): RegionIndex {
  const prefix = (service: string): string => `arn:${partitionOf(name)}:${service}:${name}:${account}:`
  const secrets = [...replicas, ...Object.entries(region.secrets ?? {})].map(([secretName, secret]) =>
    indexSecret(secretName, secret, `${prefix('secretsmanager')}secret:${secretName}`),
  )
  const parameters = Object.entries(region.parameters ?? {}).map(([parameterName, parameter]) =>
    indexParameter(
      parameterName,
      parameter,
      `${prefix('ssm')}parameter${parameterName.startsWith('/') ? '' : '/'}${parameterName}`,
    ),
  )
  return {
    name,
    account,
    stsDisabled: region.stsDisabled ?? false,
    secretsByName: new Map(secrets.map((secret) => [secret.name, secret])),
    // Full ARNs last: where a name looks like another's full ARN, the full one wins.
    secretsByArn: new Map([
      ...secrets.map((secret) => [secret.arn.slice(0, -7), secret] as const),
      ...secrets.map((secret) => [secret.arn, secret] as const),
    ]),
    parametersByName: new Map(parameters.map((parameter) => [parameter.name, parameter])),
    parametersByArn: new Map(parameters.map((parameter) => [parameter.arn, parameter])),
  }
}

function indexSecret(name: string, secret: Secret, arnWithoutSuffix: string): IndexedSecret {
  const arn = `${arnWithoutSuffix}-${secret.suffix ?? suffixOf(name)}`
  const versions = new Map<string, IndexedSecretVersion>()
  const byStage = new Map<string, IndexedSecretVersion>()
  for (const [id, version] of Object.entries(versionsOf(name, secret))) {
    if (id.length < 32 || id.length > 64) {
      throw new Error(
        `Version id ${JSON.stringify(id)} of secret ${JSON.stringify(name)} must have 32 to 64 characters.`,
      )
    }
    const stages = version.stages ?? []
    const answer = secretAnswer(name, arn, id, version, stages)
    const bytes = Buffer.byteLength(version.string ?? version.binary ?? '')
    const indexed = { id, stages, answer, bytes }
    versions.set(id, indexed)
    for (const stage of stages) {
      if (byStage.has(stage)) {
        throw new Error(
          `Secret ${JSON.stringify(name)} has the stage ${JSON.stringify(stage)} at two versions.`,
        )
      }
      byStage.set(stage, indexed)
    }
  }
  return {
    name,
    arn,
    deleted: secret.deleted ?? false,
    keyUnusable: secret.keyUnusable ?? false,
    description: secret.description ?? '',
    tags: secret.tags ?? {},
    owningService: secret.owningService ?? '',
    order: digest(name),
    versions,
    byStage,
  }
}

/** The versions of a secret, with the short form written out. */
export function versionsOf(name: string, secret: Secret): NonNullable<Secret['versions']> {
  if (secret.versions !== undefined) {
    return secret.versions
  }
  const { string, binary } = secret
  if (string === undefined && binary === undefined) {
    return {}
  }
  const value: SecretValue = binary === undefined ? { string: string ?? '' } : { binary }
  return { [versionIdOf(`${name} ${string ?? binary}`)]: { ...value, stages: ['AWSCURRENT'] } }
}

function secretAnswer(
  name: string,
  arn: string,
  id: string,
  value: SecretValue,
  stages: readonly string[],
): string {
  return JSON.stringify({
    ARN: arn,
    Name: name,
    VersionId: id,
    SecretString: value.string,
    SecretBinary: value.binary,
    VersionStages: stages,
    CreatedDate: 1_700_000_000.123,
  })
}

function indexParameter(name: string, parameter: Parameter, arn: string): IndexedParameter {
  const written = Object.entries(parameter.versions ?? { '1': { value: parameter.value ?? '' } })
  return {
    name,
    arn,
    type: parameter.type ?? 'String',
    keyUnusable: parameter.keyUnusable ?? false,
    latest: Math.max(...written.map(([number]) => Number(number))),
    versions: new Map(written.map(([number, { value }]) => [Number(number), { value }])),
    byLabel: new Map(
      written.flatMap(([number, { labels }]) => (labels ?? []).map((label) => [label, Number(number)])),
    ),
    order: digest(name),
    answers: new Map(),
  }
}

/** A version id (a UUID's shape) that is always the same for the same text. */
export function versionIdOf(text: string): string {
  const hex = digest(text)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function suffixOf(name: string): string {
  return createHash('sha256').update(name).digest('base64').replaceAll(/[+/]/g, 'x').slice(0, 6)
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
