import type { PodReference } from '../request/mount-request.ts'

const keys = {
  name: 'csi.storage.k8s.io/pod.name',
  namespace: 'csi.storage.k8s.io/pod.namespace',
  uid: 'csi.storage.k8s.io/pod.uid',
  serviceAccount: 'csi.storage.k8s.io/serviceAccount.name',
} as const

/** Whose mount a request claims to be that was refused before it could be read, so that its log line can be found. */
export function claimedPod(attributes: string): Partial<PodReference> {
  const found: unknown = parse(attributes)
  if (typeof found !== 'object' || found === null) return {}
  const pod: Partial<Record<keyof PodReference, string>> = {}
  for (const [field, key] of Object.entries(keys)) {
    const value: unknown = Object.hasOwn(found, key) ? found[key as keyof typeof found] : undefined
    // Names and nothing else: whatever else stands there may be a token in the wrong place.
    if (typeof value === 'string' && /^[a-z0-9][-a-z0-9.]{0,252}$/.test(value))
      pod[field as keyof PodReference] = value
  }
  return pod
}

function parse(attributes: string): unknown {
  try {
    return JSON.parse(attributes)
  } catch {
    // The mount's own error says what is wrong with it.
    return undefined
  }
}
