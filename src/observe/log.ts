import pino from 'pino'
import type { LogFormat, LogLevel } from '../settings.ts'

type Fields = Readonly<Record<string, unknown>>

/** The lines an operator reads: an event's name as message, everything else as fields. */
export interface Log {
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields, message: string): void
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** Makes the process's log on standard error: a JSON object a line, or text for people. */
export function createLog({ level, format }: { readonly level: LogLevel; readonly format: LogFormat }): Log {
  const destination = pino.destination({ dest: 2, sync: true })
  const stream =
    format === 'json' ? destination : { write: (line: string) => void destination.write(toText(line)) }
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
}

function toText(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return `${time} ${String(level).toUpperCase().padEnd(5)} ${msg}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}\n`
}
