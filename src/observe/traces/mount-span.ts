import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { AwsCall, AwsFailure, AwsService } from '../../aws/failures/failure.ts'
import type { EndedMount, MountSpan } from '../../mount/mount-trace.ts'

/** A mount under way, for calls that were made for it. */
export interface TracedMount {
  /** A call that has just ended and took `milliseconds`. */
  called(name: string, milliseconds: number, end: CallEnd): void
}

/** How a call has ended. */
export interface CallEnd {
  /** A word for what failed; undefined when nothing did. */
  readonly failure: string | undefined
  readonly attributes: Attributes
}

/** As AWS names its services in its SDKs. */
const serviceNames: Readonly<Record<AwsService, string>> = {
  secretsmanager: 'SecretsManager',
  ssm: 'SSM',
  sts: 'STS',
}

/**
 * Makes the span of a mount: below it one for each stage, and one for each try of each call. Names of secrets,
 * parameters and files stay out of all of them.
 *
 * `runIn` runs a function so that calls made in it find the mount.
 */
export function createMountSpan(spans: Tracer, runIn: <T>(mount: TracedMount, run: () => T) => T): MountSpan {
  // The clock of the day may be set meanwhile: it is asked once, and all times are measured by the other.
  const zero = Date.now() - performance.now()
  const toEpoch = (monotonic: number) => zero + monotonic
  const whole = spans.startSpan(
    'mount',
    { kind: SpanKind.SERVER, startTime: toEpoch(performance.now()) },
    ROOT_CONTEXT,
  )
  const below = trace.setSpan(ROOT_CONTEXT, whole)
  const failedTries = new WeakMap<AwsCall, number>()

  const mount: TracedMount = {
    called(name, milliseconds, { failure, attributes }) {
      const ended = performance.now()
      const startTime = toEpoch(ended - milliseconds)
      const span = spans.startSpan(name, { kind: SpanKind.CLIENT, startTime, attributes }, below)
      if (failure !== undefined) {
        span.setAttribute('error.type', failure).setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end(toEpoch(ended))
    },
  }

  function awsCalled(call: AwsCall, milliseconds: number, failure: string | undefined, rest: Attributes) {
    const service = serviceNames[call.service]
    mount.called(`${service}.${call.operation}`, milliseconds, {
      failure,
      attributes: {
        'rpc.system': 'aws-api',
        'rpc.service': service,
        'rpc.method': call.operation,
        'cloud.region': call.region,
        'ascp.attempt': (failedTries.get(call) ?? 0) + 1,
        ...rest,
      },
    })
  }

  return {
    traceId: whole.spanContext().traceId,
    during: (run) => runIn(mount, run),
    answered(call, milliseconds, requestId) {
      awsCalled(call, milliseconds, undefined, {
        'http.response.status_code': 200,
        'aws.request_id': requestId,
      })
      // The pages of one read are calls of one kind.
      failedTries.delete(call)
    },
    failed(call, failure, milliseconds) {
      awsCalled(call, milliseconds, failure.code, {
        'http.response.status_code': statusOf(failure),
        'aws.request_id': failure.requestId,
        'ascp.failure.kind': failure.kind,
      })
      failedTries.set(call, (failedTries.get(call) ?? 0) + 1)
    },
    end(ended, code) {
      const failed = code !== 'OK'
      const { stages } = ended
      for (const [at, { stage, begun, ended: done }] of stages.entries()) {
        const span = spans.startSpan(stage, { startTime: toEpoch(begun) }, below)
        if (failed && at === stages.length - 1) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end(toEpoch(done))
      }
      whole.setAttributes(attributesOf(ended, code))
      if (failed) whole.setStatus({ code: SpanStatusCode.ERROR, message: code })
      whole.end(toEpoch(performance.now()))
    },
  }
}

function attributesOf(ended: EndedMount, code: string): Attributes {
  const { identity, namespace, pod, serviceAccount, objects, warm, shared, failedTries } = ended.describe()
  return {
    'k8s.namespace.name': text(namespace),
    'k8s.pod.name': text(pod),
    'ascp.service_account': text(serviceAccount),
    'ascp.identity': text(identity),
    'ascp.objects': number(objects),
    'ascp.session.warm': warm === true,
    'ascp.reads.shared': number(shared),
    'ascp.tries.failed': number(failedTries),
    'ascp.code': code,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The HTTP status of a failed try, where there was an answer. */
function statusOf({ code, cause }: AwsFailure): number | undefined {
  const [, told] = /^HTTP (\d{3})$/.exec(code) ?? []
  if (told !== undefined) return Number(told)
  const { $metadata } = (cause ?? {}) as { readonly $metadata?: { readonly httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}
