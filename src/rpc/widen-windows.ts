import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Http2Session, ServerHttp2Stream } from 'node:http2'

/** What a driver may send before we have read it, of all its calls together: four of the largest requests. */
const windowBytes = 2 ** 20
const streamCreated = 'http2.server.stream.created'

/**
 * Lets each driver send more than the 64 KiB at a time that HTTP/2 begins with; gives what ends it. A driver has one
 * connection for all mounts: behind forty large requests, a small one waited for 150 windows, each of which takes a turn
 * of a busy event loop.
 *
 * grpc-js has no option for it on a server, and shows no session. Under Deno nothing comes of it.
 */
export function widenWindows(): () => void {
  const wide = new WeakSet<Http2Session>()
  const widen = (message: unknown) => {
    const { session } = (message as { readonly stream: ServerHttp2Stream }).stream
    if (session === undefined || session.destroyed || wide.has(session)) return
    wide.add(session)
    session.setLocalWindowSize(windowBytes)
  }
  subscribe(streamCreated, widen)
  return () => unsubscribe(streamCreated, widen)
}
