import type { RegionLabel } from './region-label.ts'

/** How a change of a breaker is shown: the value of `region`, and whether any breaker of the service is open under it. */
interface ShownBreaker {
  readonly label: string
  readonly anyOpen: boolean
}

/**
 * Shows the closing of a breaker where its opening was shown. A region may have got a name of its own meanwhile, and
 * several may be called `other`: one that answers must not hide that the rest are silent.
 */
export function createBreakerLabel(
  regionLabel: RegionLabel,
): (service: string, region: string, open: boolean) => ShownBreaker {
  /** By service and region: under which name each is open. */
  const open = new Map<string, { readonly service: string; readonly label: string }>()
  return (service, region, isOpen) => {
    const key = `${service} ${region}`
    const label = open.get(key)?.label ?? regionLabel(region, false)
    if (isOpen) open.set(key, { service, label })
    else open.delete(key)
    const anyOpen = [...open.values()].some((each) => each.service === service && each.label === label)
    return { label, anyOpen }
  }
}
