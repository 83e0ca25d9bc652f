import { createAwsCalls } from '../../aws/aws-calls.ts'
import type { AwsService } from '../../aws/failures/failure.ts'
import type { DoctorContext } from '../context.ts'

/** Where the provider's own calls go for a service in a region: FIPS, dual-stack and endpoints of one's own count. */
export type EndpointUrl = (service: AwsService, region: string) => Promise<URL>

/** Makes it from the settings of the run. */
export function createEndpointUrl({ settings: { aws }, connections }: DoctorContext): EndpointUrl {
  return createAwsCalls(aws, connections.transport).endpoint
}
