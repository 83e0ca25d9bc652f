import { fault } from '../errors/provider-error.ts'
import { isKubernetesName } from '../request/kubernetes-name.ts'

/**
 * The path of an object of the core API: `apiPath('namespaces', 'a', 'pods', 'b')`.
 *
 * A name must not steer the request elsewhere: every part has to be a Kubernetes name (a DNS subdomain) before
 * it becomes part of a URL that carries our token.
 *
 * @throws ProviderError KUBERNETES_NAME_INVALID
 */
export function apiPath(...parts: readonly string[]): string {
  return `/api/v1/${joined(parts)}`
}

/** The same for an object of an API group: `groupPath('storage.k8s.io/v1', 'csidrivers', 'a')`. */
export function groupPath(group: `${string}/v1`, ...parts: readonly string[]): string {
  return `/apis/${group}/${joined(parts)}`
}

function joined(parts: readonly string[]): string {
  for (const part of parts) {
    if (!isKubernetesName(part)) throw fault('KUBERNETES_NAME_INVALID', { received: part })
  }
  return parts.map(encodeURIComponent).join('/')
}

/** What a request needs in the words of RBAC. */
export interface NeededAccess {
  readonly verb: string
  readonly resource: string
  /** Absent for what belongs to no namespace. */
  readonly namespace?: string
  readonly name?: string
}

const objects = /^\/(?:api|apis\/[^/]+)\/v1\//

/** Reads from a path of the API which verb on which resource it needs. */
export function neededAccess(method: 'GET' | 'POST', path: string): NeededAccess {
  const verb = method === 'GET' ? 'get' : 'create'
  // RBAC calls what is no object by its path: /version.
  if (!objects.test(path)) return { verb, resource: path }
  const parts = path.replace(objects, '').split('/')
  const [first = '', namespace = '', ...inNamespace] = parts
  if (first !== 'namespaces' || inNamespace.length === 0) return access(verb, parts)
  return { ...access(verb, inNamespace), namespace }
}

function access(verb: string, [resource = '', name, subresource]: readonly string[]): NeededAccess {
  return {
    verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    ...(name === undefined ? {} : { name }),
  }
}
