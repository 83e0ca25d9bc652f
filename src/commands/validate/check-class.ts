import { type ClassDocument, isForAws } from '../../class-file/class-document.ts'
import { hasCurlyQuotes } from '../../class-file/quotes.ts'
import type { SyncDocument } from '../../class-file/sync-document.ts'
import { severityOf, type Warning } from '../../class-file/warning-kinds.ts'
import { fault, type ProviderError } from '../../errors/provider-error.ts'
import { isTemplate, renderFirst, unrendered } from '../../errors/unrendered.ts'
import type { PlannedObject } from '../../plan/mount-plan.ts'
import { readObjectList } from '../../plan/objects/object-list.ts'
import { checkObjects } from '../../plan/objects/object-rules.ts'
import { readPathTranslation } from '../../plan/paths/file-name.ts'
import { assumeRegions } from '../../plan/regions.ts'
import { atOnce } from '../../process/in-turns.ts'
import { type MountParameters, readParameters } from '../../request/mount-parameters.ts'
import type { ParameterFault } from '../../request/parameter-fields.ts'
import type { Finding, SourcePosition } from '../../yaml/finding.ts'
import { classWarnings } from './class-warnings.ts'
import { type Diagnostic, inOrder } from './diagnostic.ts'
import { modeWarnings, ownerFaults } from './driver-written.ts'
import { requestFault } from './size-warnings.ts'

/** What a check takes from the command line. */
export interface CheckOptions {
  /** For classes that name none. */
  readonly region?: string
  /** The provider runs with the flag of that name. */
  readonly driverWritesSecrets?: boolean
  /** SecretSyncs of the same file that name the class. */
  readonly syncs?: readonly SyncDocument[]
}

/**
 * Checks a SecretProviderClass by every rule that would reject its mount before AWS is asked, and warns of
 * what is probably not meant. Pure: no network, no file.
 */
export function checkClass(
  document: ClassDocument,
  { region, driverWritesSecrets = false, syncs = [] }: CheckOptions,
): readonly Diagnostic[] {
  if (!isForAws(document)) return [skipped(document)]
  const { values, parameters, faults } = readTexts(document)
  const objectsText = document.parameters.get('objects')?.text
  const isMissing = !document.parameters.has('objects')
  const list = atOnce(readObjectList(objectsText ?? ''))
  const regions = assumeRegions(values, list, region)
  const {
    objects,
    compositions = [],
    findings,
  } = atOnce(
    checkObjects(list, {
      ...parameters,
      regions: regions.regions,
      defaultMode: 0o644,
    }),
  )
  const located = new Locator(document)
  const planned: readonly PlannedObject[] | undefined = findings.length === 0 ? objects : undefined
  const shown = objectsText === undefined && !isMissing ? [] : findings
  return inOrder([
    ...missingProvider(document).map((each) => located.error(each, document.at)),
    ...document.faults.map(({ fault: each, at }) => located.error(each, at)),
    ...faults.map(({ fault: each, parameter }) => {
      const found = located.error(each, located.parameterAtFault(parameter, each))
      return { ...found, message: `${found.message}${writtenHint(values.get(parameter) ?? '')}` }
    }),
    ...requestFault(values).map((each) => located.error(each, located.parameter('objects'))),
    ...shown
      .filter(({ fault: { code } }) => code !== 'PATH_TRANSLATION_MALFORMED')
      .map((each) => {
        const found = located.finding(each)
        return { ...found, message: `${found.message}${curlyHint(wordAt(objectsText ?? '', each))}` }
      }),
    ...(driverWritesSecrets ? ownerFaults(list, values) : []).map((each) =>
      located.error(
        each.fault,
        'at' in each ? located.inObjects(each.at) : located.parameter(each.parameter),
      ),
    ),
    ...(driverWritesSecrets
      ? modeWarnings({ list, inObjects: (at) => located.inObjects(at) }).map((each) => located.warning(each))
      : []),
    ...list.warnings.map((each) => located.warning({ ...each, ...located.inObjects(each) })),
    ...document.warnings.map((each) => located.warning(each)),
    ...classWarnings({
      document,
      values,
      list,
      planned,
      compositions,
      syncs,
      regions,
      inObjects: (at) => located.inObjects(at),
    }).map((each) => located.warning(each)),
  ])
}

/** Parameters that are texts, and what is wrong with each by itself. */
function readTexts({ parameters }: ClassDocument): {
  readonly values: ReadonlyMap<string, string>
  readonly parameters: MountParameters
  readonly faults: readonly ParameterFault[]
} {
  const values = new Map<string, string>()
  for (const [key, { text }] of parameters) if (text !== undefined) values.set(key, text)
  const { parameters: read, faults } = readParameters(values)
  return { values, parameters: read, faults: [...faults, ...pathTranslationFault(values)] }
}

/** What the way in which a value is written has to do with its fault. */
function writtenHint(value: string): string {
  if (isTemplate(value)) return `; this is a Helm template: ${renderFirst}`
  return curlyHint(value)
}

function curlyHint(value: string): string {
  return hasCurlyQuotes(value) ? '; the curly quotes are part of it: write straight ones, or none' : ''
}

/** What stands at the place of a finding, as far as it goes on without a comma or bracket. */
function wordAt(text: string, { line, column = 1 }: Finding): string {
  if (line === undefined) return ''
  const rest = text.split('\n', line)[line - 1]?.slice(column - 1) ?? ''
  return /^[^,}\]]*/.exec(rest)?.[0] ?? ''
}

function pathTranslationFault(values: ReadonlyMap<string, string>): readonly ParameterFault[] {
  const received = values.get('pathTranslation') || undefined
  if (readPathTranslation(received) !== undefined || received === undefined) return []
  return [{ fault: fault('PATH_TRANSLATION_MALFORMED', { received }), parameter: 'pathTranslation' }]
}

function missingProvider({ provider }: ClassDocument): readonly ProviderError[] {
  if (provider.text !== '') return []
  return [fault('CLASS_MALFORMED', { field: 'spec.provider', received: 'missing', expected: 'aws' })]
}

function skipped(document: ClassDocument): Diagnostic {
  const { text, at } = document.provider
  const received = JSON.stringify(text.slice(0, 100))
  // No provider is called so: nobody meant the class to be left out.
  const [severity, what] = isTemplate(text)
    ? (['warning', `${received}, ${unrendered}: ${renderFirst}`] as const)
    : (['note', `${received}, not "aws"`] as const)
  const message = `the provider is ${what}; this class was not checked`
  return new Locator(document).warning({ code: 'PROVIDER_SKIPPED', message, severity, ...at })
}

/** Faults of a parameter's name, not of its value. */
const atTheName: ReadonlySet<string> = new Set([
  'PARAMETER_UNKNOWN',
  'ASSUME_ROLE_PARAMETER_UNKNOWN',
  'ASSUME_ROLE_ARN_MISSING',
])

/** Puts findings at their places in the file. */
class Locator {
  readonly #document: ClassDocument

  constructor(document: ClassDocument) {
    this.#document = document
  }

  error({ code, message }: ProviderError, { line, column }: SourcePosition): Diagnostic {
    return { file: this.#document.file, line, column, code, severity: 'error', message }
  }

  finding({ fault: each, line, column }: Finding): Diagnostic {
    if (each.code === 'FAILOVER_REGION_SAME') return this.error(each, this.parameter('failoverRegion'))
    return this.error(
      each,
      line === undefined ? this.parameter('objects') : this.inObjects({ line, column: column ?? 1 }),
    )
  }

  warning({ code, message, line, column, severity: given }: Warning): Diagnostic {
    const severity = given ?? severityOf(code)
    return { file: this.#document.file, line, column, code, severity, message }
  }

  /** Of its value, or where it would have to stand. */
  parameter(key: string): SourcePosition {
    return this.#document.parameters.get(key)?.at ?? this.#document.parametersPosition
  }

  /** A name that is wrong is shown itself. */
  parameterAtFault(key: string, { code }: ProviderError): SourcePosition {
    const isName = atTheName.has(code)
    const keyPosition = isName ? this.#document.parameters.get(key)?.keyPosition : undefined
    return keyPosition ?? this.parameter(key)
  }

  inObjects(at: SourcePosition): SourcePosition {
    const objects = this.#document.parameters.get('objects')
    if (objects === undefined) return this.#document.parametersPosition
    return objects.text === undefined || objects.text.trim() === ''
      ? objects.keyPosition
      : objects.positionIn(at)
  }
}
