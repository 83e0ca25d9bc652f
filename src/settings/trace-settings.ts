import { fault } from '../errors/provider-error.ts'

/** Where traces go; read once in settings. */
export interface TraceSettings {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly resource: Readonly<Record<string, string>>
}

interface TraceEnvironment {
  readonly [name: string]: string | undefined
}

/**
 * Reads the usual OpenTelemetry variables; undefined unless they ask for traces. Pushes a warning for what they ask
 * for and we cannot do. Throws SETTING_INVALID for an endpoint that is no URL.
 *
 * OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_TIMEOUT and OTEL_EXPORTER_OTLP_PROTOCOL
 * may each be said for traces alone: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and so on.
 *
 * Source: OpenTelemetry specification, "Environment variables" and "OTLP exporter".
 */
export function readTraceSettings(
  environment: TraceEnvironment,
  serviceName: string,
  warnings: string[],
): TraceSettings | undefined {
  const value = (name: string) =>
    environment[`OTEL_EXPORTER_OTLP_TRACES_${name}`] || environment[`OTEL_EXPORTER_OTLP_${name}`]
  const exporter = environment.OTEL_TRACES_EXPORTER
  const endpoint = value('ENDPOINT')
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none') return undefined
  if (!endpoint && !exporter) return undefined
  if (exporter && exporter !== 'otlp') {
    warnings.push('OTEL_TRACES_EXPORTER: only "otlp" and "none" are known, so no traces are sent')
    return undefined
  }
  if (value('PROTOCOL') === 'grpc') {
    warnings.push(
      'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": traces are sent as http/json, to the HTTP port of the collector (4318)',
    )
  }
  return {
    url: urlOf(environment),
    headers: pairsOf(value('HEADERS')),
    timeoutMs: Math.min(Math.max(Number(value('TIMEOUT')) || 10_000, 100), 60_000),
    resource: {
      'service.name': serviceName,
      ...pairsOf(environment.OTEL_RESOURCE_ATTRIBUTES),
      ...(environment.OTEL_SERVICE_NAME ? { 'service.name': environment.OTEL_SERVICE_NAME } : {}),
    },
  }
}

/** The variable for traces is the whole URL, the one for all signals is its beginning. */
function urlOf(environment: TraceEnvironment): string {
  const whole = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  const base = environment.OTEL_EXPORTER_OTLP_ENDPOINT || 'http://localhost:4318'
  const text = whole || `${base.replace(/\/$/, '')}/v1/traces`
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  const setting = whole ? 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT' : 'OTEL_EXPORTER_OTLP_ENDPOINT'
  throw fault('SETTING_INVALID', {
    setting,
    received: whole || base,
    expected: 'an http or https URL such as http://collector:4318',
  })
}

/** `key=value,key=value`, percent-encoded. */
function pairsOf(text: string | undefined): Readonly<Record<string, string>> {
  const pairs = (text ?? '').split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    const key = pair.slice(0, at).trim()
    return at < 1 || !/^[\w.-]+$/.test(key) ? [] : [[key, decoded(pair.slice(at + 1).trim())]]
  })
  return Object.fromEntries(pairs)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray percent sign: as it is.
    return text
  }
}
