import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { describeDefect } from '../errors/describe-defect.ts'
import { fault, ProviderError } from '../errors/provider-error.ts'
import type { MountAnswer } from '../files/deliver.ts'
import type { Log } from '../process/log.ts'
import type { RawMountRequest } from '../request/mount-request.ts'
import { toBuffer } from './driver-methods.ts'
import { toFinalStatus } from './final-status.ts'
import { MountRequest, MountResponse } from './proto/provider.ts'
import type { RunningMount, RunningMounts } from './running-mounts.ts'

/** What a handler knows of the call beside its request. */
export interface MountCall {
  /** Epoch milliseconds; Infinity when the caller has set none. */
  readonly deadline: number
  /** Aborts when the caller is gone, or when the call ends without the handler: then with the error as reason. */
  readonly signal: AbortSignal
}

/** Answers a mount. Whatever it throws ends as one of the final statuses. */
export type MountHandler = (request: RawMountRequest, call: MountCall) => Promise<MountAnswer>

interface AnswerOptions {
  readonly mount: MountHandler
  readonly running: RunningMounts
  readonly log: Log
}

/**
 * Makes the handler of Mount for grpc-js: request and answer as bytes, each call answered exactly once, every
 * failure with a final status. What is no ProviderError becomes INTERNAL_FAULT; its text goes nowhere, since it
 * could quote a secret.
 */
export function answerMount({ mount, running, log }: AnswerOptions) {
  return (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void => {
    const deadline = Number(call.getDeadline())
    const abort = new AbortController()
    let answered = false
    let out = false
    let settled = false
    let over = () => {}

    const answer = (error: ProviderError | undefined, bytes?: Buffer) => {
      if (answered) return
      answered = true
      clearTimeout(lastCall)
      if (error === undefined && bytes !== undefined) respond(null, bytes)
      else respond(toFinalStatus(error ?? fault('INTERNAL_FAULT', {})))
    }
    const thisMount: RunningMount = {
      end(error) {
        answer(error)
        abort.abort(error)
      },
    }
    const leaveWhenDone = () => {
      if (out && settled) running.delete(thisMount)
    }
    const lastCall = beforeDeadline(deadline, (seconds) => {
      thisMount.end(fault('MOUNT_TIMED_OUT', { seconds, stage: 'its handler did not end by itself' }))
    })

    running.add(thisMount)
    // grpc-js says so of every call: when its trailers are on their way, or when the caller is gone.
    call.once('cancelled', () => {
      out = true
      if (!answered) abort.abort()
      answered = true
      clearTimeout(lastCall)
      over()
      leaveWhenDone()
    })
    const { request } = call
    // grpc-js keeps the call until it is answered, which may take minutes.
    call.request = noBytes
    const onHeld = (letGo: () => void) => {
      if (out) letGo()
      else over = letGo
    }
    run(mount, request, { deadline, signal: abort.signal }, onHeld)
      .then(
        (bytes) => answer(undefined, bytes),
        (error: unknown) => {
          if (!(error instanceof ProviderError)) log.error(describeDefect(error), 'mount handler failed')
          answer(error instanceof ProviderError ? error : fault('INTERNAL_FAULT', {}))
        },
      )
      .finally(() => {
        settled = true
        leaveWhenDone()
      })
  }
}

const noBytes = Buffer.alloc(0)

/** `onHeld` gets what is to be called once the answer is out. */
async function run(
  mount: MountHandler,
  bytes: Buffer,
  call: MountCall,
  onHeld: (letGo: () => void) => void,
): Promise<Buffer> {
  const { attributes, secrets, targetPath, permission } = MountRequest.decode(bytes)
  const { objectVersions, files, over } = await mount({ attributes, secrets, targetPath, permission }, call)
  if (over !== undefined) onHeld(over)
  // The driver would refuse it with a message that helps nobody.
  if (objectVersions.length === 0) throw new Error('a mount answered without object versions')
  return toBuffer(
    MountResponse.encode({
      objectVersion: objectVersions,
      error: undefined,
      files: files.map(({ path, mode, content }) => ({ path, mode, contents: content.reveal() })),
    }),
  )
}

/**
 * Calls `end` shortly before the caller's deadline: at the deadline grpc-js answers DEADLINE_EXCEEDED by itself.
 * A mount ends seconds earlier on its own; this is for one that does not.
 */
function beforeDeadline(deadline: number, end: (seconds: number) => void): NodeJS.Timeout | undefined {
  const left = deadline - Date.now()
  const longestTimer = 2 ** 31 - 1
  if (left > longestTimer) return undefined
  const ms = Math.max(0, left - Math.min(1000, left / 4))
  return setTimeout(() => end(Math.round(ms / 1000)), ms)
}
