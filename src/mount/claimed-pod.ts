import { isRecord } from '../json/is-record.ts'
import { readPlainJson } from '../json/plain-json.ts'
import { isKubernetesName } from '../request/kubernetes-name.ts'
import type { PodReference } from '../request/mount-request.ts'
import { podAttributes } from '../request/pod-attributes.ts'

/** No SecretProviderClass is longer: etcd takes no object of more than 1.5 MiB. Longer ones would be read for nothing. */
const mostCharacters = 2 * 2 ** 20

/** Whose mount a request claims to be that was refused before it could be read, so that its log line can be found. */
export function claimedPod(attributes: string): Partial<PodReference> {
  // The mount's own error says what is wrong with it.
  const found = attributes.length > mostCharacters ? undefined : readPlainJson(attributes)?.value
  if (!isRecord(found)) return {}
  const pod: Partial<Record<keyof PodReference, string>> = {}
  for (const [field, key] of Object.entries(podAttributes)) {
    const value: unknown = Object.hasOwn(found, key) ? found[key] : undefined
    // Names and nothing else: whatever else stands there may be a token in the wrong place.
    if (typeof value === 'string' && isKubernetesName(value)) pod[field as keyof PodReference] = value
  }
  return pod
}
