import { retriedLoad } from '../../process/retried-load.ts'
import { loadSdkReader } from './load-reader.ts'
import type { SdkReader } from './reader.ts'

/** Brings the SDK when it is needed for the first time: most daemons never do, and it takes 11 MiB and 100 ms of CPU. */
export function createSdkLoader(load = loadSdkReader): () => Promise<SdkReader> {
  const sdk = retriedLoad(() =>
    load().catch((cause: unknown) => {
      // Without a code of its own: by EMFILE it would pass for an error of the network.
      throw new Error('the SDK cannot be loaded', { cause })
    }),
  )
  return () => sdk.get()
}
