import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Where suites keep what they fetch and build, between runs. */
export const cacheFolder = fileURLToPath(new URL('../../.cache', import.meta.url))

/**
 * Why a suite cannot run here, for the `skip` of its tests, or false when the command ends well. With
 * INSIST=true in the environment, as CI has it, nothing is skipped: what is missing shall fail there.
 */
export function skipWithout(what: string, program: string, words: readonly string[]): string | false {
  const there = spawnSync(program, words, { stdio: 'ignore' }).status === 0
  return there || process.env.INSIST === 'true' ? false : `skipped: needs ${what}`
}

/** Runs a command to its end. Throws what it printed when it fails. */
export function runTool(program: string, words: readonly string[], options: ToolOptions = {}): void {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
  })
  if (status === 0) return
  throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? `${stdout}${stderr}`}`)
}

export interface ToolOptions {
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
}
