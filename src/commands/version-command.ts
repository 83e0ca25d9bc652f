import { providerName, version } from '../process/version.ts'
import type { Register } from './screen.ts'

declare const BUILD_COMMIT: string | undefined

/** What `version --json` prints. */
export interface VersionReport {
  readonly name: string
  readonly version: string
  /** The commit it was built from, where the build has said so. */
  readonly commit?: string
  readonly runtime: string
  readonly arch: string
}

/** `version`: what this is, for people and, by --json, for scripts. */
export const registerVersion: Register = (program, { screen }) => {
  program
    .command('version')
    .description('print name, version, runtime and architecture')
    .option('--json', 'as JSON')
    .action(({ json }: { readonly json?: boolean }) => {
      const report = versionReport()
      if (json === true) screen.write(`${JSON.stringify(report, null, 2)}\n`)
      else screen.print(asText(report))
    })
}

/** Versions of the provider and its runtime, and what it was built for. */
export function versionReport(): VersionReport {
  // The bundler may put the commit in place of this name; run from source there is none.
  const commit = typeof BUILD_COMMIT === 'string' && BUILD_COMMIT !== '' ? { commit: BUILD_COMMIT } : {}
  return {
    name: providerName,
    version,
    ...commit,
    runtime: runtime(),
    arch: `${process.platform}/${process.arch}`,
  }
}

function runtime(): string {
  const { deno } = process.versions
  return deno === undefined ? `node ${process.versions.node}` : `deno ${deno}`
}

function asText({ name, version: release, commit, runtime: on, arch }: VersionReport): string {
  return `${name} ${release}${commit === undefined ? '' : ` (commit ${commit})`}, ${on}, ${arch}`
}
