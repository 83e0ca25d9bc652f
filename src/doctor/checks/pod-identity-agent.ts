import http from 'node:http'
import { createNodeTransport } from '../../http/node-transport.ts'
import { TransportError } from '../../http/transport-errors.ts'
import type { AgentEndpoint } from '../../identity/pod-identity-agent.ts'
import type { AddressType } from '../../request/mount-request.ts'
import type { Check, DoctorContext } from '../context.ts'
import { failed, ok, type Row, unknown } from '../row.ts'

type Family = 'ipv4' | 'ipv6'

const remedy =
  'see that the add-on eks-pod-identity-agent runs on this node, and that the network policy lets the provider reach it'

/** Does the node's Pod Identity agent answer? Without a token it refuses, which is answer enough. */
export const checkPodIdentityAgent: Check = async (context) => {
  const target = await context.target().catch(() => undefined)
  const wanted = new Set(
    (target?.classes ?? []).flatMap(({ request }): AddressType[] =>
      request.identityKind === 'podIdentity' ? [request.addressType] : [],
    ),
  )
  const [ipv4, ipv6] = await Promise.all([ask(context.agent.ipv4, context), ask(context.agent.ipv6, context)])
  const isAutoLost = wanted.has('auto') && typeof ipv4 === 'string' && typeof ipv6 === 'string'
  const rowOf = (family: Family, found: number | string, other: number | string): Row => {
    const check = `pod identity agent ${family}`
    if (typeof found === 'number')
      return ok(check, `${urlOf(context.agent[family])} answers in ${Math.round(found)} ms`)
    const text = `${urlOf(context.agent[family])} does not answer (${found})`
    if (wanted.has(family) || isAutoLost) return failed(check, text, remedy)
    if (typeof other === 'number') return unknown(check, `${text}; the other address does, which is enough`)
    return unknown(check, `${text}; needed only for pods with usePodIdentity`, remedy)
  }
  return [rowOf('ipv4', ipv4, ipv6), rowOf('ipv6', ipv6, ipv4)]
}

/** Milliseconds to its answer, or why there is none. */
async function ask(
  { host, port }: AgentEndpoint,
  { settings, signal }: DoctorContext,
): Promise<number | string> {
  const begun = performance.now()
  try {
    const agent = new http.Agent({ keepAlive: false })
    await createNodeTransport({ agentOf: () => agent })({
      method: 'GET',
      url: new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/v1/credentials`),
      headers: { accept: 'application/json' },
      totalMs: settings.podIdentityTimeoutMs,
      maxBodyBytes: 64 * 1024,
      signal,
    })
    return performance.now() - begun
  } catch (error) {
    if (error instanceof TransportError) return error.reason
    throw error
  }
}

function urlOf({ host, port }: AgentEndpoint): string {
  return `http://${host.includes(':') ? `[${host}]` : host}${port === 80 ? '' : `:${port}`}`
}
