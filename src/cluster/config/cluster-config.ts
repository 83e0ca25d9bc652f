import type { TextSource } from '../rotated-file.ts'

/** Where the Kubernetes API is and what to show there. */
export interface ClusterConfig {
  /** A name or an address; IPv6 with or without brackets. */
  readonly host: string
  readonly port: number
  /** A path in front of all others, without a slash at its end; none unless told. */
  readonly basePath?: string
  /** Certificates to trust, in PEM; those of Node without. */
  readonly ca?: TextSource
  readonly token?: TextSource
  /** A client certificate with its key, in PEM. */
  readonly certificate?: { readonly cert: TextSource; readonly key: TextSource }
}
