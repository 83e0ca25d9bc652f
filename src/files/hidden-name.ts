import { randomUUID } from 'node:crypto'

/** The symlink whose one rename brings a new set; the name is Kubernetes' own (AtomicWriter). */
export const dataLink = '..data'

/**
 * A fresh name for a payload directory: `..2026_05_01_10_11_12.345-<owner>-<random>`.
 *
 * Begins like those of Kubernetes' AtomicWriter (which readers of volumes skip), but cannot be taken for one:
 * what we clean up is ours.
 */
export function freshHiddenName(owner: string, now = new Date()): string {
  const stamp = now.toISOString().slice(0, -1).replaceAll(/[-:T]/g, '_')
  return `..${stamp}-${owner}-${randomUUID().slice(0, 8)}`
}

/** The name of the temporary symlink that goes with a payload directory; never `..data_tmp`, the driver's. */
export function linkNameFor(hiddenName: string): string {
  return `${hiddenName}.link`
}

/** The name of the digest of those files of a payload directory that cannot be read back. */
export function digestNameFor(hiddenName: string): string {
  return `${hiddenName}.digest`
}

/** The owner in a name that one of these functions made; undefined for all others. */
export function hiddenNameOwner(name: string): string | undefined {
  return /^\.\.\d{4}(?:_\d\d){5}\.\d{3}-([0-9a-f]{8})-[0-9a-f]{8}(?:\.link|\.digest)?$/.exec(name)?.[1]
}

/**
 * Whether a text may be where `..data` points: one hidden path component, as we and Kubernetes write it.
 * Anything else (`/etc`, `../../x`, `..data` itself) is not followed.
 */
export function isPayloadName(name: string): boolean {
  return /^\.\.[^/\0]{1,253}$/.test(name) && name !== dataLink
}
