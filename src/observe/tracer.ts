import { randomBytes } from 'node:crypto'
import type { MountTrace } from '../mount/mount-trace.ts'
import type { Span, SpanExporter } from './span-exporter.ts'

/** Tells a trace collector of mounts. */
export interface Tracer {
  /** For a mount that begins, so that its log lines can name the trace. */
  newTraceId(): string
  mountEnded(trace: MountTrace, code: string): void
  /** Sends what is left, within a second. */
  close(): Promise<void>
}

/** Makes a trace of each mount: one span for the whole, one below it for each stage. Names of objects stay out. */
export function createTracer(exporter: SpanExporter): Tracer {
  const newTraceId = () => randomBytes(16).toString('hex')
  return {
    newTraceId,
    mountEnded(trace, code) {
      // The clock of the day may have been set since the start: it is asked now, and the way back measured by the other.
      const zero = Date.now() - performance.now()
      const toEpoch = (monotonic: number) => zero + monotonic
      const traceId = trace.traceId ?? newTraceId()
      const spanId = randomBytes(8).toString('hex')
      const failed = code !== 'OK'
      const { identity, namespace, pod, serviceAccount, objects, warm, shared, failedTries } =
        trace.describe()
      const whole: Span = {
        traceId,
        spanId,
        name: 'mount',
        begun: toEpoch(trace.begun),
        ended: toEpoch(performance.now()),
        failed,
        attributes: {
          'k8s.namespace.name': namespace,
          'k8s.pod.name': pod,
          'ascp.service_account': serviceAccount,
          'ascp.identity': identity,
          'ascp.objects': objects,
          'ascp.session.warm': warm,
          'ascp.reads.shared': shared,
          'ascp.tries.failed': failedTries,
          'ascp.code': code,
        },
      }
      const stages = trace.stages.map(
        ({ stage, begun, ended }): Span => ({
          traceId,
          spanId: randomBytes(8).toString('hex'),
          parentSpanId: spanId,
          name: stage,
          begun: toEpoch(begun),
          ended: toEpoch(ended),
          failed: failed && stage === trace.stage,
          attributes: {},
        }),
      )
      exporter.add([whole, ...stages])
    },
    close: () => exporter.close(),
  }
}
