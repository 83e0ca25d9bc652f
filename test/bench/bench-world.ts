import type { Parameter, Region, Role, Secret, ServiceAccount, World } from '../emulator/world.ts'

export const homeRegion = 'us-east-1'
/** A continent away: the latency model adds to it. */
export const farRegion = 'us-west-2'
/** Its addresses swallow every packet. */
export const blackHoleRegion = 'us-east-2'

/** The storm: so many pods of so many service accounts, each mounting so many secrets of its account's own. */
export const storm = { pods: 110, accounts: 22, secrets: 20 } as const
/** Identities of the closed loop. */
export const loopAccounts = 32
export const bigSecrets = 40
const small = 50
const bigBytes = 65_536

/** One node with everything that a scenario mounts. */
export function benchWorld(): World {
  const accounts = ['shop', ...names('team', storm.accounts), ...names('loop', loopAccounts)]
  const pods = [...names('shop', 8), ...names('storm', storm.pods), ...names('loop', loopAccounts)]
  return {
    regions: { [homeRegion]: home(), [farRegion]: { secrets: smallSecrets() }, [blackHoleRegion]: home() },
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
  const big = 'x'.repeat(bigBytes)
  return {
    secrets: {
      ...smallSecrets(),
      ...record([...ofTeams, ...ofPods], (name): [string, Secret] => [name, { string: `value of ${name}` }]),
      ...record(names('big', bigSecrets), (name): [string, Secret] => [name, { string: big }]),
    },
    parameters: record(names('/app/parameter', small), (name): [string, Parameter] => [
      name,
      { value: `value of ${name}` },
    ]),
  }
}

function smallSecrets(): Readonly<Record<string, Secret>> {
  return record(names('secret', small), (name) => [name, { string: `value of ${name}` }])
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
