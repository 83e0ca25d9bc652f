import type { SdkReader } from './reader.ts'

/**
 * Loads and makes the SDK's readers. In the executable, build/sea/load-reader.ts takes this file's place and reads
 * the same module from inside the executable, so that a daemon that never needs the SDK does not hold its text.
 *
 * The module is a copy apart there: compare nothing across the border with `instanceof`.
 */
export async function loadSdkReader(): Promise<SdkReader> {
  const { createSdkReader } = await import('./reader.ts')
  return createSdkReader()
}
