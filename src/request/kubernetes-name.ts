/**
 * Tells whether a text may be the name of a Kubernetes object: a DNS subdomain of at most 253 characters.
 *
 * Names become parts of URLs that our own token is sent to: `..` or a `/` must not get that far.
 * Source: Kubernetes documentation, "Object Names and IDs".
 */
export function isKubernetesName(text: string): boolean {
  return (
    text.length <= 253 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(text)
  )
}
