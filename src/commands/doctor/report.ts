import type { Row, RowState } from '../../doctor/row.ts'
import { displayWidth, printable, wrap } from '../layout.ts'
import type { Screen } from '../screen.ts'
import { isSaidAlready } from './said-already.ts'

const marks: Readonly<Record<RowState, string>> = { ok: '✓', failed: '✗', unknown: '–' }
const colours = { ok: 'green', failed: 'red', unknown: 'yellow' } as const
/** Longer names stand on a line of their own. */
const widestName = 40
/** Columns that sentences get at least: on a narrower terminal names give way. */
const fewestColumns = 30

/**
 * The rows on standard output, what to do below each; the count on standard error. On a terminal what is long goes on
 * under its column; elsewhere each stands on one line, so that it can be searched. A remedy is said once, and not where
 * the sentence says it already.
 */
export function showRows(rows: readonly Row[], screen: Screen): void {
  const terminal = screen.columns ?? Number.POSITIVE_INFINITY
  const names = rows.map(({ check }) => displayWidth(oneLine(check)))
  const width = Math.min(widestName, Math.max(...names), Math.max(8, terminal - fewestColumns - 4))
  const room = terminal - width - 4
  const indent = ' '.repeat(width + 4)
  const said = new Set<string>()
  for (const { check, state, found, remedy, code } of rows) {
    const name = oneLine(check)
    const [first = '', ...more] = wrap(oneLine(code === undefined ? found : `${code}: ${found}`), room)
    const mark = [colours[state], marks[state]] as const
    if (displayWidth(name) > width && terminal !== Number.POSITIVE_INFINITY) {
      screen.show([mark, ` ${name}`])
      screen.show([indent, first])
    } else {
      const padding = ' '.repeat(Math.max(0, width - displayWidth(name)))
      screen.show([mark, ` ${name}${padding}  ${first}`])
    }
    for (const line of more) screen.show([indent, line])
    if (remedy === undefined || said.has(remedy) || isSaidAlready(found, remedy)) continue
    said.add(remedy)
    const [begin = '', ...rest] = wrap(oneLine(remedy), room - 2)
    screen.show([indent, `→ ${begin}`])
    for (const line of rest) screen.show([indent, `  ${line}`])
  }
  const count = (state: RowState) => rows.filter((row) => row.state === state).length
  screen.note(
    `${count('ok')} fine, ${count('failed')} wrong, ${count('unknown')} not checked or up to you`,
    'dim',
  )
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
