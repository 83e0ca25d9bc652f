/** A constant of its source: it takes the files from the answer, so the path exists nowhere. */
const syncTargetPath = '/mnt/secrets-store'

/** The caller's name, as its users know it. */
export const syncController = 'secrets-store-sync-controller'

/**
 * Tells whether the secrets-store-sync-controller asks, which makes Kubernetes Secrets without a pod, and not the driver.
 *
 * Its requests name its own pod in the namespace of the SecretSync: no pod of that name is there. Its tokens are bound
 * to no pod.
 */
export function isFromSyncController({ targetPath }: { readonly targetPath: string }): boolean {
  return targetPath === syncTargetPath
}
