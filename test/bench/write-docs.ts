import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drawCharts } from './drawn-charts.ts'
import { figuresText } from './figures-text.ts'
import type { Result } from './result.ts'

/**
 * node test/bench/write-docs.ts [--check]
 * Puts the figures of test/bench/results/baseline.json and charts of them into docs/performance.md, or says
 * whether they are there.
 */
const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->']

const result = JSON.parse(readFileSync(file('test/bench/results/baseline.json'), 'utf8')) as Result
const charts = drawCharts(result.scenarios)
const outputs = new Map(charts.map(({ name, svg }) => [`docs/charts/${name}.svg`, svg]))
outputs.set('docs/performance.md', withFigures(readFileSync(file('docs/performance.md'), 'utf8')))

if (!process.argv.includes('--check')) {
  mkdirSync(file('docs/charts'), { recursive: true })
  for (const [path, content] of outputs) writeFileSync(file(path), content)
} else {
  const stale = [...outputs].filter(([path, content]) => readFileSync(file(path), 'utf8') !== content)
  for (const [path] of stale) {
    process.stderr.write(`${path} is not what the figures give: run npm run bench:docs\n`)
    process.exitCode = 1
  }
}

function withFigures(text: string): string {
  const [before, rest = ''] = text.split(begin)
  const [, after = ''] = rest.split(end)
  if (after === '') throw new Error(`docs/performance.md has no ${begin} … ${end}`)
  return `${before}${begin}\n\n${figuresText(result, charts)}\n${end}${after}`
}
