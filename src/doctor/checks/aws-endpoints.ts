import { type AwsService, toAwsFailure } from '../../aws/failures/failure.ts'
import type { Check, DoctorContext } from '../context.ts'
import { failed, ok, type Row, unknown } from '../row.ts'
import { certificateRemedy } from './certificate-problem.ts'
import { createEndpointUrl, type EndpointUrl } from './endpoint-url.ts'
import { type Reached, reach } from './reach.ts'

/** AWS refuses signatures of five minutes ago, or ahead; a clock so far off gets worse. */
const clockLimitMs = 240_000

/** Can the AWS endpoints in use be reached, by name, TCP, TLS and proxy, and do clocks agree? */
export const checkAwsEndpoints: Check = async (context) => {
  const places = await placesInUse(context)
  if (places.length === 0) return [unknown('aws', 'not checked: the region is not known')]
  const endpointUrl = createEndpointUrl(context)
  const looked = await Promise.all(places.map((place) => look(place, endpointUrl, context)))
  const reached = looked.map((each) => each.reached)
  return [...looked.map(({ row }) => row), keyExchangeRow(looked), clockRow(reached)]
}

interface CalledEndpoint {
  readonly service: AwsService
  readonly region: string
}

/** With --pod those that the pod's classes use; else all three services of the node's region. */
async function placesInUse(context: DoctorContext): Promise<readonly CalledEndpoint[]> {
  const target = await context.target().catch(() => undefined)
  const used = (target?.classes ?? []).flatMap(({ plan, request: { identityKind } }) =>
    plan.regions.flatMap((region): CalledEndpoint[] => [
      ...(identityKind === 'irsa' ? [{ service: 'sts' as const, region }] : []),
      ...plan.objects.map(({ store }) => ({
        service: store === 'ssmparameter' ? ('ssm' as const) : ('secretsmanager' as const),
        region,
      })),
    ]),
  )
  if (used.length > 0) return distinct(used)
  const home = await context.home().catch(() => undefined)
  const region = home?.region
  if (region === undefined) return []
  return (['sts', 'secretsmanager', 'ssm'] as const).map((service) => ({ service, region }))
}

function distinct(places: readonly CalledEndpoint[]): readonly CalledEndpoint[] {
  return [...new Map(places.map((place) => [`${place.service} ${place.region}`, place])).values()]
}

interface Looked {
  readonly row: Row
  readonly reached?: Reached
}

async function look(
  { service, region }: CalledEndpoint,
  endpointUrl: EndpointUrl,
  { connections, settings, signal }: DoctorContext,
): Promise<Looked> {
  const check = `aws ${service} ${region}`
  let url: URL
  try {
    url = await endpointUrl(service, region)
  } catch (error) {
    // The SDK's rules: a region without such an endpoint. They quote our own settings alone.
    const reason = error instanceof Error ? error.message : 'unknown'
    return {
      row: failed(
        check,
        `there is no such endpoint: ${reason}`,
        'change AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT',
      ),
    }
  }
  try {
    const reached = await reach(url, connections.agentTo(url), signal)
    const { certificate } = reached
    if (certificate === undefined)
      return { reached, row: ok(check, `${url.host} answers in ${steps(reached)}`) }
    const { code, subject, issuer, validTo } = certificate
    const found = `the certificate of ${url.host} is not trusted (${code}): subject ${JSON.stringify(subject)}, issuer ${JSON.stringify(issuer)}, valid to ${validTo}`
    return { reached, row: failed(check, found, certificateRemedy(certificate)) }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const { code, message } = toAwsFailure(error, { service, region, operation: '' })
    const proxy = proxyOf(url, settings.aws.proxy)
    const via = proxy === undefined ? '' : ` (HTTPS_PROXY ${proxy}, unless NO_PROXY names the host)`
    return { row: failed(check, `${url.host}${via}: ${message} (${code})`, remedies[code] ?? otherwise) }
  }
}

const otherwise = 'see security groups, routes, the NAT gateway or the VPC endpoint of this service'
const remedies: Readonly<Record<string, string>> = {
  ENOTFOUND: 'see the DNS of the node, and that the name is right; a VPC endpoint needs private DNS names',
  EAI_AGAIN: 'see the DNS of the node (CoreDNS, the resolver of the VPC)',
  ERR_PROXY_TUNNEL: 'let the proxy connect to this host, or name the host in NO_PROXY',
}

/** Host and port alone: the URL may hold a password. */
function proxyOf(url: URL, proxy: DoctorContext['settings']['aws']['proxy']): string | undefined {
  const text = url.protocol === 'https:' ? proxy.HTTPS_PROXY : proxy.HTTP_PROXY
  return text === undefined ? undefined : (URL.parse(text)?.host ?? 'of an unreadable URL')
}

function steps({ totalMs, lookupMs, connectMs, tlsMs, address, tunnelled }: Reached): string {
  const parts = [
    ...(tunnelled ? ['through the proxy'] : []),
    ...(address === undefined ? [] : [address]),
    ...(lookupMs === undefined ? [] : [`name ${rounded(lookupMs)}`]),
    ...(connectMs === undefined ? [] : [`TCP ${rounded(connectMs)}`]),
    ...(tlsMs === undefined ? [] : [`TLS ${rounded(tlsMs)}`]),
  ]
  return `${rounded(totalMs)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
}

function rounded(ms: number): string {
  return `${Math.round(ms)} ms`
}

/** Recorded today, read by a quantum computer later: a hybrid key exchange is what keeps that from happening. */
const postQuantum = /MLKEM/i

/** It is offered by every TLS client of ours; whether it is taken, the other side decides. */
function keyExchangeRow(looked: readonly Looked[]): Row {
  const used = looked.flatMap(({ row: { check }, reached }) =>
    reached?.keyExchange === undefined ? [] : [{ endpoint: check, name: reached.keyExchange }],
  )
  const [first] = used
  if (first === undefined) return unknown('tls key exchange', 'not checked: there was no TLS connection')
  const classical = used.filter(({ name }) => !postQuantum.test(name))
  if (classical.length === 0) return ok('tls key exchange', `${first.name}: post-quantum`)
  const list = classical.map(({ endpoint, name }) => `${name} with ${endpoint}`).join(', ')
  return ok(
    'tls key exchange',
    `${list}: not post-quantum, since the endpoint, or a proxy that ends TLS, does not take X25519MLKEM768`,
  )
}

/** The least of the differences: an answer that was long on its way shows a clock behind. */
function clockRow(reached: readonly (Reached | undefined)[]): Row {
  const ahead = reached
    .flatMap((each) => (each?.clockAheadMs === undefined ? [] : [each.clockAheadMs]))
    .toSorted((a, b) => Math.abs(a) - Math.abs(b))[0]
  if (ahead === undefined) return unknown('clock', 'not checked: AWS did not tell its time')
  const seconds = Math.round(Math.abs(ahead) / 1000)
  if (Math.abs(ahead) < 1_500) return ok('clock', 'agrees with AWS to the second')
  const found = `the clock of the node is ${seconds} s ${ahead > 0 ? 'behind' : 'ahead of'} AWS`
  const remedy =
    "set the node's clock (chrony, the Amazon Time Sync Service): AWS refuses what is signed five minutes off"
  return Math.abs(ahead) < clockLimitMs ? ok('clock', found) : failed('clock', found, remedy)
}
