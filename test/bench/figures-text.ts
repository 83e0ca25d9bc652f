import type { DrawnChart } from './drawn-charts.ts'
import type { Result, ScenarioResult } from './result.ts'
import { type Summary, summaries } from './summary.ts'
import { type Table, tableOf } from './table.ts'

/** The figures of docs/performance.md in Markdown: where they were measured, ours beside others, charts, a table each scenario. */
export function figuresText({ machine, scenarios }: Result, charts: readonly DrawnChart[]): string {
  const { date, cpu, cores, kernel, loadBefore } = machine
  const busy = Object.values(scenarios).some(({ calm }) => !calm)
  const load = busy
    ? '**The machine was busy with other work where a scenario says so: its times are inflated, and their ratios.**'
    : `Load before the run: ${loadBefore}.`
  return [
    `Measured ${date} on ${cores} × ${cpu}, Linux ${kernel}. ${load}`,
    ...summaries(scenarios).map(summaryText),
    ...charts.map(({ name, words }) => `![${words}](charts/${name}.svg)`),
    ...Object.entries(scenarios).map(([name, scenario]) => section(name, scenario)),
  ].join('\n\n')
}

function summaryText({ name, table }: Summary): string {
  const words = `Ours beside ${name}, in turns: medians, and ours as a share of the other's. Less is better; bold is beyond noise.`
  return `${words}\n\n${inMarkdown(table, 2)}`
}

function section(name: string, scenario: ScenarioResult): string {
  const { title, calm, ours } = scenario
  const calls = Object.entries(ours.calls).map(([call, count]) => `${count} ${call}`)
  return [
    `#### ${title}`,
    '',
    `Scenario \`${name}\`.${calm ? '' : ' **Busy machine.**'}${calls.length === 0 ? '' : ` Calls: ${calls.join(', ')}.`}`,
    '',
    inMarkdown(tableOf(scenario)),
  ].join('\n')
}

/** After the columns of words come numbers: they stand at the right, below each other. */
function inMarkdown([head = [], ...rows]: Table, words = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index < words ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  )
}
