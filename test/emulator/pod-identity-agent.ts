import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Answer } from './answer.ts'
import { agentRefusal, jsonAnswer, Refusal } from './answer.ts'
import type { Reading } from './http-exchange.ts'
import type { Stage } from './stage.ts'
import { readToken, workloadOf } from './web-identity-token.ts'

const lifetime = 6 * 3600 * 1000

/** Reads a request to the EKS Pod Identity agent and knows its answer; its address family stands for the region. */
export function readAgentRequest(stage: Stage, request: IncomingMessage, family: 'ipv4' | 'ipv6'): Reading {
  const path = (request.url ?? '/').split('?', 1)[0]
  return {
    service: 'pod-identity',
    operation: path === '/v1/credentials' ? 'GetCredentials' : `get ${path}`,
    region: family,
    host: request.headers.host ?? '',
    names: [],
    role: undefined,
    session: undefined,
    refusal: agentRefusal,
    answer: () =>
      path === '/v1/credentials'
        ? giveCredentials(stage, request.headers.authorization ?? '')
        : { status: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' },
  }
}

function giveCredentials(stage: Stage, token: string): Answer {
  if (token === '') {
    throw new Refusal('', 'Service account token cannot be empty')
  }
  const { world, account } = stage.index()
  const claims = readable(token, stage)
  if (claims.expires * 1000 <= stage.now()) {
    throw new Refusal('ExpiredTokenException', 'The provided token has expired')
  }
  if (!claims.audience.includes('pods.eks.amazonaws.com')) {
    throw new Refusal('InvalidTokenException', 'Incorrect token audience')
  }
  const workload = workloadOf(claims.subject)
  const association = world.podIdentityAssociations?.find(
    ({ namespace, serviceAccount }) =>
      workload?.namespace === namespace && workload.serviceAccount === serviceAccount,
  )
  if (association === undefined) {
    throw new Refusal(
      'ResourceNotFoundException',
      `No association found for service account ${claims.subject}`,
      404,
    )
  }
  const role =
    world.roles !== undefined && Object.hasOwn(world.roles, association.role)
      ? world.roles[association.role]
      : undefined
  if (role === undefined) {
    throw new Refusal(
      'AccessDeniedException',
      'Unauthorized Exception! EKS does not have permissions to assume the associated role.',
    )
  }
  const sessionName = `eks-emulator-${claims.podName ?? 'pod'}-${randomUUID()}`.slice(0, 64)
  const milliseconds = role.sessionSeconds === undefined ? lifetime : role.sessionSeconds * 1000
  const tags = association.disableSessionTags
    ? undefined
    : {
        'eks-cluster-arn': `arn:aws:eks:us-east-1:${account}:cluster/emulator`,
        'eks-cluster-name': 'emulator',
        'kubernetes-namespace': association.namespace,
        'kubernetes-service-account': association.serviceAccount,
        'kubernetes-pod-name': claims.podName ?? '',
        'kubernetes-pod-uid': '',
      }
  const issued = stage.sessions.issue(association.role, sessionName, stage.now() + milliseconds, tags)
  return jsonAnswer({
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    Token: issued.sessionToken,
    AccountId: account,
    Expiration: `${new Date(issued.expires).toISOString().slice(0, 19)}Z`,
  })
}

function readable(token: string, stage: Stage): ReturnType<typeof readToken> {
  try {
    return readToken(token, stage.tokenKey, stage.index().world.issuers ?? {})
  } catch (error) {
    throw error instanceof Refusal ? new Refusal('InvalidTokenException', error.message) : error
  }
}
