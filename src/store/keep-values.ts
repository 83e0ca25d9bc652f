import { Sensitive } from '../process/sensitive.ts'
import type { ObjectValue } from './object-value.ts'

/** Gives a value back whole, or without its content where there is no room for it. */
export type KeepValue = (value: ObjectValue) => ObjectValue

/**
 * Keeps values as they come, up to `maxBytes` together; of those that follow only the size is kept. So a mount that is
 * too large never holds all of it, and can still say how large it is.
 */
export function keepValues(maxBytes: number): KeepValue {
  let kept = 0
  return (value) => {
    const bytes = value.content.reveal().byteLength + (value.leftOut ?? 0)
    kept += bytes
    if (kept <= maxBytes) return value
    return { ...value, content: new Sensitive(new Uint8Array(0)), leftOut: bytes }
  }
}
