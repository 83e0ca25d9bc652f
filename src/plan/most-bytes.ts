import type { MountPlan, PlannedExtract, Store } from './mount-plan.ts'

/** The largest value of each store. Source: quotas of Secrets Manager; of Parameter Store, advanced parameters. */
export const largestValue: Readonly<Record<Store, number>> = { secretsmanager: 65_536, ssmparameter: 8_192 }

/** The most bytes that the values of a mount, and what is taken out of them, may take. */
export function mostBytes({ objects, compositions = [] }: MountPlan): number {
  const composed = compositions.reduce(
    (sum, { parts }) => sum + largestValue.secretsmanager * parts.length,
    0,
  )
  return objects.reduce((sum, { store, reads, extracts, keys }) => {
    const most = reads.reduce((count, { set }) => count + (set?.limit ?? 1), 0)
    const expanded = keys === undefined ? 0 : (reads[0]?.set?.limit ?? 1)
    return sum + largestValue[store] * (most + extractedValues(extracts) + expanded)
  }, composed)
}

/** How many values' worth is taken out at most: what is only picked is a part of the value, and kept once however often. */
function extractedValues(extracts: readonly PlannedExtract[]): number {
  const made = extracts.filter(({ expression, format }) => format !== undefined || expression.includes('('))
  return made.length + (made.length < extracts.length ? 1 : 0)
}
