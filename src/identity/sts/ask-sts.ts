import type { AwsCalls } from '../../aws/aws-calls.ts'
import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import type { CredentialsAnswer } from '../../aws/parse-answers.ts'
import type { RegionGates } from '../../aws/region-gates.ts'
import type { RegionHealth } from '../../aws/region-health.ts'
import { type Attempt, type CallObserver, callWithTries, GraceOver } from '../../aws/tries.ts'
import { collected, type ProviderError } from '../../errors/provider-error.ts'
import type { Regions } from '../../plan/mount-plan.ts'
import type { Clock } from '../../process/clock.ts'
import { Sensitive } from '../../process/sensitive.ts'
import { silenceTimer } from '../../process/silence-timer.ts'
import type { AwsCredentials } from '../aws-credentials.ts'

/** The second region's STS is asked when the first has been silent this long; waiting for our own gate is no part of it. */
const patienceMs = 1_000
const probeMs = 5_000

/** How STS is asked, whatever for. */
export interface StsPatience {
  readonly calls: Pick<AwsCalls, 'reach'>
  readonly health: RegionHealth
  /** Bounds the exchanges under way; none for a single one. */
  readonly gates?: RegionGates
  readonly maxTries?: number | undefined
  /** The machine's unless told. */
  readonly clock?: Clock
}

/** What is asked of STS. */
export interface StsQuestion {
  readonly operation: 'AssumeRole' | 'AssumeRoleWithWebIdentity'
  /** What must not come back in a message: STS may quote what it was sent. */
  readonly secret?: string | undefined
  /** One try; `begun` hears when STS is waited for. */
  ask(region: string, signal: AbortSignal, begun: () => void): Promise<CredentialsAnswer>
  /** What a failure means to people. */
  faultOf(failure: AwsFailure): ProviderError
}

/**
 * Asks the regional STS of the primary region for credentials; with a second region its STS too, when the first
 * answers 5xx, cannot be reached, or is silent for 1 s.
 *
 * One that is known to be silent is asked last.
 *
 * @throws what the question makes of the failures; a refusal of either region is final. {MountFaults} when both have
 *   failed. The signal's reason when that aborts.
 */
export async function askSts(
  question: StsQuestion,
  [primary, failover]: Regions,
  signal: AbortSignal,
  observers: readonly CallObserver[],
  patience: StsPatience,
): Promise<AwsCredentials> {
  const { health } = patience
  const ask: Ask = (region, within, onTrouble = () => {}) => {
    const { begun, end } = watchSilence(region, onTrouble, patience)
    const listener: CallObserver = {
      answered() {},
      failed: (_, { kind }) => {
        if (kind !== 'client') onTrouble()
      },
    }
    return askRegion(question, region, within, [...observers, listener], patience, begun).finally(end)
  }
  const fail = (error: unknown) =>
    throwFaults(error instanceof AggregateError ? error.errors : [error], question)
  if (failover === undefined) return ask(primary, signal).catch(fail)
  if (health.isOpen('sts', primary) && !health.isOpen('sts', failover)) {
    probe(primary, patience)
    return askSilentLast(primary, failover, ask, signal).catch(fail)
  }
  return race(primary, failover, ask, signal).catch(fail)
}

/** Looks behind the mount's back whether a silent STS answers again: without the token, which would outlive the mount. */
function probe(region: string, { calls, health }: StsPatience): void {
  health.probe('sts', region, async () => {
    await calls.reach('sts', region, AbortSignal.timeout(probeMs))
    health.answered({ service: 'sts', region })
  })
}

/** Asks the region that answers; the one that was silent is asked in earnest only when that one has failed. */
async function askSilentLast(
  primary: string,
  failover: string,
  ask: Ask,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  try {
    return await ask(failover, signal)
  } catch (error) {
    if (signal.aborted || !(error instanceof AwsFailure) || error.kind === 'client') throw error
    return await ask(primary, signal).catch((first: unknown) => {
      throw new AggregateError([first, error])
    })
  }
}

/** `onTrouble` hears, maybe several times, when the region is silent or has failed: reason to ask the other one. */
type Ask = (region: string, signal: AbortSignal, onTrouble?: () => void) => Promise<AwsCredentials>

/**
 * Tells that a region is silent: 1 s after it is waited for, or when others find it so.
 *
 * Who waits at our own gate has not asked yet. While those inside meet silence, it need not wait for its turn to do so.
 */
function watchSilence(
  region: string,
  silent: () => void,
  { health, clock }: StsPatience,
): { begun(): void; end(): void } {
  const stopListening = health.onSilence('sts', region, silent)
  let stopTimer: (() => void) | undefined
  return {
    begun() {
      stopTimer ??= silenceTimer(patienceMs, silent, clock)
    },
    end() {
      stopListening()
      stopTimer?.()
    },
  }
}

/** Resolves with the first answer; rejects with a refusal at once, or with both failures. */
function race(primary: string, failover: string, ask: Ask, signal: AbortSignal): Promise<AwsCredentials> {
  const abort = new AbortController()
  const within = AbortSignal.any([signal, abort.signal])
  const failures: unknown[] = []
  return new Promise<AwsCredentials>((resolve, reject) => {
    const start = (position: number, region: string) => {
      ask(region, within, startSecond).then(resolve, (error: unknown) => {
        failures[position] = error
        if (signal.aborted || !(error instanceof AwsFailure) || error.kind === 'client') reject(error)
        else if (failures[0] !== undefined && failures[1] !== undefined) reject(new AggregateError(failures))
      })
    }
    let secondStarted = false
    function startSecond(): void {
      if (secondStarted) return
      secondStarted = true
      start(1, failover)
    }
    start(0, primary)
  }).finally(() => abort.abort(new GraceOver()))
}

function askRegion(
  { operation, ask, secret }: StsQuestion,
  region: string,
  signal: AbortSignal,
  observers: readonly CallObserver[],
  { health, gates, maxTries, clock }: StsPatience,
  onBegun: () => void,
): Promise<AwsCredentials> {
  const call: AwsCall = { service: 'sts', region, operation }
  const attempt: Attempt<AwsCredentials> = async (within, { identified, begun }) => {
    const asked = ask(region, within, () => {
      begun()
      onBegun()
    })
    const answer = await asked.catch((error: unknown) => {
      throw withoutSecret(error, secret)
    })
    const { AccessKeyId, SecretAccessKey, SessionToken, expiration, requestId } = answer
    identified(requestId)
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
  const gate = gates === undefined ? {} : { gate: gates('sts', region) }
  const timed = clock === undefined ? {} : { clock }
  return callWithTries(call, attempt, signal, {
    observers: [health, ...observers],
    ...gate,
    ...timed,
    maxTries,
  })
}

/** One of three characters is in many a word. */
function withoutSecret(error: unknown, secret = ''): unknown {
  if (error instanceof Error && secret.length > 3 && error.message.includes(secret))
    error.message = error.message.replaceAll(secret, '<redacted>')
  return error
}

/** The failures of all regions that were asked; what is none of AWS's is thrown as it is. */
function throwFaults(errors: readonly unknown[], question: StsQuestion): never {
  const [first, ...rest] = errors.map((error) => {
    if (!(error instanceof AwsFailure)) throw error
    return question.faultOf(error)
  })
  throw first === undefined ? new Error('no region was asked') : collected([first, ...rest])
}
