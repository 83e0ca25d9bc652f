import type { Parameter, Region, Role, Secret, ServiceAccount, World } from '../emulator/world.ts'

export const homeRegion = 'us-east-1'
/** A continent away: the latency model adds to it. */
export const farRegion = 'us-west-2'
/** Its addresses swallow every packet. */
export const blackHoleRegion = 'us-east-2'

/** Regions that pods of strangers name: two that accept and never answer, one whose answers are broken. */
export const silentRegions = ['ap-south-1', 'ap-east-1'] as const
export const brokenRegion = 'eu-north-1'

/** The storm: so many pods of so many service accounts, each mounting so many secrets of its account's own. */
export const storm = { pods: 110, accounts: 22, secrets: 20 } as const
/** Identities of the closed loop. */
export const loopAccounts = 32
export const bigSecrets = 40
/** Accounts of pods that mean harm. */
export const hostileAccounts = 24
/** A secret in JSON whose keys all have the same value, in both regions. */
export const turningSecret = { name: 'turning', keys: 8 } as const
/** A secret in JSON, as large as one may be. */
export const documentSecret = 'document'
/** One of five hundred keys. */
export const keyedSecret = 'keyed'
const small = 50
const bigBytes = 65_536

/** One node with everything that a scenario mounts. */
export function benchWorld(): World {
  const accounts = [
    'shop',
    ...names('team', storm.accounts),
    ...names('loop', loopAccounts),
    ...names('hostile', hostileAccounts),
  ]
  const pods = [
    ...names('shop', 8),
    ...names('storm', storm.pods),
    ...names('loop', loopAccounts),
    ...names('hostile', hostileAccounts),
  ]
  return {
    regions: {
      [homeRegion]: home(),
      [farRegion]: { secrets: smallSecrets() },
      [blackHoleRegion]: home(),
      [brokenRegion]: { secrets: bigOnes() },
      ...record(silentRegions, (region) => [region, {}]),
    },
    roles: record(accounts, (account): [string, Role] => [roleOf(account), {}]),
    kubernetes: {
      nodes: { 'node-1': { labels: { 'topology.kubernetes.io/region': homeRegion } } },
      serviceAccounts: record(accounts, (account): [string, ServiceAccount] => [
        `default/${account}`,
        { annotations: { 'eks.amazonaws.com/role-arn': roleOf(account) } },
      ]),
      pods: record(pods, (pod) => [`default/${pod}`, { node: 'node-1' }]),
    },
  }
}

/** The value of the secret whose keys all tell the same generation. */
export function turned(generation: number): string {
  const keys = names('key', turningSecret.keys)
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, `generation ${generation}`])))
}

/** `name-0`, `name-1`, … */
export function names(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`)
}

/** The secrets that the pods of one account of the storm mount. */
export function stormSecrets(account: number): readonly string[] {
  return names(`team-${account}/secret`, storm.secrets)
}

/** The secrets that one pod of the storm mounts, and no other. */
export function ownSecrets(pod: number): readonly string[] {
  return names(`pod-${pod}/secret`, storm.secrets)
}

function home(): Region {
  const ofTeams = names('team', storm.accounts).flatMap((_, account) => stormSecrets(account))
  const ofPods = names('pod', storm.pods).flatMap((_, pod) => ownSecrets(pod))
  return {
    secrets: {
      ...smallSecrets(),
      ...bigOnes(),
      ...record([...ofTeams, ...ofPods], (name): [string, Secret] => [name, { string: `value of ${name}` }]),
      [documentSecret]: { string: largeDocument() },
      [keyedSecret]: { string: JSON.stringify(record(names('key', 500), (key) => [key, 'x'])) },
    },
    parameters: record(names('/app/parameter', small), (name): [string, Parameter] => [
      name,
      { value: `value of ${name}` },
    ]),
  }
}

function smallSecrets(): Readonly<Record<string, Secret>> {
  const turning = { [turningSecret.name]: { string: turned(0) } }
  return { ...record(names('secret', small), (name) => [name, { string: `value of ${name}` }]), ...turning }
}

function bigOnes(): Readonly<Record<string, Secret>> {
  const big = 'x'.repeat(bigBytes)
  return record(names('big', bigSecrets), (name) => [name, { string: big }])
}

/** As large as a secret may be, with a text of its own size and a list that is long to go through. */
function largeDocument(): string {
  const list = Array.from({ length: 2_000 }, (_, at) => at)
  const rest = JSON.stringify({ text: '', list })
  return JSON.stringify({ text: 'x'.repeat(bigBytes - rest.length), list })
}

function roleOf(account: string): string {
  return `arn:aws:iam::111122223333:role/${account}`
}

function record<T>(
  keys: readonly string[],
  entry: (key: string) => [string, T],
): Readonly<Record<string, T>> {
  return Object.fromEntries(keys.map(entry))
}
