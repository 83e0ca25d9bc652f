import { fault, mostFaults } from '../../errors/provider-error.ts'
import { createExtractCheck } from '../../jmespath/check-extract.ts'
import type { Steps } from '../../process/in-turns.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import { type Composition, checkComposition, composedLabel } from '../compose/planned-composition.ts'
import { createTemplates, type Templates } from '../compose/templates.ts'
import { positionOf } from '../fields/field-position.ts'
import { booleanOf } from '../fields/field-values.ts'
import { fileAccess } from '../fields/file-access.ts'
import { membersOf, setTypeOf } from '../fields/members.ts'
import { objectRegion } from '../fields/object-region.ts'
import { filtersInWords } from '../fields/secret-filters.ts'
import type { PlannedComposition, PlannedObject, ReadSet, Regions } from '../mount-plan.ts'
import { fileCollisions } from '../paths/file-collisions.ts'
import { readPathTranslation } from '../paths/file-name.ts'
import { type FileRules, filesOf, type ObjectFiles } from './object-files.ts'
import { objectLabel, textOf } from './object-label.ts'
import type { ObjectEntry, ObjectList } from './object-list.ts'
import { readsOf } from './object-reads.ts'
import { readName, readStore } from './object-store.ts'

/** What the objects are checked against. */
export interface ObjectContext {
  readonly regions: Regions
  /** The parameter as written; absent when missing. */
  readonly pathTranslation?: string
  /** Permission bits for files that name none. */
  readonly defaultMode: number
  /** Ids for files that name none; absent: root's. */
  readonly fileOwner?: number
  readonly fileGroup?: number
}

/** What the checks came to. */
export interface CheckedObjects {
  /** Complete when there is no finding. */
  readonly objects: readonly PlannedObject[]
  readonly compositions?: readonly PlannedComposition[]
  /** Every fault: of the parameters and the text first, then object by object. */
  readonly findings: readonly Finding[]
}

/** Checks every rule that needs no AWS call. Never throws: what is wrong comes as findings, with its place. Pauses between entries. */
export function* checkObjects(list: ObjectList, context: ObjectContext): Steps<CheckedObjects> {
  const { regions, defaultMode, fileOwner, fileGroup } = context
  const [primary, failover] = regions
  const general: Finding[] = []
  if (primary === failover) general.push({ fault: fault('FAILOVER_REGION_SAME', { region: primary }) })
  const translation = readPathTranslation(context.pathTranslation)
  if (translation === undefined) {
    const received = context.pathTranslation ?? ''
    general.push({ fault: fault('PATH_TRANSLATION_MALFORMED', { received }) })
  }
  const access = fileAccess(defaultMode, fileOwner, fileGroup)
  const rules = { translation, access, checkExtract: createExtractCheck(), templates: createTemplates() }
  const checked: (CheckedObject & { readonly entry: ObjectEntry })[] = []
  let found = 0
  for (const entry of list.entries) {
    const object = yield* checkObject(entry, regions, rules)
    checked.push({ entry, ...object })
    found += object.findings.length
    if (found >= mostFaults) break
  }
  for (const collision of yield* fileCollisions(checked.flatMap(({ files }) => files.claims))) {
    checked[collision.position - 1]?.findings.push(collision.finding)
  }
  const objects = checked.flatMap(({ object }) => (object === undefined ? [] : [object]))
  const compositions: PlannedComposition[] = []
  for (const { composition, entry, files } of checked) {
    if (composition === undefined || files.file === undefined) continue
    const { parts, content } = composition
    const { position } = entry
    const { path } = files.file
    compositions.push({ position, file: files.file, parts, firstObject: objects.length, content })
    objects.push(
      ...composition.objects.map((object, at) => ({
        ...object,
        position,
        part: { name: parts[at]?.name ?? '', file: path },
      })),
    )
  }
  return {
    objects,
    ...(compositions.length === 0 ? {} : { compositions }),
    findings: [...general, ...list.findings, ...checked.flatMap(({ findings }) => findings)],
  }
}

interface CheckedObject {
  readonly object?: PlannedObject
  readonly composition?: Composition
  readonly files: ObjectFiles
  readonly findings: Finding[]
}

function* checkObject(
  entry: ObjectEntry,
  regions: Regions,
  rules: FileRules & { readonly templates: Templates },
): Steps<CheckedObject> {
  yield
  const findings = [...entry.findings]
  if (textOf(entry.objectType) === 'composed') {
    const composition = checkComposition(entry, regions, rules, findings)
    const files = yield* filesOf({ ...entry, jmesPath: [] }, composedLabel(entry), rules, findings)
    return composition === undefined ? { files, findings } : { composition, files, findings }
  }
  const where = objectLabel(entry)
  for (const field of ['parts', 'text', 'json', 'yaml'] as const) {
    if (entry[field] === undefined || entry[field] === 'malformed') continue
    const details = { where, field, needs: 'objectType composed' }
    findings.push(finding(fault('FIELD_NEEDS_FIELD', details), positionOf(entry[field]) ?? entry.at))
  }
  const isQuery = setTypeOf(entry) === 'secretsmanagerquery'
  const written = entry.objectName
  if (written === undefined && !isQuery) {
    findings.push(finding(fault('OBJECT_NAME_MISSING', { where }), entry.at))
  }
  if (written === 'malformed' || (written === undefined && !isQuery)) {
    return { files: yield* filesOf(entry, where, rules, findings), findings }
  }
  const members = membersOf(entry, written, where, rules, findings)
  // What a query is called is between the class and its messages: AWS never sees it.
  const name = written ?? { text: findings.length > 0 ? '' : wordsOf(members?.set), at: entry.at }
  const own = objectRegion(entry.objectRegion, name, where, {
    isSet: members !== undefined,
    hasFailover: regions.length > 1,
    findings,
  })
  const expected =
    own === undefined
      ? { name: regions[0], parameter: 'region' as const }
      : { name: own, parameter: 'objectRegion' as const }
  const read = isQuery ? {} : readName(name, where, expected, findings)
  const store = readStore(entry.objectType, name, read, where, findings)
  const each = members === undefined ? {} : { set: members.set }
  const reads = readsOf({ entry, where, name, read, store }, regions, findings)?.map((one) => ({
    ...one,
    ...each,
  }))
  const files = yield* filesOf(entry, where, rules, findings, { isSet: members !== undefined })
  const { claims: _, ...content } = files
  const optional = booleanOf(entry.optional, { where, field: 'optional' }, findings)
  const hasFile = content.file !== undefined || content.keys !== undefined || members !== undefined
  if (findings.length > 0 || store === undefined || reads === undefined || !hasFile) {
    return { files, findings }
  }
  const more = {
    ...(members === undefined ? {} : { members: members.planned }),
    ...(own === undefined ? {} : { region: own }),
  }
  const object = { name: name.text, store, reads, ...content, ...more, position: entry.position }
  return { object: optional === true ? { ...object, optional } : object, files, findings }
}

function wordsOf(set: ReadSet | undefined): string {
  return set?.kind === 'query' ? filtersInWords(set.filters) : ''
}
