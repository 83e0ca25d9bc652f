import { createClientFactory, createStsClients } from '../aws/clients.ts'
import { endpointOf } from '../aws/endpoint.ts'
import type { AwsService } from '../aws/failure.ts'
import type { DoctorContext } from './context.ts'

/** Where the provider's own clients go for a service in a region: FIPS, dual-stack and endpoints of one's own count. */
export type EndpointUrl = (service: AwsService, region: string) => URL

export function createEndpointUrl({ settings: { aws }, connections }: DoctorContext): EndpointUrl {
  const sts = createStsClients(aws, connections)
  const stores = createClientFactory(aws, connections)
  return (service, region) =>
    service === 'sts'
      ? endpointOf(service, region, aws, sts(region).config)
      : stores.endpoint(service, region)
}
