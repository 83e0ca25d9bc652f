import type { KubernetesClient } from '../cluster/kubernetes-client.ts'
import { ProviderError } from '../errors/provider-error.ts'
import {
  eventLoopCheck,
  kubernetesCheck,
  pipelineCheck,
  shutdownCheck,
  socketCheck,
} from '../observe/health-checks.ts'
import { serveHealth } from '../observe/health-server.ts'
import type { PrometheusMetrics } from '../observe/prometheus.ts'
import { measureEventLoopLag } from '../process/event-loop-lag.ts'
import type { Log } from '../process/log.ts'

interface HealthParts {
  /** 0 = no server. */
  readonly port: number
  readonly driver: { answersVersion(): Promise<boolean> }
  readonly kubernetes: KubernetesClient
  readonly pipeline: { readonly failed: boolean }
  readonly metrics: PrometheusMetrics
  readonly log: Log
}

/** The running health server. */
export interface DaemonHealth {
  readonly port: number | undefined
  /** Not ready from now on. */
  stopping(): void
  /** Answers nobody from now on. */
  close(): void
}

/** Starts what probes and scrapers ask; it answers until it is closed. */
export async function startHealth({
  port,
  driver,
  kubernetes,
  pipeline,
  metrics,
  log,
}: HealthParts): Promise<DaemonHealth> {
  if (port === 0) return { port: undefined, stopping() {}, close() {} }
  let isStopping = false
  const loop = eventLoopCheck(measureEventLoopLag(metrics.eventLoopLag))
  const server = await serveHealth({
    port,
    log,
    scrape: metrics.scrape,
    onReadyz: metrics.ready,
    livez: [loop],
    readyz: [
      loop,
      socketCheck(() => driver.answersVersion()),
      kubernetesCheck(() => askKubernetes(kubernetes)),
      pipelineCheck(pipeline),
      shutdownCheck(() => isStopping),
    ],
  })
  return {
    port: server.port,
    stopping() {
      isStopping = true
    },
    close: () => server.close(),
  }
}

/** Every service account may read /version; a refusal comes from the API too, so the way there is open. */
async function askKubernetes(kubernetes: KubernetesClient): Promise<string | undefined> {
  try {
    await kubernetes.get('/version', AbortSignal.timeout(20_000))
    return undefined
  } catch (error) {
    if (!(error instanceof ProviderError)) return 'no answer'
    return error.code === 'KUBERNETES_FORBIDDEN' || error.code === 'KUBERNETES_NOT_FOUND'
      ? undefined
      : error.code
  }
}
