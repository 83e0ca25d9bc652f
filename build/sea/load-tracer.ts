import type { Tracer, TracerOptions } from '../../src/observe/traces/tracer.ts'
import { evaluate } from './evaluate.ts'

/** Takes the place of src/observe/traces/load-tracer.ts in the executable. */
export async function loadTracer(options: TracerOptions): Promise<Tracer> {
  const { createTracer } = evaluate<typeof import('../../src/observe/traces/create-tracer.ts')>('traces.cjs')
  return createTracer(options)
}
