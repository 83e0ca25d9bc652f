import { existsSync, readFileSync } from 'node:fs'
import type { Result } from './results-reporter.ts'

export interface PlayedResult extends Result {
  readonly part: string
}

/** What the reporter has written while that part ran. */
export function readResults(part: string, file: string): readonly PlayedResult[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ ...(JSON.parse(line) as Result), part }))
}

/** How long each part and each scenario took, what was measured, and what was skipped and why; as text. */
export function summarize(
  times: readonly (readonly [name: string, seconds: number])[],
  results: readonly PlayedResult[],
): string {
  const scenarios = results.flatMap(({ part, name, seconds, failed }) =>
    seconds === undefined ? [] : [row(seconds, `${part}: ${failed ? 'FAILED: ' : ''}${name}`)],
  )
  const figures = results.flatMap(({ part, figure }) =>
    figure === undefined ? [] : [`  ${part}: ${figure}`],
  )
  const skipped = results.flatMap(({ name, skipped }) =>
    skipped === undefined ? [] : [`  ${name}: ${skipped}`],
  )
  const total = times.reduce((sum, [, seconds]) => sum + seconds, 0)
  const parts = times.map(([name, seconds]) => row(seconds, name))
  return [
    ...section('scenarios', scenarios),
    ...section('figures', figures),
    ...section('skipped', skipped),
    ...section('parts', [...parts, row(total, 'together')]),
  ].join('\n')
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines]
}

function row(seconds: number, text: string): string {
  return `${String(seconds).padStart(6)} s  ${text}`
}
