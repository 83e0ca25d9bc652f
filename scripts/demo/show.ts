import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { MountEnd, ShownFile } from '../../test/harness/driver.ts'

const onTerminal = process.stdout.isTTY === true
const colours = onTerminal && !process.env.NO_COLOR
const pauses = onTerminal && process.stdin.isTTY === true && !process.argv.includes('--fast')

/** Begins a scene: on a terminal, unless --fast is given, not before Enter is pressed. */
export async function scene(title: string, about: string): Promise<void> {
  if (pauses) await waitForEnter()
  heading(title)
  for (const line of wrap(about, 2)) process.stdout.write(`${paint('2', line)}\n`)
}

export function heading(title: string): void {
  process.stdout.write(`\n${paint('1;36', title)}\n`)
}

/** A part of a scene. */
export function part(title: string): void {
  process.stdout.write(`\n  ${paint('1', title)}\n`)
}

export function say(text: string, indent = 2): void {
  for (const line of wrap(text, indent)) process.stdout.write(`${line}\n`)
}

export function sayWrong(text: string, indent: number): void {
  for (const line of wrap(text, indent)) process.stdout.write(`${paint('31', line)}\n`)
}

/** One line on how a mount ended. */
export function showEnd(what: string, { status, ms }: MountEnd): void {
  say(`${what}: ${paint(status === 'OK' ? '32' : '31', status)} in ${Math.round(ms)} ms`)
}

/** The volume as `ls` and `cat` would show it. */
export function showTree(files: ReadonlyMap<string, ShownFile>): void {
  const width = Math.max(...[...files.keys()].map((path) => Math.min(path.length, 48)))
  for (const [path, { mode, content }] of files) {
    const whole = JSON.stringify(content.toString())
    const text = whole.length > 60 ? `${whole.slice(0, 59)}…` : whole
    process.stdout.write(`    ${permissions(mode)}  ${path.padEnd(width)}  ${paint('2', text)}\n`)
  }
}

async function waitForEnter(): Promise<void> {
  const input = createInterface({ input: process.stdin })
  process.stdout.write(paint('2', '\nEnter shows the next scene '))
  await Promise.race([once(input, 'line'), once(input, 'close')])
  input.close()
}

/** Lines that fit the terminal, the second and further ones two deeper; elsewhere the text as it is. */
function wrap(text: string, indent: number): readonly string[] {
  const width = onTerminal ? process.stdout.columns : Number.POSITIVE_INFINITY
  const lines: string[] = []
  let line = ' '.repeat(indent)
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '.repeat(indent + 2)
    }
    line += line.trim() === '' ? word : ` ${word}`
  }
  return [...lines, line]
}

function permissions(mode: number): string {
  const letters = ['r', 'w', 'x']
  return `-${[...mode.toString(2).padStart(9, '0')].map((bit, at) => (bit === '1' ? letters[at % 3] : '-')).join('')}`
}

function paint(code: string, text: string): string {
  return colours ? `\u001b[${code}m${text}\u001b[0m` : text
}
