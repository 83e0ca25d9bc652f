import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { extract } from '../jmespath/extract.ts'
import { readJsonDocument } from '../json/json-document.ts'
import { type WorkBudget, workBudget } from '../json/work-budget.ts'
import { collisionsOf } from '../plan/file-collisions.ts'
import type { MountPlan, PlannedObject } from '../plan/mount-plan.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectValue } from '../store/object-value.ts'
import { expandKeys } from './expand-keys.ts'
import { type BuiltFile, type FileSource, sourceLabel } from './volume-file.ts'

/**
 * The files of a mount: each object whole under its name, then each of its extracts, then its keys, in the
 * plan's order.
 *
 * `values` runs parallel to `plan.objects`. Throws all faults of all objects together, and never gives an
 * empty list.
 */
export function buildFiles(plan: MountPlan, values: readonly ObjectValue[]): readonly BuiltFile[] {
  const files: BuiltFile[] = []
  const faults: ProviderError[] = []
  const budget = workBudget()
  for (const [at, object] of plan.objects.entries()) {
    const value = values[at]
    if (value === undefined) throw fault('INTERNAL_FAULT', {}, { log: { missingValueOf: object.name } })
    buildObject(object, value, at + 1, budget, { files, faults })
  }
  if (plan.objects.some(({ keys }) => keys !== undefined)) faults.push(...collisionFaults(files))
  throwCollected(faults)
  if (files.length === 0) throw fault('VOLUME_EMPTY', {})
  return files
}

interface Built {
  readonly files: BuiltFile[]
  readonly faults: ProviderError[]
}

function buildObject(
  object: PlannedObject,
  { content, version }: ObjectValue,
  position: number,
  budget: WorkBudget,
  { files, faults }: Built,
): void {
  const source: FileSource = { object: object.name, position }
  if (object.file !== undefined) files.push({ ...object.file, content, version, source })
  if (object.extracts.length === 0 && object.keys === undefined) return
  const document = readJsonDocument(content)
  for (const wanted of object.extracts) {
    const extracted = extract(object.name, wanted, document, budget)
    if (extracted === 'nothing') continue
    if ('fault' in extracted) {
      faults.push(extracted.fault)
      continue
    }
    const from = { ...source, jmesPath: wanted.expression }
    files.push({ ...wanted.file, content: extracted.content, version, source: from })
  }
  if (object.keys === undefined) return
  const { mode } = object.keys
  const expanded = expandKeys(object.name, object.keys, document, budget)
  if ('faults' in expanded) {
    faults.push(...expanded.faults)
    return
  }
  for (const { key, path, text } of expanded.taken) {
    files.push({ path, mode, content: bytesOf(text), version, source: { ...source, key } })
  }
}

function bytesOf(text: string): Sensitive<Uint8Array> {
  return new Sensitive(new TextEncoder().encode(text))
}

/** Names that come from values are known only now. */
function collisionFaults(files: readonly BuiltFile[]): readonly ProviderError[] {
  return collisionsOf(files)
    .slice(0, 10)
    .map(({ claim, other, path, areTwins }) =>
      fault('EXPANDED_COLLISION', {
        where: sourceLabel(claim.source),
        first: sourceLabel(other.source),
        path,
        isDirectory: !areTwins,
      }),
    )
}
