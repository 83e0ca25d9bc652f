/** The largest id of a user or group. Source: Kubernetes, which takes no larger runAsUser and runAsGroup. */
export const largestFileId = 2_147_483_647

/** Reads the numeric id of a user or group: decimal digits as one counts, 0 for root. Undefined for any other text. */
export function parseFileId(text: string): number | undefined {
  const id = /^(?:0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN
  return id <= largestFileId ? id : undefined
}
