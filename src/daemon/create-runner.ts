import { createConnections } from '../aws/connections.ts'
import type { KubernetesClient } from '../cluster/kubernetes-client.ts'
import type { Metrics } from '../mount/metrics.ts'
import { createMountRunner, type MountRunner } from '../mount/mount-runner.ts'
import type { PrometheusMetrics } from '../observe/prometheus.ts'
import type { Tracer } from '../observe/traces/tracer.ts'
import type { Log } from '../process/log.ts'
import type { MemoryRelease } from '../process/memory/memory-release.ts'
import type { ServeSettings } from '../settings/serve-settings.ts'
import { createDaemonSteps } from './mount-steps.ts'

interface RunnerParts {
  readonly settings: ServeSettings
  readonly kubernetes: KubernetesClient
  readonly log: Log
  readonly metrics: PrometheusMetrics
  readonly tracer: Tracer | undefined
  readonly memory: MemoryRelease
}

/** What the daemon needs from the first mount on, and not to answer Version. */
export function createDaemonRunner({
  settings,
  kubernetes,
  log,
  metrics,
  tracer,
  memory,
}: RunnerParts): MountRunner {
  const connections = createConnections(settings.aws)
  const counted = tracer === undefined ? metrics : alsoTraced(metrics, tracer)
  const steps = createDaemonSteps({ settings, kubernetes, connections, log, metrics: counted, memory })
  const runner = createMountRunner({ steps, log, metrics, tracer, memory })
  metrics.watch(() => ({
    mountsUnderWay: runner.underWay,
    mountsWaiting: runner.waiting + steps.waiting,
    sessions: steps.sessions.size,
  }))
  connections.warm()
  steps.prepare()
  return runner
}

/** Exchanges at the Pod Identity agent are calls of a mount as well. */
function alsoTraced(metrics: Metrics, tracer: Tracer): Metrics {
  return {
    ...metrics,
    podIdentity(code, seconds) {
      metrics.podIdentity(code, seconds)
      tracer.podIdentity(code, seconds)
    },
  }
}
