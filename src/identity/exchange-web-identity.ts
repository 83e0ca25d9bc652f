import type { AwsCalls } from '../aws/aws-calls.ts'
import { type AwsCall, AwsFailure } from '../aws/failures/failure.ts'
import type { RegionGates } from '../aws/region-gates.ts'
import type { RegionHealth } from '../aws/region-health.ts'
import { type Attempt, type CallObserver, callWithTries, GraceOver } from '../aws/tries.ts'
import { MountFaults, type ProviderError } from '../errors/provider-error.ts'
import type { Regions } from '../plan/mount-plan.ts'
import { Sensitive } from '../process/sensitive.ts'
import { silenceTimer } from '../process/silence-timer.ts'
import type { AwsCredentials } from './aws-credentials.ts'
import type { WebIdentity } from './identity.ts'
import { sessionName } from './session-name.ts'
import { stsFault } from './sts-fault.ts'

/** The second region's STS is asked when the first has been silent this long. */
const patienceMs = 1_000

/** What exchanges share. */
export interface WebIdentityExchange {
  readonly calls: Pick<AwsCalls, 'assumeRoleWithWebIdentity'>
  readonly health: RegionHealth
  /** Bounds the exchanges under way; none for a single one. */
  readonly gates?: RegionGates
  readonly maxTries?: number | undefined
}

/**
 * Exchanges a service account token for the credentials of its role, at the regional STS of the primary
 * region; with a second region its STS too, when the first answers 5xx, cannot be reached, or is silent for 1 s.
 *
 * Throws STS_… errors; a refusal of either region is final.
 */
export async function exchangeWebIdentity(
  identity: WebIdentity,
  [primary, failover]: Regions,
  signal: AbortSignal,
  observers: readonly CallObserver[],
  exchange: WebIdentityExchange,
): Promise<AwsCredentials> {
  const ask: Ask = (region, within, onFailed) =>
    assumeRole(
      identity,
      region,
      within,
      [...observers, { answered() {}, failed: (_, failure) => onFailed?.(failure) }],
      exchange,
    )
  if (failover === undefined) return ask(primary, signal).catch((error) => fail([error], identity))
  if (exchange.health.isOpen('sts', primary) && !exchange.health.isOpen('sts', failover)) {
    exchange.health.probe('sts', primary, () => ask(primary, AbortSignal.timeout(patienceMs * 5)))
    return ask(failover, signal).catch((error) => fail([error], identity))
  }
  return race(primary, failover, ask, signal).catch((error) => {
    return fail(error instanceof AggregateError ? error.errors : [error], identity)
  })
}

type Ask = (
  region: string,
  signal: AbortSignal,
  onFailed?: (failure: AwsFailure) => void,
) => Promise<AwsCredentials>

/** Resolves with the first answer; rejects with a refusal at once, or with both failures. */
function race(primary: string, failover: string, ask: Ask, signal: AbortSignal): Promise<AwsCredentials> {
  const abort = new AbortController()
  const within = AbortSignal.any([signal, abort.signal])
  const failures: unknown[] = []
  return new Promise<AwsCredentials>((resolve, reject) => {
    const start = (position: number, region: string) => {
      const onFailed = ({ kind }: AwsFailure) => {
        if (kind !== 'client') startSecond()
      }
      ask(region, within, onFailed).then(resolve, (error: unknown) => {
        failures[position] = error
        if (signal.aborted || (error instanceof AwsFailure && error.kind === 'client')) reject(error)
        else if (failures[0] !== undefined && failures[1] !== undefined) reject(new AggregateError(failures))
      })
    }
    let secondStarted = false
    function startSecond(): void {
      if (secondStarted) return
      secondStarted = true
      start(1, failover)
    }
    const stopWaiting = silenceTimer(patienceMs, startSecond)
    abort.signal.addEventListener('abort', stopWaiting, { once: true })
    start(0, primary)
  }).finally(() => abort.abort(new GraceOver()))
}

async function assumeRole(
  identity: WebIdentity,
  region: string,
  signal: AbortSignal,
  observers: readonly CallObserver[],
  { calls, health, gates, maxTries }: WebIdentityExchange,
): Promise<AwsCredentials> {
  const call: AwsCall = { service: 'sts', region, operation: 'AssumeRoleWithWebIdentity' }
  const attempt: Attempt<AwsCredentials> = async (within, identified) => {
    const input = {
      RoleArn: identity.roleArn,
      RoleSessionName: sessionName(identity.namespace, identity.serviceAccount),
      WebIdentityToken: identity.token.reveal(),
    }
    const answer = await calls.assumeRoleWithWebIdentity(region, input, within).catch((error: unknown) => {
      throw withoutToken(error, identity.token.reveal())
    })
    identified(answer.requestId)
    const { AccessKeyId, SecretAccessKey, SessionToken, expiration } = answer
    // STS behind a captive proxy: 200 with some HTML, which the SDK takes for an empty answer.
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
      throw new AwsFailure(call, 'server', 'EmptyAnswer', 'the answer has no credentials')
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: new Sensitive(SecretAccessKey),
      sessionToken: new Sensitive(SessionToken),
      expiration: expiration ?? Date.now() + 15 * 60_000,
    }
  }
  const gate = gates === undefined ? {} : { gate: gates(region) }
  return callWithTries(call, attempt, signal, { observers: [health, ...observers], ...gate, maxTries })
}

/** STS may quote what it was sent: the token must not come back into a message. */
function withoutToken(error: unknown, token: string): unknown {
  if (error instanceof Error && token !== '' && error.message.includes(token))
    error.message = error.message.replaceAll(token, '<redacted>')
  return error
}

function fail(errors: readonly unknown[], identity: WebIdentity): never {
  const faults: ProviderError[] = []
  for (const error of errors) {
    if (!(error instanceof AwsFailure)) throw error
    faults.push(stsFault(error, identity))
  }
  const [first, ...rest] = faults
  throw first !== undefined && rest.length > 0 ? new MountFaults([first, ...rest]) : first
}
