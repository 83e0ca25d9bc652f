import type { SdkReader } from '../../src/aws/sdk/reader.ts'
import { evaluate } from './evaluate.ts'

/** Takes the place of src/aws/sdk/load-reader.ts in the executable. */
export async function loadSdkReader(): Promise<SdkReader> {
  const { createSdkReader } = evaluate<typeof import('../../src/aws/sdk/reader.ts')>('sdk.cjs')
  return createSdkReader()
}
