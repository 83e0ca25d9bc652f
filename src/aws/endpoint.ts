import type { AwsService } from './failure.ts'

/** What an SDK client of any service says of where it goes. */
export interface EndpointRules {
  readonly endpointProvider: (parameters: {
    readonly Region: string
    readonly UseFIPS: boolean
    readonly UseDualStack: boolean
  }) => { readonly url: URL }
}

export interface EndpointSettings {
  readonly useFipsEndpoint: boolean
  readonly useDualstackEndpoint: boolean
  /** AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>; they hold for every region. */
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>
}

/**
 * Where a service of a region is reached: an endpoint of one's own, else where the SDK's rules say.
 *
 * Whoever names an endpoint has chosen already: FIPS and dual-stack do not go with one. FIPS is for the two stores:
 * STS lacks it in many regions. Throws the SDK's error for a region that is none.
 */
export function endpointOf(
  service: AwsService,
  region: string,
  settings: EndpointSettings,
  { endpointProvider }: EndpointRules,
): URL {
  const own = settings.endpoints[service]
  if (own !== undefined) return new URL(own)
  const { useFipsEndpoint, useDualstackEndpoint } = settings
  return endpointProvider({
    Region: region,
    UseFIPS: useFipsEndpoint && service !== 'sts',
    UseDualStack: useDualstackEndpoint,
  }).url
}
