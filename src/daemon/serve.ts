import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCaFiles } from '../aws/certificates.ts'
import { findCluster } from '../cluster/config/find-cluster.ts'
import { createKubernetesClient } from '../cluster/kubernetes-client.ts'
import { describeDefect } from '../errors/describe-defect.ts'
import { createLog } from '../observe/log.ts'
import { createPrometheusMetrics } from '../observe/prometheus.ts'
import type { Log } from '../process/log.ts'
import { createMemoryRelease, startInMounts } from '../process/memory/memory-release.ts'
import { retriedLoad } from '../process/retried-load.ts'
import { providerName, version } from '../process/version.ts'
import { serveDriver } from '../rpc/serve-driver.ts'
import type { ServeSettings } from '../settings/serve-settings.ts'
import { startHealth } from './health.ts'
import { watchStrayErrors } from './stray-errors.ts'
import { tracing } from './tracing.ts'

/** Running mounts get this long at SIGTERM; the installer's terminationGracePeriodSeconds is above it. */
const drainMs = 25_000

/**
 * What mounts need takes some 50 ms of CPU to load, which is a second at a twentieth of a core: not before a driver that
 * is there has its first answer, nor in the moment of it.
 */
const prepareAfterMs = 50
/** Where no driver asks. */
const prepareLatestMs = 2_000

/**
 * Serves the driver until SIGTERM or SIGINT, then drains; resolves with the exit code.
 * @throws {ProviderError} of the start.
 */
export async function serve(settings: ServeSettings): Promise<number> {
  const log = createLog({ level: settings.logLevel, format: settings.logFormat })
  const ended = untilSignal()
  process.on('SIGUSR2', () => log.info({ logLevel: log.toggleDebug() }, 'log level changed'))
  for (const warning of settings.warnings) log.warn({}, warning)
  keepOutOfCoreDumps(log)

  const metrics = createPrometheusMetrics({
    version,
    runtime: `node ${process.version}`,
    ...(settings.nodeName === undefined ? {} : { node: settings.nodeName }),
  })
  const broken = Promise.withResolvers<'uncaughtException'>()
  watchStrayErrors(process, log, metrics.strayError, () => broken.resolve('uncaughtException'))
  const cluster = await findCluster(settings.cluster)
  const { qps, burst } = settings
  const traces = tracing(settings.traces, settings.nodeName, log)
  const kubernetes = createKubernetesClient({
    ...cluster,
    qps,
    burst,
    userAgent: `${providerName}/${version}`,
    onTry(call, outcome, seconds) {
      metrics.kubernetes(call, outcome, seconds)
      traces.tracer?.kubernetes(call, outcome, seconds)
      log.debug({ ...call, outcome, ms: Math.round(seconds * 1000) }, 'Kubernetes answered')
    },
  })
  // A wrong file ends the start, not the first mount.
  readCaFiles(settings.aws.caFiles)
  const memory = createMemoryRelease()
  const mounting = retriedLoad(async () => {
    const { createDaemonRunner } = await import('./create-runner.ts')
    memory.ended(startInMounts)
    const tracer = await traces.load()
    return createDaemonRunner({ settings, kubernetes, log, metrics, tracer, memory })
  })
  const prepare = () =>
    mounting.get().catch((error: unknown) => log.error(describeDefect(error), 'mounts cannot be run yet'))
  const latest = setTimeout(prepare, prepareLatestMs).unref()
  let wasAsked = false
  const socketPath = join(settings.providerVolume, 'aws.sock')
  const driver = await serveDriver({
    socketPath,
    version,
    log,
    mount: async (raw, call) => {
      memory.received(raw.attributes.length)
      return (await mounting.get()).run(raw, call).finally(() => memory.ended())
    },
    answeredVersion() {
      if (wasAsked) return
      wasAsked = true
      clearTimeout(latest)
      setTimeout(prepare, prepareAfterMs).unref()
    },
  })
  const health = await startHealth({
    port: settings.healthPort,
    driver,
    kubernetes,
    pipeline: mounting,
    metrics,
    log,
  })
  log.info(
    {
      version,
      socket: socketPath,
      driverWritesSecrets: settings.driverWritesSecrets,
      healthPort: health.port,
    },
    'serving',
  )
  const reason = await Promise.race([ended, broken.promise])
  log.info({ signal: reason, mounts: driver.inFlight }, 'stopping')
  health.stopping()
  await driver.drain(drainMs)
  await traces.tracer?.close()
  health.close()
  log.info({}, 'stopped')
  return reason === 'uncaughtException' ? 1 : 0
}

function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}

/** Secrets must not outlive a crash: no memory of ours goes into a core dump, whoever collects it. Linux only. */
function keepOutOfCoreDumps(log: Log): void {
  try {
    writeFileSync('/proc/self/coredump_filter', '0')
  } catch (error) {
    log.debug({ code: (error as NodeJS.ErrnoException).code }, 'core dumps cannot be emptied here')
  }
}
