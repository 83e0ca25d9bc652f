import * as v from 'valibot'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { HttpReply } from '../http/http-message.ts'
import { type NeededAccess, neededAccess } from './api-path.ts'

/** The JSON of a good answer. @throws ProviderError KUBERNETES_… for any other. */
export function readAnswer(method: 'GET' | 'POST', path: string, server: string, reply: HttpReply): unknown {
  const needed = neededAccess(method, path)
  if (reply.status < 200 || reply.status > 299) throw refusal(needed, server, reply)
  try {
    return JSON.parse(textOf(reply))
  } catch {
    // Not kept as cause: V8 quotes the text it could not parse, and that may be half a token.
    throw fault('KUBERNETES_ANSWER_INVALID', { request: inWords(needed), reason: 'it is not JSON' })
  }
}

/** Checks the shape of an answer. @throws ProviderError KUBERNETES_ANSWER_INVALID naming the field. */
export function checkShape<const Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
  request: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, answer)
  if (result.success) return result.output
  const field = v.getDotPath(result.issues[0]) ?? 'the answer'
  throw fault('KUBERNETES_ANSWER_INVALID', { request, reason: `${field} is missing or of the wrong type` })
}

function refusal(needed: NeededAccess, server: string, reply: HttpReply): ProviderError {
  const request = inWords(needed)
  switch (reply.status) {
    case 401:
      return fault('KUBERNETES_UNAUTHORIZED', { server })
    case 403:
      return fault('KUBERNETES_FORBIDDEN', {
        request,
        verb: needed.verb,
        resource: needed.resource,
        ...refusedAccount(statusMessage(textOf(reply))),
      })
    case 404:
      return fault('KUBERNETES_NOT_FOUND', { request, message: statusMessage(textOf(reply)) })
    default:
      return fault('KUBERNETES_REFUSED', {
        request,
        status: reply.status,
        message: statusMessage(textOf(reply)),
      })
  }
}

function textOf({ body }: HttpReply): string {
  return body.toString()
}

function inWords({ verb, resource, namespace, name }: NeededAccess): string {
  const what = name === undefined ? resource : `${resource} "${name}"`
  return `${verb} ${what}${namespace === undefined ? '' : ` in namespace "${namespace}"`}`
}

/** Whom the API server takes us for: its refusals name the user. Source: Kubernetes' words for a 403. */
function refusedAccount(message: string): { readonly account?: string } {
  const account = /\bUser "(system:serviceaccount:[-a-z0-9.:]{3,320})"/.exec(message)?.[1]
  return account === undefined ? {} : { account }
}

const statusObject = v.object({ message: v.string() })

/** The words of a Kubernetes `Status`, empty when there are none. */
function statusMessage(text: string): string {
  try {
    return v.parse(statusObject, JSON.parse(text)).message
  } catch {
    return ''
  }
}
