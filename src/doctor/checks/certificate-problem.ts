import type { Certificate, TLSSocket } from 'node:tls'

/** Why a server's certificate is not accepted, and whose it is. */
export interface CertificateProblem {
  /** OpenSSL's or Node's word: CERT_HAS_EXPIRED, SELF_SIGNED_CERT_IN_CHAIN, ERR_TLS_CERT_ALTNAME_INVALID, … */
  readonly code: string
  readonly subject: string
  readonly issuer: string
  readonly validTo: string
}

/** Looks at a connection made with `rejectUnauthorized: false`; undefined when it would have been accepted. */
export function readCertificateProblem(socket: TLSSocket): CertificateProblem | undefined {
  if (socket.authorized) return undefined
  // Node puts the code there, whatever its types say.
  const reason: unknown = socket.authorizationError
  const code =
    reason instanceof Error ? ((reason as NodeJS.ErrnoException).code ?? reason.name) : String(reason)
  const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate()
  return { code, subject: nameOf(subject), issuer: nameOf(issuer), validTo: validTo ?? 'unknown' }
}

/** What to do about it, by who is to blame. */
export function certificateRemedy({ code, issuer }: CertificateProblem): string {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return "see that the node's clock is right; if it is, the certificate must be renewed by its owner"
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'the certificate is of another host: see where the name, the proxy or AWS_ENDPOINT_URL leads'
  }
  return `if the issuer ${JSON.stringify(issuer)} is your proxy's or your endpoint's, name the PEM file of its CA in AWS_CA_BUNDLE`
}

function nameOf(name: Certificate | undefined): string {
  const parts = [name?.CN, name?.O].flat().filter((part) => typeof part === 'string' && part !== '')
  return (parts[0] ?? 'unknown').slice(0, 100)
}
