import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'

/** Beyond this many spans that wait or are being sent the newest are dropped: a collector that is away must not cost memory. */
const mostWaiting = 2_048

/** A span processor that counts what does not arrive. */
export interface BoundedBatches extends SpanProcessor {
  /** Tells of what was dropped since it was last told, and of what was never sent. */
  tellLoss(): void
}

/**
 * Sends spans in batches in the background, every five seconds; what cannot be sent is dropped and counted.
 *
 * OpenTelemetry's own batches tell nobody what they dropped.
 */
export function createBoundedBatches(
  exporter: SpanExporter,
  onLoss: (spans: number, reason: string) => void,
): BoundedBatches {
  let underWay = 0
  let dropped = 0
  const counting: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        underWay -= spans.length
        // ExportResultCode.SUCCESS
        if (result.code !== 0) onLoss(spans.length, reasonOf(result.error))
        tellDropped()
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
  const batches = new BatchSpanProcessor({ exporter: counting, maxQueueSize: mostWaiting })

  return {
    onStart() {},
    onEnd(span) {
      if (underWay >= mostWaiting) {
        dropped += 1
        return
      }
      underWay += 1
      batches.onEnd(span)
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
    tellLoss() {
      tellDropped()
      if (underWay > 0) onLoss(underWay, 'the process has ended')
      underWay = 0
    },
  }

  function tellDropped(): void {
    if (dropped > 0) onLoss(dropped, 'too many spans are waiting')
    dropped = 0
  }
}

/** Never what a collector answered. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { code } = error as { readonly code?: string | number }
  if (code === undefined) return error.message
  return typeof code === 'number' ? `HTTP ${code}` : code
}
