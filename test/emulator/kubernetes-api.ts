import type { IncomingMessage } from 'node:http'
import type { Answer } from './answer.ts'
import { jsonAnswer, kubernetesRefusal, Refusal } from './answer.ts'
import type { Reading } from './http-exchange.ts'
import { fits } from './pattern.ts'
import type { Stage } from './stage.ts'
import { requestToken } from './token-request.ts'
import type { Kubernetes, KubernetesUser } from './world.ts'

/** What a path of the API stands for. */
interface Resource {
  readonly group: string
  readonly kind: string
  /** As RBAC names it: `serviceaccounts/token`. */
  readonly resource: string
  readonly namespace: string
  readonly name: string
}

const namespaced =
  /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/namespaces\/([^/]+)\/(serviceaccounts|pods|secretproviderclasses)\/([^/]+)(\/token)?$/
const clusterWide = /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)\/(nodes|csidrivers|clusterroles)\/([^/]+)$/
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const kinds: Readonly<Record<string, string>> = {
  serviceaccounts: 'ServiceAccount',
  pods: 'Pod',
  nodes: 'Node',
  secretproviderclasses: 'SecretProviderClass',
  csidrivers: 'CSIDriver',
  clusterroles: 'ClusterRole',
}

/** Reads a request to the Kubernetes API and knows its answer: as much of the API as a provider asks for. */
export function readKubernetesRequest(stage: Stage, request: IncomingMessage, body: Buffer): Reading {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const asked = readPath(path)
  const verb = request.method === 'POST' ? 'create' : 'get'
  return {
    service: 'kubernetes',
    operation: asked === undefined ? `${verb} ${path.slice(1)}` : `${verb} ${asked.resource}`,
    region: '',
    host: request.headers.host ?? '',
    names:
      asked === undefined ? [] : [asked.namespace === '' ? asked.name : `${asked.namespace}/${asked.name}`],
    role: undefined,
    session: undefined,
    refusal: kubernetesRefusal,
    answer: () => answerKubernetes(stage, path, asked, verb, request.headers.authorization, body),
  }
}

function readPath(path: string): Resource | undefined {
  const [, group = '', namespace = '', resource = '', name = '', sub = ''] = namespaced.exec(path) ?? []
  if (resource !== '') {
    return {
      group,
      kind: kinds[resource] ?? '',
      resource: resource + sub,
      namespace,
      name: decodeURIComponent(name),
    }
  }
  const [, clusterGroup = '', clusterResource = '', clusterName = ''] = clusterWide.exec(path) ?? []
  return clusterResource === ''
    ? undefined
    : {
        group: clusterGroup,
        kind: kinds[clusterResource] ?? '',
        resource: clusterResource,
        namespace: '',
        name: decodeURIComponent(clusterName),
      }
}

function answerKubernetes(
  stage: Stage,
  path: string,
  asked: Resource | undefined,
  verb: string,
  authorization: string | undefined,
  body: Buffer,
): Answer {
  const kubernetes = stage.index().world.kubernetes ?? {}
  if (path === '/readyz') {
    return { status: 200, body: 'ok', contentType: 'text/plain' }
  }
  const user = authenticate(kubernetes, authorization)
  if (path === '/version') {
    const gitVersion = kubernetes.version ?? 'v1.35.0'
    const [major, minor] = gitVersion.slice(1).split('.')
    return jsonAnswer({ major, minor, gitVersion })
  }
  if (path === reviews && verb === 'create') {
    return review(user, body)
  }
  if (asked === undefined) {
    throw new Refusal('NotFound', 'the server could not find the requested resource', 404)
  }
  if (!fits(user.allow, `${verb} ${asked.resource}`)) {
    throw forbidden(user, verb, asked)
  }
  if (verb === 'create') {
    if (asked.resource !== 'serviceaccounts/token') {
      throw new Refusal(
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
        405,
      )
    }
    const { namespace, name } = asked
    return requestToken({
      kubernetes,
      namespace,
      name,
      body: parseBody(body),
      tokenKey: stage.tokenKey,
      now: stage.now(),
    })
  }
  return jsonAnswer(find(kubernetes, asked))
}

function authenticate(kubernetes: Kubernetes, authorization: string | undefined): KubernetesUser {
  const [, token] = /^Bearer (.+)$/.exec(authorization ?? '') ?? []
  const { tokens } = kubernetes
  const user =
    token === undefined
      ? undefined
      : tokens === undefined
        ? { user: 'system:admin' }
        : Object.hasOwn(tokens, token)
          ? tokens[token]
          : undefined
  if (user === undefined) {
    throw new Refusal('Unauthorized', 'Unauthorized', 401)
  }
  return user
}

/** A denial in the API server's words: it names the last part of `serviceaccounts/token` as a subresource. */
function forbidden(
  user: KubernetesUser,
  verb: string,
  { group, resource, namespace, name }: Resource,
): Refusal {
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const [main = ''] = resource.split('/')
  const full = group === '' ? main : `${main}.${group}`
  return new Refusal(
    'Forbidden',
    `${full} "${name}" is forbidden: User "${user.user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    403,
  )
}

function find(kubernetes: Kubernetes, asked: Resource): object {
  const { namespace, name, group, kind, resource } = asked
  const key = namespace === '' ? name : `${namespace}/${name}`
  const metadata = { name, ...(namespace === '' ? {} : { namespace }) }
  switch (resource) {
    case 'serviceaccounts': {
      const { annotations, uid } = must(kubernetes.serviceAccounts, key, asked)
      return { kind, apiVersion: 'v1', metadata: { ...metadata, uid, annotations } }
    }
    case 'pods': {
      const { uid, serviceAccount, node, volumes } = must(kubernetes.pods, key, asked)
      const spec = { serviceAccountName: serviceAccount ?? 'default', nodeName: node, volumes }
      return { kind, apiVersion: 'v1', metadata: { ...metadata, uid }, spec }
    }
    case 'nodes':
      return {
        kind,
        apiVersion: 'v1',
        metadata: { ...metadata, labels: must(kubernetes.nodes, key, asked).labels },
      }
    case 'secretproviderclasses':
      return {
        kind,
        apiVersion: `${group}/v1`,
        metadata,
        spec: must(kubernetes.secretProviderClasses, key, asked),
      }
    case 'clusterroles':
      return { kind, apiVersion: `${group}/v1`, metadata, ...must(kubernetes.clusterRoles, key, asked) }
    default:
      return { kind, apiVersion: `${group}/v1`, metadata, spec: must(kubernetes.csiDrivers, key, asked) }
  }
}

function must<T>(
  objects: Readonly<Record<string, T>> | undefined,
  key: string,
  { resource, group, name }: Resource,
): T {
  const found = objects !== undefined && Object.hasOwn(objects, key) ? objects[key] : undefined
  if (found === undefined) {
    throw new Refusal(
      'NotFound',
      `${group === '' ? resource : `${resource}.${group}`} "${name}" not found`,
      404,
    )
  }
  return found
}

/** @throws Refusal BadRequest */
function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new Refusal('BadRequest', 'the object provided is unrecognized', 400)
  }
}

function review(user: KubernetesUser, body: Buffer): Answer {
  const input = parseBody(body) as {
    readonly spec?: { readonly resourceAttributes?: Readonly<Record<string, string>> }
  }
  const { verb = '', resource = '', subresource = '' } = input.spec?.resourceAttributes ?? {}
  const allowed = fits(user.allow, `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`)
  return jsonAnswer(
    { ...input, kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', status: { allowed } },
    201,
  )
}
