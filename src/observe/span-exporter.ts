import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'

/** A finished span; times in milliseconds since the epoch. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly begun: number
  readonly ended: number
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Takes spans, and sends them in batches. */
export interface SpanExporter {
  add(spans: readonly Span[]): void
  close(): Promise<void>
}

/** Where spans go, and what goes with all of them. */
export interface SpanExporterOptions {
  /** The whole URL, `…/v1/traces` included. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly resource: Readonly<Record<string, string>>
  readonly scope: { readonly name: string; readonly version: string }
  readonly timeoutMs: number
  /** Hears how a batch failed, and how many spans went with it: `reason` holds nothing of the spans. */
  readonly onLoss: (spans: number, reason: string) => void
}

/** Beyond this many waiting spans the newest are dropped: a collector that is away must not cost memory. */
const mostWaiting = 2_048
const batchSize = 512
const intervalMs = 5_000
/** At the end of the process what is left gets this long. */
const closeMs = 1_000

/**
 * Sends spans to an OpenTelemetry collector as OTLP over HTTP in JSON, in batches, in the background: a mount never
 * waits for it, and what cannot be sent is dropped and counted.
 *
 * The OpenTelemetry SDK for the same costs 56 KB of bundle, 15 ms of CPU at the start and 1.7 MB of memory.
 */
export function createSpanExporter(options: SpanExporterOptions): SpanExporter {
  const waiting: Span[] = []
  let dropped = 0
  let sending: Promise<void> | undefined
  const timer = setInterval(flush, intervalMs)
  timer.unref()

  return {
    add(spans) {
      const room = mostWaiting - waiting.length
      waiting.push(...spans.slice(0, room))
      dropped += Math.max(0, spans.length - room)
      if (waiting.length >= batchSize) flush()
    },
    async close() {
      clearInterval(timer)
      const rest = async () => {
        await sending
        flush()
        await sending
      }
      await Promise.race([rest(), sleep(closeMs, undefined, { ref: false })])
    },
  }

  function flush(): void {
    if (dropped > 0) options.onLoss(dropped, 'too many spans are waiting')
    dropped = 0
    if (sending !== undefined || waiting.length === 0) return
    const batch = waiting.splice(0, batchSize)
    sending = post(options, JSON.stringify(toOtlp(batch, options)))
      .catch((error: unknown) => options.onLoss(batch.length, reasonOf(error)))
      .finally(() => {
        sending = undefined
        if (waiting.length >= batchSize) flush()
      })
  }
}

function post({ url, headers, timeoutMs }: SpanExporterOptions, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith('https:') ? https : http
    const outgoing = request(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': `${Buffer.byteLength(body)}`,
      },
      signal: AbortSignal.timeout(timeoutMs),
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      incoming.resume()
      const status = incoming.statusCode ?? 0
      incoming.on('error', reject)
      incoming.on('end', () =>
        status >= 200 && status < 300 ? resolve() : reject(new Error(`HTTP ${status}`)),
      )
    })
    outgoing.end(body)
  })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return (error as NodeJS.ErrnoException).code?.toString() ?? error.message
}

/** Source: opentelemetry-proto, trace/v1, in its JSON encoding (hexadecimal ids, 64-bit numbers as text). */
function toOtlp(spans: readonly Span[], { resource, scope }: SpanExporterOptions): unknown {
  const written = spans.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    // A mount is a server's span, its stages are internal.
    kind: span.parentSpanId === undefined ? 2 : 1,
    startTimeUnixNano: toNanoseconds(span.begun),
    endTimeUnixNano: toNanoseconds(span.ended),
    attributes: toAttributes(span.attributes),
    status: span.failed ? { code: 2 } : {},
  }))
  return {
    resourceSpans: [
      { resource: { attributes: toAttributes(resource) }, scopeSpans: [{ scope, spans: written }] },
    ],
  }
}

function toNanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds * 1000)) * 1000n}`
}

/** Characters of an attribute's text; whoever chose it may have chosen a long one. */
const mostOfAttribute = 1_024

function toAttributes(attributes: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Object.entries(attributes).flatMap(([key, value]): readonly unknown[] => {
    if (typeof value === 'string') return [{ key, value: { stringValue: value.slice(0, mostOfAttribute) } }]
    if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }]
    return typeof value === 'number' ? [{ key, value: { intValue: `${Math.round(value)}` } }] : []
  })
}
