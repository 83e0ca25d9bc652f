/**
 * Distributes what is asked for over calls that take at most `most` of it each, so that no two of one call have a key in
 * common. Its order stays as far as that allows.
 *
 * Takes no longer for what a pod's author has made to collide.
 */
export function spreadOverCalls<Asked>(
  asked: readonly Asked[],
  keysOf: (each: Asked) => readonly string[],
  most: number,
): readonly (readonly Asked[])[] {
  const calls: Asked[][] = []
  /** By key: the first call that has it not yet. */
  const free = new Map<string, number>()
  let firstOpen = 0
  for (const each of asked) {
    const keys = keysOf(each)
    let at = Math.max(firstOpen, ...keys.map((key) => free.get(key) ?? 0))
    while (calls[at]?.length === most) at += 1
    const call = calls[at]
    if (call === undefined) calls[at] = [each]
    else call.push(each)
    for (const key of keys) free.set(key, at + 1)
    while (calls[firstOpen]?.length === most) firstOpen += 1
  }
  return calls
}
