import { createSpanExporter } from '../observe/span-exporter.ts'
import { createTracer, type Tracer } from '../observe/tracer.ts'
import type { Log } from '../process/log.ts'
import { providerName, version } from '../process/version.ts'
import type { TraceSettings } from '../settings/trace-settings.ts'

/** Starts sending traces, when the environment asks for them; they name the node where it is known. */
export function startTracer(
  settings: TraceSettings | undefined,
  nodeName: string | undefined,
  log: Log,
): Tracer | undefined {
  if (settings === undefined) return undefined
  const exporter = createSpanExporter({
    ...settings,
    resource: {
      'service.version': version,
      // What the environment says of itself counts more.
      ...(nodeName === undefined ? {} : { 'k8s.node.name': nodeName }),
      ...settings.resource,
    },
    scope: { name: providerName, version },
    onLoss: (spans, reason) => log.warn({ spans, reason }, 'traces were lost'),
  })
  return createTracer(exporter)
}
