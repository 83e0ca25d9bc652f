import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { extract, readJsonDocument } from '../jmespath/extract.ts'
import { workBudget } from '../json/work-budget.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import type { ObjectValue } from '../store/object-value.ts'
import type { VolumeFile } from './volume-file.ts'

/**
 * The files of a mount: each object whole under its name, then each of its extracts, in the plan's order.
 *
 * `values` runs parallel to `plan.objects`. Throws all jmesPath faults of all objects together, and never
 * gives an empty list.
 */
export function buildFiles(plan: MountPlan, values: readonly ObjectValue[]): readonly VolumeFile[] {
  const files: VolumeFile[] = []
  const faults: ProviderError[] = []
  const budget = workBudget()
  for (const [at, object] of plan.objects.entries()) {
    const value = values[at]
    if (value === undefined) throw fault('INTERNAL_FAULT', {}, { log: { missingValueOf: object.name } })
    const { content, version } = value
    files.push({ ...object.file, content, version })
    if (object.extracts.length === 0) continue
    const document = readJsonDocument(content)
    for (const wanted of object.extracts) {
      const extracted = extract(object.name, wanted, document, budget)
      if (extracted === 'nothing') continue
      if ('fault' in extracted) faults.push(extracted.fault)
      else files.push({ ...wanted.file, content: extracted.content, version })
    }
  }
  throwCollected(faults)
  if (files.length === 0) throw fault('VOLUME_EMPTY', {})
  return files
}
