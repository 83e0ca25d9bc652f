import type { Call } from '../../emulator/call-log.ts'
import type { Fault } from '../../emulator/faults.ts'
import type { Rotation } from '../../emulator/rotate.ts'
import type { World } from '../../emulator/world.ts'

/** The emulator's control API, inside the cluster's network. */
const { E2E_AWS_CONTROL = 'http://172.30.0.2:8080' } = process.env

/** Lays a JSON merge patch over what there is in AWS: null removes. */
export async function changeWorld(change: unknown): Promise<void> {
  await ask('PATCH', '/world', change)
}

export async function readWorld(): Promise<World> {
  return (await ask('GET', '/world')) as World
}

/** Makes a new version of a secret or parameter. */
export async function rotate(rotation: Rotation): Promise<void> {
  await ask('POST', '/rotate', rotation)
}

/** Lets something go wrong while `work` runs. */
export async function withFault<T>(fault: Fault, work: () => Promise<T>): Promise<T> {
  const { id } = (await ask('POST', '/faults', fault)) as { readonly id: string }
  try {
    return await work()
  } finally {
    await ask('DELETE', `/faults?id=${id}`)
  }
}

/** Calls that AWS got, oldest first. */
export async function awsCalls(filter: Readonly<Record<string, string>> = {}): Promise<readonly Call[]> {
  return (await ask('GET', `/calls?${new URLSearchParams(filter)}`)) as readonly Call[]
}

export async function forgetCalls(): Promise<void> {
  await ask('DELETE', '/calls')
}

/** Ends the connections to a region, so that a fault of connections meets the next request. */
export async function dropConnections(region: string): Promise<void> {
  await ask('DELETE', `/connections?region=${region}`)
}

/** The certificate of the emulator's authority, PEM. */
export async function awsAuthority(): Promise<string> {
  return (await fetch(`${E2E_AWS_CONTROL}/ca.pem`)).text()
}

async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${E2E_AWS_CONTROL}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer: unknown = await response.json()
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
  }
  return answer
}
