import { partitionOf } from '../../aws/partition.ts'
import { isArn } from '../../plan/arn.ts'
import type { ObjectRead, PlannedObject, QuerySet, Regions, Store } from '../../plan/mount-plan.ts'
import { nameSelector } from '../../plan/parameter-selector.ts'
import { parameterPath } from '../../store/reads/parameter-name.ts'

/** A statement for each action, under its name. */
const statements = [
  ['ReadSecrets', 'secretsmanager:GetSecretValue'],
  ['ReadSeveral', 'secretsmanager:BatchGetSecretValue'],
  ['ListSecrets', 'secretsmanager:ListSecrets'],
  ['ReadParameters', 'ssm:GetParameters'],
  ['ReadPaths', 'ssm:GetParametersByPath'],
] as const

/** A read that a mount would make. */
export interface NeededRead {
  readonly region: string
  /** As IAM calls it. */
  readonly action: (typeof statements)[number][1]
  /** What a policy must allow it on. */
  readonly resource: string
  /** The object as written, or its failoverObject. */
  readonly name: string
}

/** What IAM takes as a policy. */
export interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: string
  readonly Resource: readonly string[]
  readonly Condition?: object
}

/** The reads of a plan's objects in their regions, each once. `batchReads`: several secrets are read a call. */
export function neededReads(
  objects: readonly PlannedObject[],
  regions: Regions,
  account: string,
  batchReads = false,
): readonly NeededRead[] {
  const reads = regions.flatMap((region, side) =>
    objects.flatMap(({ store, reads, region: own = region }): NeededRead[] => {
      const read = reads[side]
      if (read === undefined) return []
      return read.set?.kind === 'query'
        ? queryReads(read.name, read.set, own, account)
        : [neededRead(store, read, own, account)]
    }),
  )
  const batches = batchReads ? batchCalls(objects, regions) : []
  const unique = new Map(
    [...reads, ...batches].map((each) => [`${each.region} ${each.action} ${each.resource}`, each]),
  )
  return Array.from(unique.values())
}

/** The least that must be allowed for reads: one statement an action, and one for the keys. */
export function policyOf(reads: readonly NeededRead[], keys: readonly string[]): Policy {
  const allowed = statements.flatMap(([sid, action]): Statement[] => {
    const resources = reads.filter((each) => each.action === action).map(({ resource }) => resource)
    return resources.length === 0 ? [] : [allow(sid, action, resources)]
  })
  if (keys.length === 0) return { Version: '2012-10-17', Statement: allowed }
  const services = new Set(
    reads
      .filter(({ resource }) => resource !== '*')
      .map(({ region, action }) => `${action.split(':')[0]}.${region}.${domainOf(region)}`),
  )
  const decrypt = {
    ...allow('DecryptObjects', 'kms:Decrypt', keys),
    Condition: { StringEquals: { 'kms:ViaService': Array.from(services).toSorted() } },
  }
  return { Version: '2012-10-17', Statement: [...allowed, decrypt] }
}

/** A role that a workload reads as, other than its own. */
export interface AssumedRole {
  readonly roleArn: string
  /** The workload's session has tags that go on to the role, as those of EKS Pod Identity do. */
  readonly passesTags: boolean
}

/** What a workload's own role needs so that it can read as others. */
export function assumePolicyOf(roles: readonly AssumedRole[]): Policy {
  const tagged = roles.filter(({ passesTags }) => passesTags)
  const arnsOf = (some: readonly AssumedRole[]) => some.map(({ roleArn }) => roleArn)
  return {
    Version: '2012-10-17',
    Statement: [
      allow('AssumeReader', 'sts:AssumeRole', arnsOf(roles)),
      ...(tagged.length === 0 ? [] : [allow('PassTags', 'sts:TagSession', arnsOf(tagged))]),
    ],
  }
}

function allow(Sid: string, Action: string, resources: readonly string[]): Statement {
  return { Sid, Effect: 'Allow', Action, Resource: Array.from(new Set(resources)).toSorted() }
}

function neededRead(store: Store, { name, set }: ObjectRead, region: string, account: string): NeededRead {
  if (store === 'secretsmanager') {
    const resource = secretArn(name, region, account)
    return { region, action: 'secretsmanager:GetSecretValue', resource, name }
  }
  // A path is allowed as such, and with it what lies below.
  const resource = parameterArn(set === undefined ? name : parameterPath(name), region, account)
  return {
    region,
    action: set === undefined ? 'ssm:GetParameters' : 'ssm:GetParametersByPath',
    resource,
    name,
  }
}

/** The calls for several secrets: in regions where at least two are read without version and label. */
function batchCalls(objects: readonly PlannedObject[], regions: Regions): readonly NeededRead[] {
  const names = new Map<string, Set<string>>()
  for (const [side, region] of regions.entries()) {
    for (const { store, reads, region: own = region } of objects) {
      const { name, version, versionLabel, set } = reads[side] ?? { name: '', version: '' }
      if (store !== 'secretsmanager' || (version ?? versionLabel ?? set) !== undefined) continue
      names.set(own, (names.get(own) ?? new Set()).add(name))
    }
  }
  return Array.from(names).flatMap(([region, { size }]): NeededRead[] =>
    size < 2
      ? []
      : [{ region, action: 'secretsmanager:BatchGetSecretValue', resource: '*', name: 'batchReads' }],
  )
}

/** What a query asks for, and the secrets that it may find: those of its patterns, else of the names it looks for. */
function queryReads(
  name: string,
  { include, filters }: QuerySet,
  region: string,
  account: string,
): NeededRead[] {
  const prefixes = filters.find(
    ({ key, values }) => key === 'name' && values.every((value) => !value.startsWith('!')),
  )
  const patterns = include.length > 0 ? include : (prefixes?.values.map((prefix) => `${prefix}*`) ?? ['*'])
  const secret = `arn:${partitionOf(region)}:secretsmanager:${region}:${account}:secret:`
  return [
    ...(['secretsmanager:BatchGetSecretValue', 'secretsmanager:ListSecrets'] as const).map((action) => ({
      region,
      action,
      resource: '*',
      name,
    })),
    ...patterns.map((pattern) => ({
      region,
      action: 'secretsmanager:GetSecretValue' as const,
      resource: `${secret}${pattern.split('*').map(literal).join('*')}${pattern.endsWith('*') ? '' : '-??????'}`,
      name,
    })),
  ]
}

/** AWS puts six characters behind the name of a secret, which a name does not say. */
function secretArn(name: string, region: string, account: string): string {
  if (!isArn(name))
    return `arn:${partitionOf(region)}:secretsmanager:${region}:${account}:secret:${literal(name)}-??????`
  return /-[A-Za-z0-9]{6}$/.test(name) ? literal(name) : `${literal(name)}-??????`
}

function parameterArn(name: string, region: string, account: string): string {
  const selector = nameSelector(name)
  const { version, versionLabel } = selector === 'malformed' ? {} : selector
  const end = version ?? versionLabel
  const bare = end === undefined ? name : name.slice(0, -end.length - 1)
  if (isArn(bare)) return literal(bare)
  return `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter/${literal(bare.replace(/^\//, ''))}`
}

/** Signs that mean something in a policy stand for themselves: a name must not widen it. */
function literal(text: string): string {
  return text.replace(/[*?$]/g, (sign) => `\${${sign}}`)
}

function domainOf(region: string): string {
  return partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
}
