import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
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

/** A Go program to compile, with what earlier runs have fetched and compiled. */
export interface GoProgram {
  /** Folder of its module. */
  readonly folder: string
  /** Folder of ours for what is fetched, compiled and made. */
  readonly cache: string
  readonly name: string
  /** For `go build`. */
  readonly flags?: readonly string[]
}

/** Compiles a Go program and gives its path. Throws what Go printed when that fails. */
export function buildGoProgram({ folder, cache, name, flags = [] }: GoProgram): string {
  const program = join(cache, 'bin', name)
  const environment = {
    GOMODCACHE: join(cache, 'modules'),
    GOCACHE: join(cache, 'build'),
    // Without -modcacherw nobody but Go could remove the folder.
    GOFLAGS: '-mod=readonly -modcacherw -buildvcs=false',
    GOWORK: 'off',
    CGO_ENABLED: '0',
  }
  runTool('go', ['build', ...flags, '-o', program, '.'], { cwd: folder, environment })
  return program
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
