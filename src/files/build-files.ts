import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { extract, readJsonDocument } from '../jmespath/extract.ts'
import { jmesBudget } from '../jmespath/work-budget.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import type { ObjectValue } from '../store/object-value.ts'
import type { VolumeFile } from './volume-file.ts'
import { sizeOf, VolumeSize } from './volume-size.ts'

/**
 * The files of a mount: each object whole under its name, then each of its extracts, in the plan's order.
 *
 * `values` runs parallel to `plan.objects`. Throws VOLUME_TOO_LARGE when the files come to more than `maxBytes`, or
 * all jmesPath faults of all objects together; never gives an empty list.
 */
export function buildFiles(
  plan: MountPlan,
  values: readonly ObjectValue[],
  maxBytes: number,
): readonly VolumeFile[] {
  const size = new VolumeSize(maxBytes)
  for (const value of values) size.add(sizeOf(value))
  size.check(plan.objects.some(({ extracts }) => extracts.length > 0))
  const files: VolumeFile[] = []
  const faults: ProviderError[] = []
  const budget = jmesBudget()
  const keep = (bytes: number) => size.add(bytes)
  for (const [at, object] of plan.objects.entries()) {
    const value = values[at]
    if (value === undefined) throw fault('INTERNAL_FAULT', {}, { log: { missingValueOf: object.name } })
    const { content, version } = value
    files.push({ ...object.file, content, version })
    if (object.extracts.length === 0) continue
    const document = readJsonDocument(content)
    for (const { expression, file } of object.extracts) {
      const extracted = extract(object.name, expression, document, budget, keep)
      if ('fault' in extracted) faults.push(extracted.fault)
      else files.push({ ...file, content: extracted.content, version })
    }
  }
  throwCollected(faults)
  size.check(false)
  if (files.length === 0) throw fault('VOLUME_EMPTY', {})
  return files
}
