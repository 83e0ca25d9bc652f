import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installProvider, removeProvider } from './install.ts'
import { systemNamespace } from './invariants.ts'
import { run } from './kubectl.ts'
import { notOurs } from './node.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const { E2E_HELM: helm } = process.env

/** Why the chart cannot be installed here, for the `skip` of a scenario, or false. */
export const skipWithoutHelm = notOurs || (helm === undefined && 'skipped: E2E_HELM names no helm')

/** Plays with the provider as the chart installs it, one value set; the installer's is back afterwards. */
export async function withChart(value: string, play: () => Promise<void>): Promise<void> {
  const installer = readFileSync(`${root}deployment/aws-provider-installer.yaml`, 'utf8')
  await removeProvider(installer)
  const chart = mkdtempSync(join(tmpdir(), 'chart-'))
  const inSystem = ['--namespace', systemNamespace, '--wait', '--timeout', '120s']
  try {
    await succeeds(`${root}scripts/stage-chart.sh`, [chart, 'none'])
    await succeeds(helm ?? '', [
      ...['install', 'provider', chart, ...inSystem, '--set', value],
      ...['--post-renderer', process.execPath, '--post-renderer-args', `${root}test/e2e/post-render.ts`],
    ])
    await play()
  } finally {
    await succeeds(helm ?? '', ['uninstall', 'provider', ...inSystem, '--ignore-not-found'])
    rmSync(chart, { recursive: true })
    await installProvider(installer)
  }
}

async function succeeds(program: string, words: readonly string[]): Promise<void> {
  const { code, stderr } = await run(program, words)
  assert.equal(code, 0, `${program}: ${stderr}`)
}
