import { styleText } from 'node:util'
import type { Command } from 'commander'
import type { Environment } from '../settings/serve-settings.ts'
import { printable } from './layout.ts'

/** Colours that a terminal is asked for; none is used where NO_COLOR or a pipe forbids it. */
export type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold'

/** A part of a line, in a colour or as it is. */
export type Part = string | readonly [colour: Colour, text: string]

/** Where a command writes: results to standard output, everything about them to standard error. */
export interface Screen {
  /** Lines for standard output; strings from outside cannot move the cursor or colour anything. */
  print(text: string): void
  /** Lines for standard error. */
  note(text: string, colour?: Colour): void
  /** A line for standard output (`error`: for standard error), its parts coloured. */
  show(parts: readonly Part[], to?: 'output' | 'error'): void
  /** Columns of the terminal that standard output is; undefined when it is none. */
  readonly columns: number | undefined
  /** What is waited for: on a terminal each text takes the place of the one before, and '' of the last. */
  status(text: string): void
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
  const isPlain = Boolean(environment.NO_COLOR) || environment.TERM === 'dumb'
  const colours = process.stderr.isTTY === true && !isPlain
  const paint = (part: Part, isColoured: boolean) => {
    if (typeof part === 'string') return printable(part)
    const [colour, text] = part
    return isColoured ? styleText(colour, printable(text), { validateStream: false }) : printable(text)
  }
  let hasStatus = false
  return {
    columns: process.stdout.isTTY === true ? process.stdout.columns : undefined,
    show(parts, to = 'output') {
      const stream = to === 'output' ? process.stdout : process.stderr
      const isColoured = stream.isTTY === true && !isPlain
      stream.write(`${parts.map((part) => paint(part, isColoured)).join('')}\n`)
    },
    status(text) {
      if (process.stderr.isTTY !== true || environment.TERM === 'dumb') {
        if (text !== '') process.stderr.write(`${printable(text)}\n`)
        return
      }
      if (hasStatus) process.stderr.write('\r\u001b[2K')
      hasStatus = text !== ''
      if (hasStatus) process.stderr.write(printable(text).slice(0, Math.max(20, process.stderr.columns - 1)))
    },
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
