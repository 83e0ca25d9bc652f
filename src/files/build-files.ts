import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { extract, readJsonDocument } from '../jmespath/extract.ts'
import { jmesBudget } from '../jmespath/work-budget.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import type { ObjectValue } from '../store/object-value.ts'
import type { ReadFaults } from '../store/read-faults.ts'
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
  const budget = jmesBudget()
  for (const [at, object] of plan.objects.entries()) {
    const value = values[at]
    if (value === undefined) throw fault('INTERNAL_FAULT', {}, { log: { missingValueOf: object.name } })
    const { content, version } = value
    files.push({ ...object.file, content, version })
    if (object.extracts.length === 0) continue
    const document = readJsonDocument(content)
    for (const { expression, file } of object.extracts) {
      const extracted = extract(object.name, expression, document, budget)
      if ('fault' in extracted) faults.push(extracted.fault)
      else files.push({ ...file, content: extracted.content, version })
    }
  }
  throwCollected(faults)
  if (files.length === 0) throw fault('VOLUME_EMPTY', {})
  return files
}

/**
 * All that is wrong with a mount of which some objects could not be read: their faults, and those of the extracts of
 * the others, in the order of the objects.
 */
export function faultsWithExtracts(plan: MountPlan, { objectFaults, values }: ReadFaults): ProviderError[] {
  const budget = jmesBudget()
  const extracts = plan.objects.flatMap((object, index) => {
    const value = values[index]
    if (value === undefined || object.extracts.length === 0) return []
    const document = readJsonDocument(value.content)
    return object.extracts.flatMap(({ expression }) => {
      const extracted = extract(object.name, expression, document, budget)
      return 'fault' in extracted ? [{ index, fault: extracted.fault }] : []
    })
  })
  return [...objectFaults, ...extracts].toSorted((a, b) => a.index - b.index).map((each) => each.fault)
}
