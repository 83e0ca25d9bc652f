import http from 'node:http'
import * as v from 'valibot'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { HttpReply } from '../http/http-message.ts'
import { createNodeTransport } from '../http/node-transport.ts'
import { TransportError } from '../http/transport-errors.ts'
import { type Clock, systemClock } from '../process/clock.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { AddressType } from '../request/mount-request.ts'
import { isToken } from '../request/token.ts'
import { agentMessage } from './agent-message.ts'
import type { AwsCredentials } from './aws-credentials.ts'

/** Where the agent listens. */
export interface AgentEndpoint {
  /** An address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
}

/** Both addresses of the agent. */
export interface AgentEndpoints {
  readonly ipv4: AgentEndpoint
  readonly ipv6: AgentEndpoint
}

/** What the agent is asked with. */
export interface PodIdentityRequest {
  /** The pod's service account token of audience `pods.eks.amazonaws.com`. */
  readonly token: Sensitive<string>
  readonly addressType: AddressType
  /** Bounds one whole try at one address, in milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Rounds over the addresses; as many as fit into 10 s, three at least, unless told. */
  readonly maxAttempts?: number
  readonly endpoints?: AgentEndpoints
  readonly clock?: Clock
}

/** Where EKS puts the agent on every node; it looks at the Host header too. */
export const eksEndpoints: AgentEndpoints = {
  ipv4: { host: '169.254.170.23', port: 80 },
  ipv6: { host: 'fd00:ec2::23', port: 80 },
}

const persistMs = 10_000
const leastRounds = 3
const maxAnswerBytes = 256 * 1024

/**
 * Trades a pod's token for credentials at the EKS Pod Identity agent of the node, never through a proxy.
 *
 * On a freshly booted node the agent is not there yet: silence, network errors, 408, 429 and 5xx are retried for some
 * seconds. `auto` asks IPv4, and IPv6 when that has no connection, is silent or answers 5xx.
 *
 * @throws {ProviderError} POD_IDENTITY_REFUSED (any other status, with the agent's words), POD_IDENTITY_UNAVAILABLE,
 *   POD_IDENTITY_ANSWER_INVALID or POD_IDENTITY_TOKEN_INVALID; the signal's reason when that aborts.
 */
export async function fetchPodIdentityCredentials(request: PodIdentityRequest): Promise<AwsCredentials> {
  const { signal, clock = systemClock } = request
  const startedAt = clock.now()

  for (let round = 1; ; round += 1) {
    const outcome = await askAround(request)
    if ('credentials' in outcome) return outcome.credentials
    const isLate = round >= leastRounds && clock.now() - startedAt >= persistMs
    if (request.maxAttempts === undefined ? isLate : round >= request.maxAttempts)
      throw fault('POD_IDENTITY_UNAVAILABLE', { attempts: outcome.failures.join('; ') })
    await clock.pause(backoffMs(round), signal)
  }
}

type Outcome = { readonly credentials: AwsCredentials } | { readonly failures: readonly string[] }

/** One round: each address in turn until one gives a final answer. */
async function askAround(request: PodIdentityRequest): Promise<Outcome> {
  const failures: string[] = []
  for (const endpoint of endpointsOf(request)) {
    const url = urlOf(endpoint)
    const reply = await ask(request, url)
    if (typeof reply === 'string') {
      failures.push(`${url}: ${reply}`)
      continue
    }
    if (reply.status >= 200 && reply.status <= 299)
      return { credentials: readCredentials(reply.body.toString()) }
    if (!isWorthRetry(reply.status)) throw refused(request, reply)
    const { text } = agentMessage(reply.body.toString(), request.token)
    failures.push(`${url}: status ${reply.status}${text === '' ? '' : ` ${text}`}`)
    // 429 is EKS speaking, not this address: the other one would say the same.
    if (reply.status < 500) break
  }
  return { failures }
}

/** Source: the container credential provider of AWS's SDKs, with the agent's addresses. */
function urlOf({ host, port }: AgentEndpoint): URL {
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/v1/credentials`)
}

function endpointsOf({
  addressType,
  endpoints = eksEndpoints,
}: PodIdentityRequest): readonly AgentEndpoint[] {
  if (addressType === 'ipv4') return [endpoints.ipv4]
  if (addressType === 'ipv6') return [endpoints.ipv6]
  return [endpoints.ipv4, endpoints.ipv6]
}

/** The answer, or why there was none. */
async function ask(request: PodIdentityRequest, url: URL): Promise<HttpReply | string> {
  const authorization = request.token.reveal()
  if (!isToken(authorization)) throw fault('POD_IDENTITY_TOKEN_INVALID', {})
  // A new connection each time, and an agent of our own: Node's global one may have been given a proxy.
  const agent = new http.Agent({ keepAlive: false })
  try {
    return await createNodeTransport({ agentOf: () => agent })({
      method: 'GET',
      url,
      headers: { accept: 'application/json', authorization },
      totalMs: request.timeoutMs,
      maxBodyBytes: maxAnswerBytes,
      signal: request.signal,
    })
  } catch (error) {
    if (error instanceof TransportError) return error.reason
    throw error
  }
}

function isWorthRetry(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

function refused({ token }: PodIdentityRequest, reply: HttpReply): ProviderError {
  const { text, whole } = agentMessage(reply.body.toString(), token)
  return fault(
    'POD_IDENTITY_REFUSED',
    { status: reply.status, words: text },
    { log: { agentMessage: whole } },
  )
}

const credentialsObject = v.object({
  AccessKeyId: v.pipe(v.string(), v.nonEmpty()),
  SecretAccessKey: v.pipe(v.string(), v.nonEmpty()),
  Token: v.pipe(v.string(), v.nonEmpty()),
  Expiration: v.pipe(
    v.string(),
    v.transform((text) => Date.parse(text)),
    v.number(),
  ),
})

/** The agent's JSON. Its errors are kept out of the cause: they quote what they could not read. */
function readCredentials(text: string): AwsCredentials {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    throw fault('POD_IDENTITY_ANSWER_INVALID', { reason: 'it is not JSON' })
  }
  const result = v.safeParse(credentialsObject, answer)
  if (!result.success) {
    const field = v.getDotPath(result.issues[0])
    const reason = field === null ? 'it is not an object' : `${field} is missing or unusable`
    throw fault('POD_IDENTITY_ANSWER_INVALID', { reason })
  }
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = result.output
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: new Sensitive(SecretAccessKey),
    sessionToken: new Sensitive(Token),
    expiration: Expiration,
  }
}

/** 250 ms, doubled each round up to 2 s; half of it is chance, lest a node's pods come all at once. */
function backoffMs(round: number): number {
  return Math.min(250 * 2 ** (round - 1), 2_000) * (0.5 + Math.random() / 2)
}
