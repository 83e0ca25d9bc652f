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

export interface CallOptions {
  /** Cancels the call, as a driver does whose kubelet has given up. */
  readonly signal?: AbortSignal
  /** What drivers before 1.6 send as `:authority` is the path of the socket; default "localhost". */
  readonly authority?: string
}

/** Calls Version of the provider at `socketPath`. Rejects with the ServiceError of grpc-js. */
export function callVersion(socketPath: string, timeoutMs: number, probe?: string): Promise<VersionResponse> {
  const metadata = new Metadata()
  if (probe !== undefined) metadata.set(probeKey, probe)
  const request = toBuffer(VersionRequest.encode({ version: driverApiVersion }))
  return call({
    socketPath,
    timeoutMs,
    metadata,
    request,
    method: versionMethod,
    decode: VersionResponse.decode,
  })
}

/** Calls Mount of the provider at `socketPath`, as the driver does. Rejects with the ServiceError of grpc-js. */
export function callMount(
  socketPath: string,
  request: MountRequest,
  timeoutMs: number,
  options: CallOptions = {},
): Promise<MountResponse> {
  return call({
    ...options,
    socketPath,
    timeoutMs,
    metadata: new Metadata(),
    request: toBuffer(MountRequest.encode(request)),
    method: mountMethod,
    decode: MountResponse.decode,
  })
}

interface Call<Answer> extends CallOptions {
  readonly socketPath: string
  readonly timeoutMs: number
  readonly metadata: Metadata
  readonly method: string
  readonly request: Buffer
  readonly decode: (bytes: Uint8Array) => Answer
}

async function call<Answer>(options: Call<Answer>): Promise<Answer> {
  const { socketPath, timeoutMs, metadata, method, request, decode, signal, authority } = options
  const client = new Client(`unix:${socketPath}`, credentials.createInsecure(), {
    'grpc.enable_channelz': 0,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': maxMessageBytes,
    ...(authority === undefined ? {} : { 'grpc.default_authority': authority }),
  })
  try {
    return await new Promise<Answer>((resolve, reject) => {
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
  } finally {
    client.close()
  }
}
