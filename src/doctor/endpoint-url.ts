import { createClientFactory, createStsClients } from '../aws/clients.ts'
import type { AwsService } from '../aws/failure.ts'
import type { DoctorContext } from './context.ts'

/** Where the provider's own clients go for a service in a region: FIPS, dual-stack and endpoints of one's own count. */
export type EndpointUrl = (service: AwsService, region: string) => Promise<URL>

interface EndpointConfig {
  readonly useFipsEndpoint: () => Promise<boolean>
  readonly useDualstackEndpoint: () => Promise<boolean>
  readonly endpointProvider: (parameters: { Region: string; UseFIPS: boolean; UseDualStack: boolean }) => {
    readonly url: URL
  }
}

export function createEndpointUrl({ settings: { aws }, connections }: DoctorContext): EndpointUrl {
  const sts = createStsClients(aws, connections)
  // Nothing is signed: the clients are asked for their rules alone.
  const stores = createClientFactory(aws, connections)(() => Promise.reject(new Error('no credentials')))
  const configOf = (service: AwsService, region: string): EndpointConfig => {
    if (service === 'sts') return sts(region).config
    return service === 'ssm' ? stores.parameterStore(region).config : stores.secretsManager(region).config
  }
  return async (service, region) => {
    const own = aws.endpoints[service]
    if (own !== undefined) return new URL(own)
    const { useFipsEndpoint, useDualstackEndpoint, endpointProvider } = configOf(service, region)
    const [UseFIPS, UseDualStack] = await Promise.all([useFipsEndpoint(), useDualstackEndpoint()])
    return endpointProvider({ Region: region, UseFIPS, UseDualStack }).url
  }
}
