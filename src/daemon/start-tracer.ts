import { createSpanExporter } from '../observe/span-exporter.ts'
import { createTracer, type Tracer } from '../observe/tracer.ts'
import type { Log } from '../process/log.ts'
import { providerName, version } from '../process/version.ts'
import type { TraceSettings } from '../settings/trace-settings.ts'

/** Starts sending traces, when the environment asks for them. */
export function startTracer(settings: TraceSettings | undefined, log: Log): Tracer | undefined {
  if (settings === undefined) return undefined
  const exporter = createSpanExporter({
    ...settings,
    resource: { 'service.version': version, ...settings.resource },
    scope: { name: providerName, version },
    onLoss: (spans, reason) => log.warn({ spans, reason }, 'traces were lost'),
  })
  return createTracer(exporter)
}
