import { connectDriver } from '../../src/rpc/driver-client.ts'
import type { MountRequest, MountResponse } from '../../src/rpc/proto/provider.ts'

/** How a call is made. */
export interface CallOptions {
  /** Cancels the call, as a driver does whose kubelet has given up. */
  readonly signal?: AbortSignal
  /** What drivers before 1.6 send as `:authority` is the path of the socket; default "localhost". */
  readonly authority?: string
}

/** Calls Mount of the provider at `socketPath` over a connection of its own. */
export async function callMount(
  socketPath: string,
  request: MountRequest,
  timeoutMs: number,
  { signal, authority }: CallOptions = {},
): Promise<MountResponse> {
  const driver = connectDriver(socketPath, authority)
  try {
    return await driver.mount(request, timeoutMs, signal)
  } finally {
    driver.close()
  }
}
