import Counter from '@prometheus-io/client/lib/counter.js'
import Gauge from '@prometheus-io/client/lib/gauge.js'
import Histogram from '@prometheus-io/client/lib/histogram.js'
import Registry from '@prometheus-io/client/lib/registry.js'
import type { Metrics } from '../mount/metrics.ts'
import { oneInFlight } from '../process/one-in-flight.ts'
import { createBreakerLabel } from './breaker-label.ts'
import { type Exposition, expose } from './exposition.ts'
import { processGauges } from './process-metrics.ts'
import { createRegionLabel } from './region-label.ts'

/** What is looked at when somebody scrapes. */
export interface WatchedState {
  readonly mountsUnderWay: number
  readonly mountsWaiting: number
  readonly sessions: number
}

/** The daemon's metrics and their text. */
export interface PrometheusMetrics extends Metrics {
  /** Names what the gauges of the process's state show; until then they are zero. */
  watch(state: () => WatchedState): void
  eventLoopLag(seconds: number): void
  strayError(kind: 'uncaughtException' | 'unhandledRejection'): void
  /** What the last readiness probe was told. */
  ready(ok: boolean): void
  scrape(accept: string | undefined): Promise<Exposition>
}

/** From a warm mount's milliseconds to the 100 s that a mount may take. */
const mountBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100]
const callBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const lagBuckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Makes the daemon's metrics, in a registry of their own; docs/observability.md has what each one tells. */
export function createPrometheusMetrics(build: {
  readonly version: string
  readonly runtime: string
  /** Name of the node, where it is known. */
  readonly node?: string
}): PrometheusMetrics {
  const registry = new Registry()
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter<Label>({ name, help, labelNames: [...labelNames], registers })
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name, help, labelNames: [...labelNames], registers })
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly Label[] = [],
  ) => new Histogram<Label>({ name, help, buckets: [...buckets], labelNames: [...labelNames], registers })

  gauge('ascp_build_info', 'Version of the provider and of its runtime; always 1.', [
    'version',
    'runtime',
    'node',
  ]).set({ node: '', ...build }, 1)

  const mounts = counter('ascp_mounts_total', 'Mounts that have ended.', ['outcome', 'code'])
  // A series that is born with its first increment hides that one from increase().
  mounts.inc({ outcome: 'success', code: 'OK' }, 0)
  for (const code of ['MOUNT_TIMED_OUT', 'TOO_MANY_MOUNTS']) mounts.inc({ outcome: 'error', code }, 0)
  const mountSeconds = histogram(
    'ascp_mount_duration_seconds',
    'Duration of mounts, waiting included; session says whether credentials were at hand (warm) or not (cold).',
    mountBuckets,
    ['outcome', 'session'],
  )
  const stageSeconds = histogram(
    'ascp_mount_stage_duration_seconds',
    'Duration of the stages of mounts.',
    mountBuckets,
    ['stage'],
  )
  const queueSeconds = histogram(
    'ascp_mount_queue_wait_seconds',
    'Time that mounts wait for other mounts of the node.',
    mountBuckets,
  )
  const underWay = gauge('ascp_mounts_in_progress', 'Mounts under way.')
  const waiting = gauge('ascp_mounts_queued', 'Mounts that wait for other mounts of the node.')
  const held = gauge('ascp_mount_held_bytes', 'Bytes of secret values that mounts hold for writing.')
  const shared = counter('ascp_shared_reads_total', 'Reads that joined an equal one in flight.')

  const requests = counter('ascp_aws_requests_total', 'Requests to AWS, each try counted.', [
    'service',
    'operation',
    'region',
    'outcome',
  ])
  const requestSeconds = histogram(
    'ascp_aws_request_duration_seconds',
    'Duration of requests to AWS, each try on its own.',
    callBuckets,
    ['service', 'operation', 'region'],
  )
  const retries = counter('ascp_aws_retries_total', 'Requests to AWS that were tried once more.', [
    'service',
    'region',
    'reason',
  ])
  const breakerOpen = gauge(
    'ascp_region_breaker_open',
    '1 while a service of a region is silent and mounts with a failover region go on without it.',
    ['service', 'region'],
  )
  const breakerOpened = counter('ascp_region_breaker_opened_total', 'Times that a region fell silent.', [
    'service',
    'region',
  ])
  const failovers = counter(
    'ascp_failovers_total',
    'Mounts that one of their two regions had no values for; mounted says whose values were taken.',
    ['service', 'region', 'mounted'],
  )

  const nullTexts = counter(
    'ascp_extract_null_texts_total',
    'Mounted extracts that are the text null, which to_string() made of nothing.',
  )

  const sessions = gauge('ascp_sessions', 'Sessions with AWS that are kept.')
  const sessionEvents = counter('ascp_session_events_total', 'What became of sessions.', ['event'])
  const podIdentity = counter('ascp_pod_identity_requests_total', 'Exchanges at the Pod Identity agent.', [
    'code',
  ])
  const podIdentitySeconds = histogram(
    'ascp_pod_identity_request_duration_seconds',
    'Duration of exchanges at the Pod Identity agent, retries included.',
    callBuckets,
  )
  const kubernetes = counter(
    'ascp_kubernetes_requests_total',
    'Requests to the Kubernetes API, each try counted.',
    ['verb', 'resource', 'status'],
  )
  const kubernetesSeconds = histogram(
    'ascp_kubernetes_request_duration_seconds',
    'Duration of requests to the Kubernetes API, each try on its own.',
    callBuckets,
    ['verb', 'resource'],
  )

  const stray = counter(
    'ascp_unexpected_errors_total',
    'Errors outside of any mount: defects of the provider.',
    ['kind'],
  )
  for (const kind of ['uncaughtException', 'unhandledRejection']) stray.inc({ kind }, 0)
  const files = counter('ascp_files_total', 'Files of volumes, by what was done with them.', ['action'])
  const lag = histogram(
    'ascp_event_loop_lag_seconds',
    'How late the event loop is, looked at once a second.',
    lagBuckets,
  )
  const readiness = gauge('ascp_ready', '1 when the last readiness probe passed.')
  readiness.remove()
  registerProcess(registry)

  const regionLabel = createRegionLabel()
  const breakerLabel = createBreakerLabel(regionLabel)
  let state = (): WatchedState => ({ mountsUnderWay: 0, mountsWaiting: 0, sessions: 0 })

  // Whoever scrapes without end makes no more work than one.
  const written = oneInFlight(() => registry.metrics())
  return {
    mountEnded(end) {
      const outcome = end.code === 'OK' ? 'success' : 'error'
      mounts.inc({ outcome, code: end.code })
      mountSeconds.observe({ outcome, session: end.warm ? 'warm' : 'cold' }, end.seconds)
      queueSeconds.observe(end.stageSeconds.get('queue') ?? 0)
      for (const [stage, seconds] of end.stageSeconds) stageSeconds.observe({ stage }, seconds)
      if (end.shared > 0) shared.inc(end.shared)
    },
    bytesHeld: (change) => held.inc(change),
    answered({ service, operation, region }, milliseconds) {
      const labels = { service, operation, region: regionLabel(region, true) }
      requests.inc({ ...labels, outcome: 'success' })
      requestSeconds.observe(labels, milliseconds / 1000)
    },
    failed({ service, operation, region }, { kind }, milliseconds) {
      const labels = { service, operation, region: regionLabel(region, kind !== 'network') }
      requests.inc({ ...labels, outcome: kind })
      requestSeconds.observe(labels, milliseconds / 1000)
    },
    retrying: ({ service, region }, { kind }) =>
      retries.inc({ service, region: regionLabel(region, kind !== 'network'), reason: kind }),
    breaker({ service, region }, open) {
      const { label, anyOpen } = breakerLabel(service, region, open)
      const labels = { service, region: label }
      breakerOpen.set(labels, anyOpen ? 1 : 0)
      if (open) breakerOpened.inc(labels)
    },
    failover: ({ service, from, to, used }) =>
      failovers.inc({
        service,
        region: regionLabel(used ? from : to, false),
        mounted: used ? 'failover' : 'primary',
      }),
    session: (event) => sessionEvents.inc({ event }),
    podIdentity(code, seconds) {
      podIdentity.inc({ code })
      podIdentitySeconds.observe(seconds)
    },
    kubernetes({ verb, resource }, status, seconds) {
      kubernetes.inc({ verb, resource, status })
      kubernetesSeconds.observe({ verb, resource }, seconds)
    },
    nullTexts: (count) => nullTexts.inc(count),
    files(counts) {
      for (const [action, count] of Object.entries(counts)) if (count > 0) files.inc({ action }, count)
    },
    strayError: (kind) => stray.inc({ kind }),
    eventLoopLag: (seconds) => lag.observe(seconds),
    ready: (ok) => readiness.set(ok ? 1 : 0),
    watch(read) {
      state = read
    },
    async scrape(accept) {
      const now = state()
      underWay.set(now.mountsUnderWay)
      waiting.set(now.mountsWaiting)
      sessions.set(now.sessions)
      return expose(await written(), accept)
    },
  }
}

/** Numbers of the process, read when they are asked for. */
function registerProcess(registry: Registry): void {
  for (const { name, help, isCounter, read } of processGauges) {
    if (read() === undefined) continue
    const registers = [registry]
    if (isCounter === true) {
      const metric: Counter = new Counter({
        name,
        help,
        registers,
        collect() {
          metric.reset()
          metric.inc(read() ?? 0)
        },
      })
    } else {
      const metric: Gauge = new Gauge({
        name,
        help,
        registers,
        collect() {
          metric.set(read() ?? 0)
        },
      })
    }
  }
}
