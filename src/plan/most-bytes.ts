import type { MountPlan, Store } from './mount-plan.ts'

/** The largest value of each store. Source: quotas of Secrets Manager; of Parameter Store, advanced parameters. */
export const largestValue: Readonly<Record<Store, number>> = { secretsmanager: 65_536, ssmparameter: 8_192 }

/** The most bytes that the values of a mount, and what is taken out of them, may take. */
export function mostBytes({ objects }: MountPlan): number {
  return objects.reduce(
    (sum, { store, reads, extracts, keys }) =>
      sum + largestValue[store] * (reads.length + extracts.length + (keys === undefined ? 0 : 1)),
    0,
  )
}
