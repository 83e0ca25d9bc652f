import { loadSdkReader } from './load-reader.ts'
import type { SdkReader } from './reader.ts'

/** Brings the SDK when it is needed for the first time: most daemons never do, and it takes 11 MiB and 100 ms of CPU. */
export function createSdkLoader(): () => Promise<SdkReader> {
  let loading: Promise<SdkReader> | undefined
  return () => {
    loading ??= loadSdkReader()
    return loading
  }
}
