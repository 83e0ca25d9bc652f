import type { AwsService } from './failures/failure.ts'

/** What the environment says of endpoints. */
export interface EndpointSettings {
  readonly useFipsEndpoint: boolean
  readonly useDualstackEndpoint: boolean
  /** AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>; they hold for every region. */
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>
}

/** Where a service of a region is reached, in every case there is: the SDK's rules. */
export type EndpointRules = (service: AwsService, region: string, settings: EndpointSettings) => URL

/**
 * Where a service of a region is reached: an endpoint of one's own, else where the SDK's rules say.
 *
 * Whoever names an endpoint has chosen already: FIPS and dual-stack do not go with one. For a region of the commercial
 * partition without either, the rule is known here; `rules` brings the SDK for all else.
 *
 * @throws the SDK's error.
 */
export async function endpointOf(
  service: AwsService,
  region: string,
  settings: EndpointSettings,
  rules: () => Promise<EndpointRules>,
): Promise<URL> {
  const own = settings.endpoints[service]
  if (own !== undefined) return new URL(own)
  return plainEndpoint(service, region, settings) ?? (await rules())(service, region, settings)
}

/** A test holds it against the SDK's rules. */
export function plainEndpoint(
  service: AwsService,
  region: string,
  { useFipsEndpoint, useDualstackEndpoint }: EndpointSettings,
): URL | undefined {
  if (useFipsEndpoint || useDualstackEndpoint) return undefined
  const isCommercial = /^(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]{1,20}-\d{1,2}$/.test(region)
  return isCommercial ? new URL(`https://${service}.${region}.amazonaws.com`) : undefined
}
