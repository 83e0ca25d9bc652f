/** A JSON object a line, or text for people. */
export type LogFormat = 'json' | 'text'

/** From the most to the fewest lines. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

type Fields = Readonly<Record<string, unknown>>

/** The lines an operator reads: an event's name as message, everything else as fields. */
export interface Log {
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields, message: string): void
}

/** For whoever logs nothing: tests. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
