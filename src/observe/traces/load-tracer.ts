import type { Tracer, TracerOptions } from './tracer.ts'

/**
 * Loads OpenTelemetry and makes a tracer. In the executable, build/sea/load-tracer.ts takes this file's place and reads
 * the same module from inside the executable, so that a daemon that sends no traces does not hold its text.
 *
 * The module is a copy apart there: compare nothing across the border with `instanceof`.
 */
export async function loadTracer(options: TracerOptions): Promise<Tracer> {
  const { createTracer } = await import('./create-tracer.ts')
  return createTracer(options)
}
