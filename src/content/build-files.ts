import { fault, mostFaults, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { workBudget } from '../json/work-budget.ts'
import type { MountPlan, PlannedObject } from '../plan/mount-plan.ts'
import { collisionsOf } from '../plan/paths/file-collisions.ts'
import type { Steps } from '../process/in-turns.ts'
import {
  isCut,
  type ObjectValue,
  type PlanValues,
  type ReadValue,
  sizeOf,
  valuesIn,
} from '../store/object-value.ts'
import type { ReadFaults } from '../store/read-faults.ts'
import { type BuildContext, type BuiltObject, buildObject } from './build-object.ts'
import { buildSet } from './build-set.ts'
import { composeFile } from './compose/compose.ts'
import type { OnNullText } from './extract-text.ts'
import { FileCount } from './file-count.ts'
import {
  type BuiltFile,
  type FileSource,
  sourceLabel,
  type VolumeFile,
  type VolumeSet,
} from './volume-file.ts'
import { VolumeSize } from './volume-size.ts'

/**
 * The files of a mount: each object whole under its name, then each of its extracts, then its keys, in the plan's
 * order.
 *
 * `values` runs parallel to `plan.objects`, undefined for an optional object that is missing. An object that is not
 * optional has its files, or the mount fails. Pauses between objects, extracts and
 * composed files.
 *
 * @throws {ProviderError} VOLUME_TOO_LARGE when the files come to more than `maxBytes`, or all faults of all objects
 *   together; TOO_MANY_FILES ends the work.
 */
export function* buildFiles(
  plan: MountPlan,
  values: PlanValues,
  maxBytes: number,
  onNullText: OnNullText,
): Steps<readonly BuiltFile[]> {
  const context = buildContext(maxBytes, onNullText)
  const { size, count } = context
  for (const value of values) for (const each of valuesIn(value)) size.add(sizeOf(each))
  const unfinished = plan.objects.some(
    ({ extracts, keys, format }) => extracts.length > 0 || (keys ?? format) !== undefined,
  )
  size.check(unfinished)
  // Only what is too large in all has values left out. Each would be an empty file.
  if (values.some(isCut)) throw size.fault(unfinished)
  const files: BuiltFile[] = []
  const faults: ProviderError[] = []
  for (const [at, object] of plan.objects.entries()) {
    if (count.isOver || faults.length >= mostFaults) break
    const value = values[at]
    if (value === undefined && object.optional) continue
    if (value === undefined) throw fault('INTERNAL_FAULT', {}, { log: { missingValueOf: object.name } })
    const position = object.position ?? at + 1
    const built = yield* buildOne(object, value, position, context)
    files.push(...built.files)
    faults.push(...built.faults)
  }
  if (count.isOver) throwCollected([...faults, count.fault()])
  for (const composition of plan.compositions ?? []) {
    if (count.isOver || faults.length >= mostFaults) break
    yield
    const { firstObject, parts } = composition
    const [from, to] = [firstObject, firstObject + parts.length]
    const objects = plan.objects.slice(from, to)
    const composed = yield* composeFile(composition, objects, values.slice(from, to).map(single), context)
    if ('faults' in composed) faults.push(...composed.faults)
    else if (count.add(composed.file.path)) files.push(composed.file)
  }
  if (plan.objects.some(({ keys, members }) => (keys ?? members) !== undefined))
    faults.push(...(yield* collisionFaults(files)))
  if (count.isOver) faults.push(count.fault())
  throwCollected(faults)
  size.check(false)
  return files
}

/**
 * All that is wrong with a mount of which some objects could not be read: their faults, and those of the files of the
 * others, in the order of the objects. Pauses as buildFiles does.
 */
export function* faultsWithExtracts(
  plan: MountPlan,
  { objectFaults, values }: ReadFaults,
  maxBytes: number,
  onNullText: OnNullText,
): Steps<readonly ProviderError[]> {
  const context = buildContext(maxBytes, onNullText)
  const found = [...objectFaults]
  for (const [index, object] of plan.objects.entries()) {
    if (context.count.isOver || found.length >= objectFaults.length + mostFaults) break
    const value = values[index]
    // Of one that was too large only the size is known.
    if (value === undefined || isCut(value)) continue
    const position = object.position ?? index + 1
    const { faults } = yield* buildOne(object, value, position, context)
    found.push(...faults.map((fault) => ({ index, fault })))
  }
  for (const composition of plan.compositions ?? []) {
    if (found.length >= objectFaults.length + mostFaults) break
    yield
    const { firstObject: index, parts } = composition
    const read = parts.flatMap((part, at) => {
      const [object, value] = [plan.objects[index + at], single(values[index + at])]
      const isThere = object !== undefined && value !== undefined && value.leftOut === undefined
      return isThere ? [{ part, object, value }] : []
    })
    const known = { ...composition, parts: read.map(({ part }) => part) }
    const composed = yield* composeFile(
      known,
      read.map(({ object }) => object),
      read.map(({ value }) => value),
      context,
    )
    if ('faults' in composed) found.push(...composed.faults.map((fault) => ({ index, fault })))
  }
  return found.toSorted((a, b) => a.index - b.index).map((each) => each.fault)
}

function buildContext(maxBytes: number, onNullText: OnNullText): BuildContext {
  const [size, count] = [new VolumeSize(maxBytes), new FileCount()]
  return { budget: workBudget(), size, count, bytesOfTexts: new Map(), onNullText }
}

function buildOne(
  object: PlannedObject,
  value: ReadValue,
  position: number,
  context: BuildContext,
): Steps<BuiltObject> {
  return 'members' in value
    ? buildSet(object, value, position, context)
    : buildObject(object, value, position, context)
}

/** What of the plan the volume will not have: of optional objects and extracts that are missing. */
export function absentFrom(plan: MountPlan, files: readonly BuiltFile[]): Omit<VolumeSet, 'files'> {
  const there = new Set(files.map(({ source }) => source.position))
  const lacksUnnamed = plan.objects.some(
    ({ keys, members, position }, at) => (keys ?? members) !== undefined && !there.has(position ?? at + 1),
  )
  return { absent: absentPaths(plan, files), lacksUnnamed }
}

function absentPaths({ objects }: MountPlan, files: readonly VolumeFile[]): readonly string[] {
  const there = new Set(files.map(({ path }) => path))
  const absent: string[] = []
  for (const { file, extracts } of objects) {
    if (file !== undefined && !there.has(file.path)) absent.push(file.path)
    for (const each of extracts) if (!there.has(each.file.path)) absent.push(each.file.path)
  }
  return absent
}

/** A part is one object: the plan lets no set be one. */
function single(value: ReadValue | undefined): ObjectValue | undefined {
  return value === undefined || 'members' in value ? undefined : value
}

/** What is wrong with the paths of files together: names that come from values, or from AWS, are known only now. Pauses between files. */
export function* collisionFaults(
  files: readonly Pick<BuiltFile, 'path' | 'source'>[],
): Steps<readonly ProviderError[]> {
  const collisions = yield* collisionsOf(files, 10)
  return collisions.map(({ claim, other, path, areTwins }) =>
    fault('EXPANDED_COLLISION', {
      where: entryOf(claim.source),
      first: entryOf(other.source),
      path,
      isDirectory: !areTwins,
      ofSet: (claim.source.set ?? other.source.set) !== undefined,
    }),
  )
}

function entryOf(source: FileSource): string {
  return `${sourceLabel(source)} (entry ${source.position} of objects)`
}
