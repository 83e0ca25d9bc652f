import { warningKinds } from '../../class-file/warning-kinds.ts'
import { errorKinds } from '../../errors/provider-error.ts'
import { providerName, version } from '../../process/version.ts'
import { entryUrl } from '../docs-address.ts'
import type { Diagnostic } from './diagnostic.ts'

/** The diagnostics as a SARIF 2.1.0 log, which code hosts show beside the lines. Source: OASIS SARIF 2.1.0. */
export function toSarif(diagnostics: readonly Diagnostic[], docsUrl: string): object {
  const ids = [...new Set(diagnostics.map(({ code }) => code))].toSorted()
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: providerName,
            semanticVersion: version,
            rules: ids.map((id) => ruleOf(id, docsUrl)),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((each) => ({
          ruleId: each.code,
          ruleIndex: ids.indexOf(each.code),
          level: each.severity,
          message: { text: each.message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: toUri(each.file) },
                region: { startLine: each.line, startColumn: each.column },
              },
            },
          ],
        })),
      },
    ],
  }
}

function ruleOf(code: Diagnostic['code'], docsUrl: string): object {
  const address = entryUrl(docsUrl, code)
  const helpUri = address === undefined ? {} : { helpUri: address }
  if (!Object.hasOwn(errorKinds, code)) {
    const { meaning, remedy } = warningKinds[code as keyof typeof warningKinds]
    return { id: code, shortDescription: { text: meaning }, help: { text: remedy }, ...helpUri }
  }
  const { cause, remedy } = errorKinds[code as keyof typeof errorKinds]
  return { id: code, shortDescription: { text: cause }, help: { text: remedy }, ...helpUri }
}

/** Relative to where the command ran, as code hosts want it; what has no path is called stdin. */
function toUri(file: string): string {
  if (file === '<stdin>') return 'stdin'
  const path = file.replace(/^\.\//, '').split('/').map(encodeURIComponent).join('/')
  return path.startsWith('/') ? `file://${path}` : path
}
