import { createConnections } from '../aws/connections.ts'
import type { KubernetesClient } from '../cluster/kubernetes-client.ts'
import type { Log } from '../observe/log.ts'
import type { PrometheusMetrics } from '../observe/prometheus.ts'
import type { Tracer } from '../observe/tracer.ts'
import type { MemoryRelease } from '../release-memory.ts'
import { createMountRunner, type MountRunner } from '../run-mount.ts'
import type { ServeSettings } from '../settings.ts'
import { createDaemonRooms } from './daemon-rooms.ts'

interface MountingParts {
  readonly settings: ServeSettings
  readonly kubernetes: KubernetesClient
  readonly log: Log
  readonly metrics: PrometheusMetrics
  readonly tracer: Tracer | undefined
  readonly memory: MemoryRelease
}

/** What the daemon needs from the first mount on, and not to answer Version. */
export function createMounting({
  settings,
  kubernetes,
  log,
  metrics,
  tracer,
  memory,
}: MountingParts): MountRunner {
  const connections = createConnections(settings.aws)
  const rooms = createDaemonRooms({ settings, kubernetes, connections, log, metrics, memory })
  const runner = createMountRunner({ rooms, log, metrics, tracer })
  metrics.watch(() => ({
    mountsUnderWay: runner.underWay,
    mountsWaiting: runner.waiting + rooms.waiting,
    sessions: rooms.sessions.size,
  }))
  connections.warm()
  rooms.prepare()
  return runner
}
