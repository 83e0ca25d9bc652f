import type { MountEnd, ShownFile } from '../../test/harness/driver.ts'

const colours = process.stdout.isTTY === true && !process.env.NO_COLOR

export function heading(text: string): void {
  process.stdout.write(`\n${paint('1;36', text)}\n`)
}

export function say(text: string): void {
  process.stdout.write(`  ${text}\n`)
}

/** One line on how a mount ended, and its error as it would stand in the pod's events. */
export function showEnd(what: string, { status, message, ms }: MountEnd): void {
  say(`${what}: ${paint(status === 'OK' ? '32' : '31', status)} in ${Math.round(ms)} ms`)
  for (const line of message.split('\n').filter(Boolean)) say(`  ${line}`)
}

/** The volume as `ls` and `cat` would show it. */
export function showTree(files: ReadonlyMap<string, ShownFile>): void {
  const width = Math.max(...[...files.keys()].map((path) => Math.min(path.length, 48)))
  for (const [path, { mode, content }] of files) {
    const text = JSON.stringify(content.toString()).slice(0, 60)
    say(`  ${permissions(mode)}  ${path.padEnd(width)}  ${paint('2', text)}`)
  }
}

function permissions(mode: number): string {
  const letters = ['r', 'w', 'x']
  return `-${[...mode.toString(2).padStart(9, '0')].map((bit, at) => (bit === '1' ? letters[at % 3] : '-')).join('')}`
}

function paint(code: string, text: string): string {
  return colours ? `\u001b[${code}m${text}\u001b[0m` : text
}
