import { styleText } from 'node:util'
import type { Command } from 'commander'
import type { Environment } from '../settings/serve-settings.ts'

/** Colours that a terminal is asked for; none is used where NO_COLOR or a pipe forbids it. */
export type Colour = 'red' | 'yellow' | 'dim' | 'bold'

/** Where a command writes: results to standard output, everything about them to standard error. */
export interface Screen {
  /** Lines for standard output; strings from outside cannot move the cursor or colour anything. */
  print(text: string): void
  /** Lines for standard error. */
  note(text: string, colour?: Colour): void
  /** Text made by ourselves (JSON, scripts), as it is. */
  write(text: string): void
}

/** What a command of the shell is given. */
export interface ShellContext {
  readonly environment: Environment
  readonly screen: Screen
  /** Sets the exit code: 0 done, 1 failed, 2 usage error. */
  finish(code: number): void
}

/** Adds a command to the program. */
export type Register = (program: Command, context: ShellContext) => void

/** Makes standard output and standard error as the commands use them: coloured where the reader wants it. */
export function createScreen(environment: Environment): Screen {
  const colours = process.stderr.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb'
  return {
    print: (text) => void process.stdout.write(`${printable(text)}\n`),
    note: (text, colour) => {
      const safe = printable(text)
      const shown =
        colours && colour !== undefined ? styleText(colour, safe, { validateStream: false }) : safe
      process.stderr.write(`${shown}\n`)
    },
    write: (text) => void process.stdout.write(text),
  }
}

/**
 * Text with everything but what can be seen, spaces and line ends written out: names come from whoever wrote
 * the file, and an escape sequence in one must not reach a terminal.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** Rows as columns, two spaces apart; numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const texts = [
    header,
    ...rows.map((row) => row.map((cell) => printable(String(cell)).replaceAll('\n', '\\n'))),
  ]
  const widths = header.map((_, column) =>
    Math.max(...texts.map((row) => Array.from(row[column] ?? '').length)),
  )
  return texts
    .map((row, index) =>
      row
        .map((cell, column) => {
          const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - Array.from(cell).length))
          return typeof (index === 0 ? rows[0] : rows[index - 1])?.[column] === 'number'
            ? padding + cell
            : cell + padding
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
