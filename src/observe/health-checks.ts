/** One thing that must be so; resolves with nothing when it is, else with the reason in a few words of ours. */
export interface HealthCheck {
  readonly name: string
  run(): Promise<string | undefined> | string | undefined
}

/** What the checks of an endpoint came to. */
export interface CheckReport {
  readonly ok: boolean
  /** The answer's text, as Kubernetes' own components write it. */
  readonly verbose: string
}

/** A check that hangs is a check that failed; patient, for a container with little CPU. */
const checkTimeoutMs = 8_000

/** Runs the checks of `endpoint`, all at once, in the words of Kubernetes' `/readyz?verbose`. */
export async function runChecks(endpoint: string, checks: readonly HealthCheck[]): Promise<CheckReport> {
  const results = await Promise.all(
    checks.map(async (check) => ({ name: check.name, reason: await inTime(check) })),
  )
  const ok = results.every(({ reason }) => reason === undefined)
  const lines = results.map(({ name, reason }) =>
    reason === undefined ? `[+]${name} ok` : `[-]${name} failed: ${reason}`,
  )
  return { ok, verbose: [...lines, `${endpoint} check ${ok ? 'passed' : 'failed'}`, ''].join('\n') }
}

async function inTime(check: HealthCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${checkTimeoutMs / 1000} s`), checkTimeoutMs)
  })
  try {
    return await Promise.race([check.run(), late])
  } catch {
    // What was thrown may say anything; this page is for everybody in the cluster.
    return 'it cannot be checked'
  } finally {
    clearTimeout(timer)
  }
}

/** Late by this much at two looks in a row: not slow, but stuck. At 50m CPU some seconds are normal. */
const stuckSeconds = 30

/** Fails when the event loop hardly turns. That this answers at all says most of it. */
export function eventLoopCheck(lag: { readonly sustained: number }): HealthCheck {
  return {
    name: 'event-loop',
    run: () => (lag.sustained > stuckSeconds ? `late by ${Math.round(lag.sustained)} s` : undefined),
  }
}

/** Fails unless our own socket answers, and it is we who answer. */
export function socketCheck(answersVersion: () => Promise<boolean>): HealthCheck {
  return {
    name: 'driver-socket',
    run: async () => ((await answersVersion()) ? undefined : 'aws.sock does not lead to this process'),
  }
}

/** Fails while what mounts need could not be loaded: the socket answers, and every mount fails. */
export function pipelineCheck(pipeline: { readonly failed: boolean }): HealthCheck {
  return { name: 'mount-pipeline', run: () => (pipeline.failed ? 'it could not be loaded' : undefined) }
}

/** Fails once the process has been told to stop. */
export function shutdownCheck(isStopping: () => boolean): HealthCheck {
  return { name: 'shutdown', run: () => (isStopping() ? 'the process is stopping' : undefined) }
}

/** The API is not asked more often than this while it has never answered. */
const askAgainMs = 5_000

/**
 * Fails until the Kubernetes API has answered once. After that an outage of the API is no reason to call this pod
 * unready: other pods would serve no better.
 */
export function kubernetesCheck(
  ask: () => Promise<string | undefined>,
  now: () => number = () => performance.now(),
): HealthCheck {
  let reached = false
  let asked: { readonly at: number; readonly answer: Promise<string | undefined> } | undefined
  return {
    name: 'kubernetes-api',
    async run() {
      if (reached) return undefined
      if (asked === undefined || now() - asked.at > askAgainMs) asked = { at: now(), answer: ask() }
      const reason = await asked.answer
      reached ||= reason === undefined
      return reason
    },
  }
}
