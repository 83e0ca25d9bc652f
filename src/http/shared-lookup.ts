import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

type Callback = Parameters<LookupFunction>[2]

/**
 * Makes a look-up of host names that asks for each name once at a time; whoever asks meanwhile gets the same answer.
 * Nothing is kept.
 *
 * A look-up takes one of the four threads that libuv has for files and names together: a burst of connections to one
 * host, while DNS is slow, must not take them all.
 */
export function createSharedLookup(lookup: typeof systemLookup = systemLookup): LookupFunction {
  const underWay = new Map<string, Callback[]>()
  return (hostname, options, callback) => {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0} ${options.all ?? false}`
    const waiting = underWay.get(key)
    if (waiting !== undefined) {
      waiting.push(callback)
      return
    }
    const callbacks = [callback]
    underWay.set(key, callbacks)
    lookup(hostname, options, (error, address: string | LookupAddress[], family) => {
      underWay.delete(key)
      for (const each of callbacks) each(error, address, family)
    })
  }
}
