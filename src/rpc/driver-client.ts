import { Client, credentials, Metadata } from '@grpc/grpc-js'
import {
  driverApiVersion,
  maxMessageBytes,
  mountMethod,
  probeKey,
  toBuffer,
  versionMethod,
} from './driver-methods.ts'
import { MountRequest, MountResponse, VersionRequest, VersionResponse } from './proto/provider.ts'

/** One kept-open connection to a provider, as a driver keeps it. */
export interface DriverConnection {
  /** Calls Version; rejects with the ServiceError of grpc-js, as `mount` does. */
  version(timeoutMs: number, probe?: string): Promise<VersionResponse>
  mount(request: MountRequest, timeoutMs: number, signal?: AbortSignal): Promise<MountResponse>
  close(): void
}

/**
 * Connects to the provider at `socketPath`, at the first call. What drivers before 1.6 send as `authority` is the path of the
 * socket; "localhost" unless told.
 */
export function connectDriver(socketPath: string, authority?: string): DriverConnection {
  const client = new Client(`unix:${socketPath}`, credentials.createInsecure(), {
    'grpc.enable_channelz': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': maxMessageBytes,
    ...(authority === undefined ? {} : { 'grpc.default_authority': authority }),
  })
  return {
    version(timeoutMs, probe) {
      const metadata = new Metadata()
      if (probe !== undefined) metadata.set(probeKey, probe)
      const request = toBuffer(VersionRequest.encode({ version: driverApiVersion }))
      return call(client, {
        timeoutMs,
        metadata,
        request,
        method: versionMethod,
        decode: VersionResponse.decode,
      })
    },
    mount: (request, timeoutMs, signal) =>
      call(client, {
        timeoutMs,
        signal,
        metadata: new Metadata(),
        request: toBuffer(MountRequest.encode(request)),
        method: mountMethod,
        decode: MountResponse.decode,
      }),
    close: () => client.close(),
  }
}

/** Calls Version of the provider at `socketPath` over a connection of its own. */
export async function callVersion(
  socketPath: string,
  timeoutMs: number,
  probe?: string,
): Promise<VersionResponse> {
  const driver = connectDriver(socketPath)
  try {
    return await driver.version(timeoutMs, probe)
  } finally {
    driver.close()
  }
}

interface Call<Answer> {
  readonly timeoutMs: number
  readonly metadata: Metadata
  readonly method: string
  readonly request: Buffer
  readonly decode: (bytes: Uint8Array) => Answer
  readonly signal?: AbortSignal | undefined
}

function call<Answer>(client: Client, options: Call<Answer>): Promise<Answer> {
  const { timeoutMs, metadata, method, request, decode, signal } = options
  return new Promise((resolve, reject) => {
    const running = client.makeUnaryRequest(
      method,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => decode(bytes),
      request,
      metadata,
      { deadline: Date.now() + timeoutMs },
      (error, answer) => (answer === undefined ? reject(error) : resolve(answer)),
    )
    if (signal?.aborted) running.cancel()
    signal?.addEventListener('abort', () => running.cancel(), { once: true })
  })
}
