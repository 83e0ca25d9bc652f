import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawCharts } from './drawn-charts.ts'
import { figuresText } from './figures-text.ts'
import type { Figures, Result } from './result.ts'
import { spreadOf } from './statistics.ts'

function figures(metrics: Readonly<Record<string, readonly number[]>>): Figures {
  const spreads = Object.entries(metrics).map(([name, values]) => [name, spreadOf(values)])
  return { metrics: Object.fromEntries(spreads), calls: {}, notes: [] }
}

function run(scenarios: Result['scenarios']): Result {
  const machine = { date: '2026-01-02', cpu: 'CPU', cores: 2, kernel: '6', loadBefore: 0.1, calm: true }
  return { machine, latency: {}, scenarios }
}

function textOf(scenarios: Result['scenarios']): string {
  const charts = drawCharts(scenarios).filter(({ name }) => ['storm', 'memory'].includes(name))
  return figuresText(run(scenarios), charts)
}

const ours = figures({ wallMs: [90, 100, 110], anonMiB: [40], failures: [0] })
const storm = { title: 'Storm', calm: true, limits: { wallMs: { value: 50, why: 'network' } }, ours }
const start = { title: 'Start', calm: false, limits: {}, ours: figures({ startMs: [10] }) }

test('without another program the figures are charts and a table each scenario', () => {
  assert.equal(
    textOf({ start, storm: { ...storm, ours: { ...ours, calls: { 'sts AssumeRole': 22 } } } }),
    `Measured 2026-01-02 on 2 × CPU, Linux 6. **The machine was busy with other work where a scenario says so: its times are inflated, and their ratios.**

![110 pods with 20 secrets each: time until all are done. Medians: all start at once 100 ms](charts/storm.svg)

![Peak of memory that cannot be reclaimed. Medians: 110 pods at once 40 MiB](charts/memory.svg)

#### Start

Scenario \`start\`. **Busy machine.**

| figure | median | from–to | limit | × limit |
| --- | ---: | ---: | ---: | ---: |
| start to first Version | 10 ms |  |  |  |

#### Storm

Scenario \`storm\`. Calls: 22 sts AssumeRole.

| figure | median | from–to | limit | × limit |
| --- | ---: | ---: | ---: | ---: |
| all done after | 100 ms | 90–110 | 50 ms | 2.00 |
| failed mounts | 0 |  |  |  |
| anonymous memory, peak | 40 MiB |  |  |  |`,
  )
})

test('beside another program the figures begin with a summary, and charts say both medians', () => {
  const other = { name: 'the build before', ...figures({ wallMs: [200], anonMiB: [50], failures: [0] }) }
  const text = textOf({ start, storm: { ...storm, other } })
  const [, summary, table, chart] = text.split('\n\n')
  assert.match(summary ?? '', /^Ours beside the build before, in turns/)
  assert.equal(
    table,
    `| scenario | figure | the build before | ours | ratio |
| --- | --- | ---: | ---: | ---: |
| \`storm\` | all done after | 200 ms | 100 ms | **0.50** |
| \`storm\` | anonymous memory, peak | 50 MiB | 40 MiB | 0.80 |`,
  )
  assert.match(chart ?? '', /Medians: all start at once 100 ms \(the build before 200 ms, ratio 0.50\)\]/)
  assert.match(text, /\| all done after \| 100 ms \| 90–110 \| 50 ms \| 2.00 \| 200 ms \| 0.50 \|/)
})
