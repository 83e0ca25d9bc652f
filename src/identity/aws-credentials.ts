import type { Sensitive } from '../process/sensitive.ts'

/** Temporary credentials of one role session. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Sensitive<string>
  readonly sessionToken: Sensitive<string>
  /** Epoch milliseconds. */
  readonly expiration: number
}
