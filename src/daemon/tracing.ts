import { accessSync, constants } from 'node:fs'
import { describeDefect } from '../errors/describe-defect.ts'
import { fault } from '../errors/provider-error.ts'
import { loadTracer } from '../observe/traces/load-tracer.ts'
import type { Tracer } from '../observe/traces/tracer.ts'
import type { Log } from '../process/log.ts'
import { providerName, version } from '../process/version.ts'
import type { NamedFile, TraceSettings } from '../settings/trace-settings.ts'

/** The tracer of the process, once it is loaded. */
export interface Tracing {
  /** Absent until it is loaded, and unless the environment asks for traces. */
  readonly tracer: Tracer | undefined
  load(): Promise<Tracer | undefined>
}

/**
 * Brings the tracer when mounts are prepared, where the environment asks for traces. A mount never fails for want of it.
 *
 * @throws {ProviderError} SETTING_INVALID for a file of certificates that cannot be read: the exporter would go on without it.
 */
export function tracing(
  settings: TraceSettings | undefined,
  nodeName: string | undefined,
  log: Log,
): Tracing {
  settings?.files.forEach(checkReadable)
  let tracer: Tracer | undefined
  return {
    get tracer() {
      return tracer
    },
    async load() {
      if (settings === undefined) return undefined
      try {
        tracer ??= await loadTracer({
          ...settings,
          name: providerName,
          version,
          nodeName,
          onLoss: (spans, reason) => log.warn({ spans, reason }, 'traces were lost'),
        })
      } catch (error) {
        log.error(describeDefect(error), 'traces cannot be sent')
      }
      return tracer
    },
  }
}

function checkReadable({ setting, path }: NamedFile): void {
  try {
    accessSync(path, constants.R_OK)
  } catch (cause) {
    throw fault('SETTING_INVALID', { setting, received: path, expected: 'a readable PEM file' }, { cause })
  }
}
