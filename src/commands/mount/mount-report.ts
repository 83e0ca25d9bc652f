import type { MountTarget } from '../../class-file/pick-targets.ts'
import { sourceInWords, type VolumeFile } from '../../content/volume-file.ts'
import { quote } from '../../errors/kind.ts'
import { collected, faultsOf } from '../../errors/provider-error.ts'
import { noteDocs } from '../docs-address.ts'
import { table } from '../layout.ts'
import { reportFault } from '../report-fault.ts'
import type { Screen } from '../screen.ts'
import { type Diagnostic, showDiagnostics } from '../validate/diagnostic.ts'
import type { MountOutcome } from './mount-class.ts'

interface ReportOptions {
  readonly dryRun: boolean
  /** The result itself is printed later, as one JSON text. */
  readonly json: boolean
  readonly several: boolean
}

/** Tells on standard error what `validate` says of one class, before it is mounted. */
export function reportFindings(
  { target, findings = [] }: MountOutcome,
  several: boolean,
  texts: ReadonlyMap<string, string>,
  screen: Screen,
): void {
  if (findings.length === 0) return
  if (several) screen.note(`${nameOf(target)}:`, 'bold')
  showDiagnostics(findings, texts, screen, 'error')
}

/** Tells of one class: the table of its files on standard output, all else on standard error. Never a value. */
export function reportOutcome(
  { target, findings = [], delivered, error }: MountOutcome,
  { dryRun, json, several }: ReportOptions,
  screen: Screen,
): void {
  if (delivered !== undefined) {
    if (!json) {
      if (several) screen.print(`${nameOf(target)}:`)
      const isGivenAway = delivered.files.some(({ owner, group }) => (owner ?? group) !== undefined)
      const rows = delivered.files.map(({ path, mode, owner = 0, group = 0, version, content, source }) => {
        const whose = isGivenAway ? [`${owner}:${group}`] : []
        const from = dryRun && source !== undefined ? [sourceInWords(source)] : []
        return [path, octal(mode), ...whose, version, content.reveal().byteLength, ...from]
      })
      const head = [
        ...['FILE', 'MODE', ...(isGivenAway ? ['OWNER'] : []), 'VERSION', 'BYTES'],
        ...(dryRun ? ['SOURCE'] : []),
      ]
      screen.write(`${table(head, rows, screen.columns)}\n`)
    }
    const where = target.directory === undefined ? '' : ` ${quote(target.directory)}`
    const count = `${delivered.files.length} file${delivered.files.length === 1 ? '' : 's'}`
    if (dryRun) screen.note(`dry run: ${count}, nothing written`, 'dim')
    else if (delivered.written?.changed === false) screen.note(`${count} in${where}, unchanged`, 'dim')
    else screen.note(`${count} written to${where}`, 'dim')
    if (delivered.absent.length > 0)
      screen.note(`optional, and missing: ${delivered.absent.map(quote).join(', ')}`, 'dim')
    if (delivered.others.length > 0) screen.note(othersNote(delivered.others), 'yellow')
  }
  if (error === undefined) return
  if (several && findings.length === 0) screen.note(`${nameOf(target)}:`, 'bold')
  // Names that nothing reads stand below a fault in a pod's event; here the findings have them, with their places.
  const isTold = (code: string) => code.endsWith('_UNKNOWN') && findings.some((each) => each.code === code)
  const [first = error, ...rest] = faultsOf(error).filter(({ code }) => !isTold(code))
  reportFault(collected([first, ...rest]), screen)
  if (delivered === undefined && !dryRun && error.code === 'INTERRUPTED')
    screen.note('nothing was written', 'dim')
}

function nameOf({ document }: MountTarget): string {
  return document.name || `the SecretProviderClass at line ${document.at.line}`
}

/** Says of a file that cannot be mounted what `validate` says of it: as text on standard error, and as JSON. */
export function refuseFile(
  findings: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
  { json, dryRun, docsUrl }: { readonly json?: boolean; readonly dryRun?: boolean; readonly docsUrl: string },
  screen: Screen,
): void {
  showDiagnostics(findings, texts, screen, 'error')
  const result = { dryRun: dryRun === true, classes: [], findings }
  if (json === true) screen.write(`${JSON.stringify(result, null, 2)}\n`)
  noteDocs(
    screen,
    docsUrl,
    findings.map(({ code }) => code),
  )
}

/** The result for scripts. */
export function toJson(outcomes: readonly MountOutcome[], dryRun: boolean): object {
  return {
    dryRun,
    classes: outcomes.map(({ target: { document, directory }, findings = [], delivered, error }) => ({
      name: document.name,
      ...(document.namespace === '' ? {} : { namespace: document.namespace }),
      ...(directory === undefined ? {} : { directory }),
      ...(delivered === undefined
        ? {}
        : {
            files: delivered.files.map((file) => fileJson(file, dryRun)),
            ...(delivered.written === undefined ? {} : { changed: delivered.written.changed }),
            others: delivered.others,
          }),
      ...(findings.length === 0 ? {} : { findings }),
      ...(error === undefined
        ? {}
        : { errors: faultsOf(error).map(({ code, message }) => ({ code, message })) }),
    })),
  }
}

function fileJson(
  { path, mode, owner, group, version, content, source }: VolumeFile,
  dryRun: boolean,
): object {
  const from = dryRun && source !== undefined ? { source } : {}
  const whose = { ...(owner === undefined ? {} : { owner }), ...(group === undefined ? {} : { group }) }
  return { path, mode: octal(mode), ...whose, version, bytes: content.reveal().byteLength, ...from }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

function othersNote(others: readonly string[]): string {
  const shown = others.slice(0, 5).map(quote).join(', ')
  const more = others.length > 5 ? ` and ${others.length - 5} more` : ''
  return `the directory also has ${shown}${more}, not of this class: left as ${others.length === 1 ? 'it is' : 'they are'}`
}
