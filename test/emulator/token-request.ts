import type { Answer } from './answer.ts'
import { jsonAnswer, Refusal } from './answer.ts'
import { mintToken } from './web-identity-token.ts'
import type { Kubernetes } from './world.ts'

export interface TokenRequestCall {
  readonly kubernetes: Kubernetes
  readonly namespace: string
  readonly name: string
  /** The request's JSON. */
  readonly body: unknown
  readonly tokenKey: string
  /** Milliseconds since 1970. */
  readonly now: number
}

interface TokenRequestInput {
  readonly spec?: {
    readonly audiences?: readonly string[]
    readonly expirationSeconds?: number
    readonly boundObjectRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string }
  }
}

/** Answers POST serviceaccounts/<name>/token as the API server does; @throws Refusal. */
export function requestToken({ kubernetes, namespace, name, body, tokenKey, now }: TokenRequestCall): Answer {
  const { spec = {} } = body as TokenRequestInput
  const accounts = kubernetes.serviceAccounts
  if (accounts === undefined || !Object.hasOwn(accounts, `${namespace}/${name}`)) {
    throw new Refusal('NotFound', `serviceaccounts "${name}" not found`, 404)
  }
  const seconds = spec.expirationSeconds ?? 3600
  if (seconds < 600) {
    throw new Refusal(
      'Invalid',
      `TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      422,
    )
  }
  const pod = boundPod(kubernetes, namespace, name, spec.boundObjectRef)
  const audience = spec.audiences ?? ['https://kubernetes.default.svc']
  const wish = { namespace, serviceAccount: name, audience, seconds, ...(pod === undefined ? {} : { pod }) }
  const token = mintToken(wish, tokenKey, now / 1000)
  const expirationTimestamp = `${new Date(now + seconds * 1000).toISOString().slice(0, 19)}Z`
  return jsonAnswer(
    {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace },
      spec: { ...spec, audiences: audience, expirationSeconds: seconds },
      status: { token, expirationTimestamp },
    },
    201,
  )
}

function boundPod(
  kubernetes: Kubernetes,
  namespace: string,
  serviceAccount: string,
  wanted: NonNullable<TokenRequestInput['spec']>['boundObjectRef'],
): { readonly name: string; readonly uid: string } | undefined {
  if (wanted === undefined) {
    return undefined
  }
  const name = wanted.name ?? ''
  const pods = kubernetes.pods
  const key = `${namespace}/${name}`
  const pod = pods !== undefined && Object.hasOwn(pods, key) ? pods[key] : undefined
  if (wanted.kind !== 'Pod' || pod === undefined) {
    throw new Refusal('NotFound', `pods "${name}" not found`, 404)
  }
  const uid = pod.uid ?? ''
  if (wanted.uid !== undefined && wanted.uid !== '' && wanted.uid !== uid) {
    throw new Refusal(
      'Conflict',
      `Operation cannot be fulfilled on Pod "${name}": the UID in the bound object reference (${wanted.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      409,
    )
  }
  if (pod.serviceAccount !== serviceAccount) {
    throw new Refusal(
      'BadRequest',
      `cannot bind token for serviceaccount "${serviceAccount}" to pod running with different serviceaccount name.`,
      400,
    )
  }
  return { name, uid }
}
