import type { AwsClients } from '../aws/aws-calls.ts'

/** Credentials and the AWS clients made with them. */
export interface Session {
  /** Unlike any other session of the process: what may be shared in flight is shared within one session. */
  readonly id: string
  /** What people call it: the role, or the service account. */
  readonly identity: string
  readonly clients: AwsClients
}
