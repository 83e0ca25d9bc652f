export type AwsService = 'secretsmanager' | 'ssm' | 'sts'

export interface EndpointName {
  readonly service: AwsService
  readonly region: string
}

/**
 * The DNS suffixes of the AWS partitions, classic and dual-stack. Source: the endpoint rule sets that AWS
 * publishes with its SDKs.
 */
const suffixes = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws',
  'api.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'api.aws.ic.gov',
  'api.aws.scloud',
  'api.cloud-aws.adc-e.uk',
  'api.aws.hci.ic.gov',
]
const shape = /^(secretsmanager|ssm|sts)(?:-fips)?\.(?:([a-z]{2,}(?:-[a-z]+)+-\d+)\.)?(.+)$/

/** Reads service and region out of a host name (a port is ignored), or gives undefined for no host of AWS. */
export function readEndpointName(host: string): EndpointName | undefined {
  const [, service, region, suffix = ''] = shape.exec(host.toLowerCase().replace(/:\d+$/, '')) ?? []
  if (
    (service !== 'secretsmanager' && service !== 'ssm' && service !== 'sts') ||
    !suffixes.includes(suffix)
  ) {
    return undefined
  }
  if (region !== undefined) {
    return { service, region }
  }
  // The one global name: STS of old, served by us-east-1.
  return service === 'sts' && suffix === 'amazonaws.com' ? { service, region: 'us-east-1' } : undefined
}
