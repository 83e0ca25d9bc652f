import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { isKubernetesName } from './kubernetes-name.ts'
import { readParameters } from './mount-parameters.ts'
import type { MountRequest, PodReference, RawMountRequest } from './mount-request.ts'
import { podAttributes } from './pod-attributes.ts'
import { maxRequestBytes, requestBytes } from './request-size.ts'
import { readServiceAccountTokens } from './service-account-tokens.ts'
import { readStringMap } from './string-map.ts'
import { isFromSyncController } from './sync-controller.ts'

/**
 * Reads a mount request as the driver sends it and checks everything but the objects, which planMount checks.
 *
 * A request that is too large is refused before it is read. A token that is missing is no fault here: the identity may
 * ask Kubernetes for one.
 *
 * @throws every fault found, together, as one ProviderError.
 */
export function readRequest(raw: RawMountRequest): MountRequest {
  const bytes = requestBytes(raw)
  if (bytes > maxRequestBytes) throw fault('REQUEST_TOO_LARGE', { bytes, maxBytes: maxRequestBytes })
  const faults: ProviderError[] = []
  const attributes = readStringMap(raw.attributes)
  if ('reason' in attributes) faults.push(fault('ATTRIBUTES_MALFORMED', attributes))
  const secrets = readStringMap(isAbsent(raw.secrets) ? '{}' : raw.secrets)
  if ('reason' in secrets) faults.push(fault('SECRETS_MALFORMED', secrets))
  const values = 'values' in attributes ? attributes.values : undefined
  const pod = readPod(values ?? new Map(), values === undefined ? [] : faults)
  const { tokens, faults: tokenFaults } = readServiceAccountTokens(
    values ?? new Map(),
    'values' in secrets ? secrets.values : new Map(),
  )
  faults.push(...tokenFaults)
  if (!raw.targetPath.startsWith('/') || raw.targetPath.includes('\0')) {
    faults.push(fault('TARGET_PATH_MALFORMED', { received: raw.targetPath }))
  }
  const defaultMode = readPermission(raw.permission, faults)
  const { parameters, faults: parameterFaults } = readParameters(values ?? new Map())
  faults.push(...parameterFaults.map((each) => each.fault))
  if (parameters.identityKind === 'podIdentity' && isFromSyncController(raw)) {
    faults.push(fault('SYNC_WITH_POD_IDENTITY', {}))
  }
  throwCollected(faults)
  return { pod, tokens, targetPath: raw.targetPath, defaultMode, ...parameters }
}

/** A driver that was given no secrets sends nothing, or what Go makes of a nil map. */
function isAbsent(secrets: string): boolean {
  const text = secrets.trim()
  return text === '' || text === 'null'
}

function readPod(attributes: ReadonlyMap<string, string>, faults: ProviderError[]): PodReference {
  const read = (field: keyof PodReference) => {
    const key = podAttributes[field]
    const received = attributes.get(key) ?? ''
    if (received === '') faults.push(fault('POD_ATTRIBUTE_MISSING', { key }))
    else if (!isKubernetesName(received)) faults.push(fault('POD_ATTRIBUTE_MALFORMED', { key, received }))
    return received
  }
  return {
    name: read('name'),
    namespace: read('namespace'),
    uid: read('uid'),
    serviceAccount: read('serviceAccount'),
  }
}

/** The driver sends a Go file mode as JSON, i.e. a uint32 in decimal: 420 is 0o644. */
function readPermission(permission: string, faults: ProviderError[]): number {
  const mode = /^(?:0|[1-9][0-9]{0,9})$/.test(permission.trim()) ? Number(permission) : Number.NaN
  if (mode <= 0xffff_ffff) return mode % 0o1000
  faults.push(fault('PERMISSION_MALFORMED', { received: permission }))
  return 0
}
