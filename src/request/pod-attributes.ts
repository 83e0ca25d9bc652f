import type { PodReference, RawMountRequest } from './mount-request.ts'

/** What kubelet and the driver add to the parameters of a class begins with this. Source: the driver's source. */
export const kubeletPrefix = 'csi.storage.k8s.io/'

/** Where kubelet puts the tokens. Source: Kubernetes, CSIDriver `tokenRequests`. */
export const tokensKey = `${kubeletPrefix}serviceAccount.tokens`

/** Where a mount request says whose it is. */
export const podAttributes: Readonly<Record<keyof PodReference, string>> = {
  name: `${kubeletPrefix}pod.name`,
  namespace: `${kubeletPrefix}pod.namespace`,
  uid: `${kubeletPrefix}pod.uid`,
  serviceAccount: `${kubeletPrefix}serviceAccount.name`,
}

/**
 * The request that the driver would send for a pod that mounts a class of these parameters. `tokens` is the JSON text
 * of serviceAccount.tokens. Permission 420 is 0644, the mode of files that name none.
 */
export function rawMountRequest(
  parameters: Iterable<readonly [key: string, value: string]>,
  pod: PodReference,
  targetPath = '/',
  tokens?: string,
): RawMountRequest {
  const own = [...parameters].filter(([key]) => !key.startsWith(kubeletPrefix))
  const added = Object.entries(podAttributes).map(([field, key]) => [key, pod[field as keyof PodReference]])
  if (tokens !== undefined) added.push([tokensKey, tokens])
  const attributes = JSON.stringify(Object.fromEntries([...own, ...added]))
  return { attributes, secrets: '', targetPath, permission: '420' }
}
