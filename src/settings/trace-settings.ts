import { fault } from '../errors/provider-error.ts'

/** What we settle about traces; the exporter reads the rest of its variables by itself. */
export interface TraceSettings {
  /** From 0 to 1: the part of the mounts that are sent. */
  readonly sampledPart: number
  /** Files that the environment names: certificates and a key, each with its variable. */
  readonly files: readonly NamedFile[]
}

/** A file that an environment variable names. */
export interface NamedFile {
  readonly setting: string
  readonly path: string
}

interface TraceEnvironment {
  readonly [name: string]: string | undefined
}

/**
 * Reads whether OpenTelemetry's usual variables ask for traces; undefined unless they do. Pushes a warning for what they
 * ask for and we cannot do. The exporter itself warns nobody of what it cannot use, so the endpoint is looked at here.
 *
 * Each OTEL_EXPORTER_OTLP_… may be given for traces alone: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT and so on.
 *
 * @throws {ProviderError} SETTING_INVALID for an endpoint that is no URL, and for a sampler's argument that is no part.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function readTraceSettings(
  environment: TraceEnvironment,
  warnings: string[],
): TraceSettings | undefined {
  const exporter = environment.OTEL_TRACES_EXPORTER
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none') return undefined
  if (settingOf(environment, 'ENDPOINT') === undefined && !exporter) return undefined
  if (exporter && exporter !== 'otlp') {
    warnings.push('OTEL_TRACES_EXPORTER: only "otlp" and "none" are known, so no traces are sent')
    return undefined
  }
  const protocol = settingOf(environment, 'PROTOCOL')
  if (protocol !== undefined && environment[protocol] !== 'http/protobuf') {
    warnings.push(
      `${protocol}: traces are sent as http/protobuf alone, to the HTTP port of the collector (4318)`,
    )
  }
  checkEndpoint(environment)
  const files = ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'].flatMap((name): readonly NamedFile[] => {
    const setting = settingOf(environment, name)
    return setting === undefined ? [] : [{ setting, path: environment[setting] ?? '' }]
  })
  return { sampledPart: sampledPart(environment, warnings), files }
}

/** The variable that counts: the one for traces alone, before the one for all signals. */
function settingOf(environment: TraceEnvironment, name: string): string | undefined {
  return [`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`].find(
    (setting) => environment[setting],
  )
}

function checkEndpoint(environment: TraceEnvironment): void {
  const setting = settingOf(environment, 'ENDPOINT')
  if (setting === undefined) return
  const received = environment[setting] ?? ''
  if (/^https?:$/.test(URL.parse(received)?.protocol ?? '')) return
  throw fault('SETTING_INVALID', {
    setting,
    received,
    expected: 'an http or https URL such as http://collector:4318',
  })
}

/** A mount is the first span of its trace, so a sampler that asks its parent asks nobody. */
function sampledPart(environment: TraceEnvironment, warnings: string[]): number {
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: part } = environment
  const name = sampler?.replace(/^parentbased_/, '')
  if (!name || name === 'always_on') return 1
  if (name === 'always_off') return 0
  if (name !== 'traceidratio') {
    warnings.push(
      'OTEL_TRACES_SAMPLER: only always_on, always_off and traceidratio are known, so all mounts are sent',
    )
    return 1
  }
  if (!part) return 1
  const read = Number(part)
  if (read >= 0 && read <= 1) return read
  throw fault('SETTING_INVALID', {
    setting: 'OTEL_TRACES_SAMPLER_ARG',
    received: part,
    expected: 'a number from 0 to 1',
  })
}
