/** AWS has fewer regions than this; a node talks to two or three. */
const mostRegions = 40
const mostUnproven = 10

/** The name of a region as a label. */
export type RegionLabel = (region: string, hasAnswered: boolean) => string

/**
 * The value of the label `region`, out of a bounded set.
 *
 * A region comes from a SecretProviderClass, and whoever writes those could make up new ones for ever: one that
 * has not answered yet is given a name only while few have, and a region beyond the bound is called `other`.
 */
export function createRegionLabel(): RegionLabel {
  const known = new Set<string>()
  return (region, hasAnswered) => {
    if (known.has(region)) return region
    if (known.size >= (hasAnswered ? mostRegions : mostUnproven)) return 'other'
    known.add(region)
    return region
  }
}
