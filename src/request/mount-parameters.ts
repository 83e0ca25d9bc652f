import { fault } from '../errors/provider-error.ts'
import { parseGoBoolean } from '../go-syntax/boolean.ts'
import type { AddressType, MountRequest } from './mount-request.ts'
import type { ParameterFault } from './parameter-fields.ts'
import { isRegionName } from './region-name.ts'
import { readRoleToAssume } from './role-to-assume.ts'

/** What the SecretProviderClass itself says, without the pod that mounts it. */
export type MountParameters = Pick<
  MountRequest,
  'identityKind' | 'addressType' | 'region' | 'failoverRegion' | 'pathTranslation' | 'assumeRole' | 'objects'
>

/** The parameters, and all that is wrong with them. */
export interface ParametersRead {
  /** With the default in place of each parameter that is at fault. */
  readonly parameters: MountParameters
  readonly faults: readonly ParameterFault[]
}

/**
 * Reads the parameters of a SecretProviderClass. An empty text counts as missing; unknown keys are ignored, but for
 * those that look as if they named a role.
 */
export function readParameters(values: ReadonlyMap<string, string>): ParametersRead {
  const faults: ParameterFault[] = []
  const given = (key: string) => values.get(key) || undefined
  const region = (parameter: 'region' | 'failoverRegion') => {
    const received = given(parameter)
    if (received === undefined || isRegionName(received)) return received
    faults.push({ parameter, fault: fault('REGION_MALFORMED', { parameter, received }) })
    return undefined
  }
  const primary = region('region')
  const failover = region('failoverRegion')
  const pathTranslation = given('pathTranslation')
  const parameter = 'usePodIdentity'
  const usePodIdentity = given(parameter) ?? 'false'
  const podIdentity = parseGoBoolean(usePodIdentity)
  if (podIdentity === undefined) {
    faults.push({ parameter, fault: fault('USE_POD_IDENTITY_MALFORMED', { received: usePodIdentity }) })
  }
  const assumeRole = readRoleToAssume(values, faults)
  const parameters = {
    identityKind: podIdentity === true ? ('podIdentity' as const) : ('irsa' as const),
    addressType: addressType(given('preferredAddressType')),
    objects: values.get('objects') ?? '',
    ...(primary === undefined ? {} : { region: primary }),
    ...(failover === undefined ? {} : { failoverRegion: failover }),
    ...(pathTranslation === undefined ? {} : { pathTranslation }),
    ...(assumeRole === undefined ? {} : { assumeRole }),
  }
  return { parameters, faults }
}

function addressType(text = ''): AddressType {
  const lower = text.toLowerCase()
  return lower === 'ipv4' || lower === 'ipv6' ? lower : 'auto'
}
