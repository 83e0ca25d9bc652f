import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isMap, parseAllDocuments, stringify } from 'yaml'
import type { Manifest } from './pod-policy.ts'

/*
 * The chart as a real helm renders it; needs HELM and DRIVER_CHART (the driver's chart as a folder), as
 * .ci/suites/20-deployment.sh gives them.
 */
/** The program, and the chart of the driver. */
export const { HELM = 'helm', DRIVER_CHART = '' } = process.env
const root = fileURLToPath(new URL('../..', import.meta.url))
/** For files of one run. */
export const scratch = mkdtempSync(join(tmpdir(), 'chart-'))
after(() => rmSync(scratch, { recursive: true }))

/** The chart without the driver's, and with it. */
export const alone = join(scratch, 'alone')
export const whole = join(scratch, 'whole')
for (const [folder, driver] of [
  [alone, 'none'],
  [whole, DRIVER_CHART],
]) {
  const { status, stderr } = spawnSync(join(root, 'scripts/stage-chart.sh'), [folder ?? '', driver ?? ''], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
}

export type Values = Readonly<Record<string, unknown>>

/** Runs helm with values. */
export function helm(
  words: readonly string[],
  values: Values,
): { code: number | null; output: string; errors: string } {
  const file = join(scratch, 'values.yaml')
  writeFileSync(file, stringify(values))
  const { status, stdout, stderr } = spawnSync(HELM, [...words, '--values', file], { encoding: 'utf8' })
  return { code: status, output: stdout, errors: stderr }
}

/** The chart's objects as text; fails where helm refuses. */
export function render(
  values: Values,
  { chart = alone, kubeVersion = '1.37.2', release = 'aws' } = {},
): string {
  const words = ['template', release, chart, '--namespace', 'kube-system', '--kube-version', kubeVersion]
  const { code, output, errors } = helm(words, values)
  assert.equal(code, 0, errors)
  return output
}

/** The objects of a text. */
export function objects(text: string): Manifest[] {
  return parseAllDocuments(text)
    .filter((document) => isMap(document.contents))
    .map((document) => document.toJS())
}

/** The provider's DaemonSet with these values. */
export function daemonSet(values: Values): Manifest {
  const found = objects(render(values)).find(({ kind }) => kind === 'DaemonSet')
  assert.ok(found)
  return found
}
