import { isRegionName } from '../request/region-name.ts'
import type { Store } from './mount-plan.ts'

/** The parts of an Amazon Resource Name. Source: AWS General Reference. */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Neither store takes a colon in a name, so a name that begins so is meant as an ARN. */
export function isArn(name: string): boolean {
  return name.startsWith('arn:')
}

/**
 * Reads the ARN of a secret or a parameter; undefined when it is not a whole one. For other services only
 * the service itself is looked at.
 */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition = '', service = '', region = '', account = '', ...rest] = text.split(':')
  const resource = rest.join(':')
  if (prefix !== 'arn' || !/^aws(?:-[a-z0-9]+)*$/.test(partition) || !/^[a-z0-9-]+$/.test(service)) return
  const store = arnStore(service)
  const whole =
    store === undefined
      ? resource !== ''
      : isRegionName(region) && /^[0-9]{12}$/.test(account) && resourceForms[store].test(resource)
  return whole ? { partition, service, region, account, resource } : undefined
}

/** The objectType that an ARN's service stands for. */
export function arnStore(service: string): Store | undefined {
  if (service === 'ssm') return 'ssmparameter'
  return service === 'secretsmanager' ? 'secretsmanager' : undefined
}

/** The same resource in another region: a replica of a secret differs from it in nothing else. */
export function arnInRegion(arn: Arn, region: string): string {
  return `arn:${arn.partition}:${arn.service}:${region}:${arn.account}:${arn.resource}`
}

const resourceForms: Readonly<Record<Store, RegExp>> = {
  secretsmanager: /^secret:\S+$/,
  ssmparameter: /^parameter\/\S+$/,
}
