import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, RefusalForm } from './answer.ts'
import { Refusal } from './answer.ts'
import type { Connection, Connections } from './connections.ts'
import type { EmulatedService, RequestEffect } from './faults.ts'
import { requestDelay } from './latency.ts'
import type { Stage } from './stage.ts'

/** What a listener makes of a request before it is answered. */
export interface Reading {
  readonly service: EmulatedService
  readonly operation: string
  readonly region: string
  readonly host: string
  readonly names: readonly string[]
  readonly role: string | undefined
  readonly session: string | undefined
  readonly refusal: RefusalForm
  /** @throws Refusal */
  readonly answer: () => Answer
}

/** What a fault says that has no words of its own. */
export const faultMessage = 'A fault of the emulator.'
const maximumBody = 5_000_000

/** One request from its first byte to its answer: read, logged, delayed, broken by a fault, answered. */
export function createExchange(
  stage: Stage,
  connections: Connections,
  read: (request: IncomingMessage, body: Buffer, connection: Connection | undefined) => Reading,
): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > maximumBody) {
        request.destroy()
      }
    })
    request.on('end', () => {
      const first = chunks[0]
      const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
      exchange(stage, connections.find(request.socket), request, response, (connection) =>
        read(request, body, connection),
      ).catch(() => response.destroy())
    })
  }
}

async function exchange(
  stage: Stage,
  connection: Connection | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  read: (connection: Connection | undefined) => Reading,
): Promise<void> {
  const reading = read(connection)
  const call = stage.calls.begin(
    {
      service: reading.service,
      operation: reading.operation,
      region: reading.region,
      host: reading.host,
      names: reading.names,
      role: reading.role,
      session: reading.session,
      userAgent: request.headers['user-agent'] ?? '',
      connection: connection?.id ?? 0,
      via: connection?.via ?? 'direct',
    },
    stage.now(),
  )
  response.once('close', () => call.end(0))
  if (connection?.silent) {
    return
  }
  const fault = stage.faults.takeForRequest(reading)
  if (fault !== undefined) {
    call.faulty(fault.id)
  }
  const delay = requestDelay(stage.latency(), reading.service, reading.region)
  if (delay > 0) {
    await sleep(delay)
  }
  const { effect } = fault ?? {}
  if (effect?.do === 'delay') {
    await sleep(effect.milliseconds)
  }
  if (response.destroyed) {
    return
  }
  const answer = answerUnder(effect, reading)
  if (effect?.do !== 'hang' && effect?.do !== 'reset') {
    call.end(answer.status, answer.error)
  }
  await send(stage, response, answer, effect, connection)
}

function answerUnder(effect: RequestEffect | undefined, reading: Reading): Answer {
  if (effect?.do === 'error') {
    const { code, message = faultMessage, status = 400, headers = {} } = effect
    return { ...reading.refusal({ code, message, status }), headers }
  }
  if (effect?.do === 'answer') {
    const { status, body = '', contentType = 'text/html', headers = {} } = effect
    return { status, body, contentType, headers, error: `HTTP ${status}` }
  }
  if (effect?.do === 'hang' || effect?.do === 'reset') {
    return { status: 0, body: '', contentType: '' }
  }
  try {
    return reading.answer()
  } catch (error) {
    // The message of another error stays unsaid: a parser's quotes the body.
    const unexpected = {
      code: 'InternalFailure',
      message: 'The emulator cannot answer this request.',
      status: 500,
    }
    return reading.refusal(error instanceof Refusal ? error : unexpected)
  }
}

async function send(
  stage: Stage,
  response: ServerResponse,
  answer: Answer,
  effect: RequestEffect | undefined,
  connection: Connection | undefined,
): Promise<void> {
  const half = answer.body.slice(0, answer.body.length / 2)
  switch (effect?.do) {
    case 'hang':
      return
    case 'reset':
      connection?.raw.resetAndDestroy()
      return
    case 'malformed':
      writeHead(stage, response, { ...answer, body: half })
      response.end(half)
      return
    case 'cut':
      writeHead(stage, response, answer)
      response.write(half, () => response.socket?.end())
      return
    case 'reset-body':
      writeHead(stage, response, answer)
      // Written is not yet sent: give the half a moment to leave before the reset throws the rest away.
      response.write(half, () => setTimeout(() => connection?.raw.resetAndDestroy(), 20))
      return
    case 'drip':
      writeHead(stage, response, answer)
      for (const byte of Buffer.from(answer.body)) {
        if (response.destroyed) {
          return
        }
        response.write(Buffer.of(byte))
        await sleep(effect.milliseconds)
      }
      response.end()
      return
    case 'close':
      writeHead(stage, response, { ...answer, headers: { ...answer.headers, connection: 'close' } })
      response.end(answer.body)
      return
    default:
      writeHead(stage, response, answer)
      response.end(answer.body)
  }
}

function writeHead(stage: Stage, response: ServerResponse, answer: Answer): void {
  const headers: Record<string, string | number> = {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'x-amzn-requestid': randomUUID(),
    ...answer.headers,
  }
  if (stage.clockOffset() !== 0) {
    headers.date = new Date(stage.now()).toUTCString()
  }
  response.writeHead(answer.status, headers)
}
