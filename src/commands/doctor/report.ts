import { styleText } from 'node:util'
import type { Row, RowState } from '../../doctor/row.ts'
import type { Environment } from '../../settings/serve-settings.ts'
import { printable, type Screen } from '../screen.ts'

const marks: Readonly<Record<RowState, string>> = { ok: '✓', failed: '✗', unknown: '–' }
const colours = { ok: 'green', failed: 'red', unknown: 'yellow' } as const
/** Longer names stand out of the column. */
const widestName = 40

/** The rows on standard output, what to do below each; the count on standard error. */
export function showRows(rows: readonly Row[], screen: Screen, environment: Environment): void {
  const isColoured = process.stdout.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb'
  const mark = (state: RowState) =>
    isColoured ? styleText(colours[state], marks[state], { validateStream: false }) : marks[state]
  const width = Math.min(widestName, Math.max(...rows.map(({ check }) => Array.from(oneLine(check)).length)))
  for (const { check, state, found, remedy, code } of rows) {
    const name = oneLine(check)
    const padding = ' '.repeat(Math.max(0, width - Array.from(name).length))
    const text = oneLine(code === undefined ? found : `${code}: ${found}`)
    screen.write(`${mark(state)} ${name}${padding}  ${text}\n`)
    if (remedy !== undefined) screen.write(`  ${' '.repeat(width)}  → ${oneLine(remedy)}\n`)
  }
  const count = (state: RowState) => rows.filter((row) => row.state === state).length
  screen.note(`${count('ok')} fine, ${count('failed')} wrong, ${count('unknown')} open`, 'dim')
}

/** The rows of a run as JSON text: `{"ok":…,"rows":[…]}`. */
export function rowsAsJson(rows: readonly Row[]): string {
  const isFine = !rows.some(({ state }) => state === 'failed')
  return `${JSON.stringify({ ok: isFine, rows }, null, 2)}\n`
}

/** Names and sentences come from the cluster and from AWS. */
function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' '))
}
