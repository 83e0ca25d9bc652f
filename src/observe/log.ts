import pino from 'pino'
import type { Log, LogFormat, LogLevel } from '../process/log.ts'

/** A log whose level can be changed while it is written. */
export interface ProcessLog extends Log {
  /** Switches between `debug` and the level of the start; gives the new one. */
  toggleDebug(): LogLevel
}

/** Makes the process's log on standard error: a JSON object a line, or text for people. */
export function createLog({
  level,
  format,
}: {
  readonly level: LogLevel
  readonly format: LogFormat
}): ProcessLog {
  const destination = pino.destination({ dest: 2, sync: true })
  const inFormat = format === 'json' ? plain : (line: string) => plain(toText(line))
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => void destination.write(inFormat(line)) },
  )
  const quiet: LogLevel = level === 'debug' || level === 'trace' ? 'info' : level
  const loud: LogLevel = level === 'trace' ? 'trace' : 'debug'
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    toggleDebug() {
      const next = log.level === loud ? quiet : loud
      log.level = next
      return next
    },
  }
}

/**
 * One JSON line as text: time, level and message, then the fields as `name=value`, values as JSON. Of a failed mount the
 * code and the error come first: the rest is long.
 */
export function toText(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const rank = (key: string) => ('error' in fields && (key === 'code' || key === 'error') ? 0 : 1)
  const rest = Object.entries(fields)
    .toSorted(([one], [other]) => rank(one) - rank(other))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const message = JSON.stringify(msg).slice(1, -1)
  return `${time} ${String(level).toUpperCase().padEnd(5)} ${message}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}\n`
}

/**
 * Names come from strangers: no line separator, terminal control or change of writing direction in them may make a
 * line look like two, or like another. JSON escapes what is below U+0020 itself.
 */
export function plain(line: string): string {
  return line.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
