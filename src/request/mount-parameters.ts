import { fault } from '../errors/provider-error.ts'
import { parseGoBoolean } from '../go-syntax/boolean.ts'
import { nearestName } from '../yaml/nearest-name.ts'
import { parseFileId } from './file-id.ts'
import type { AddressType, MountRequest } from './mount-request.ts'
import { type ParameterFault, parameterNames } from './parameter-fields.ts'
import { isRegionName } from './region-name.ts'
import { readRoleToAssume } from './role-to-assume.ts'

/** Unknown parameters that are named, at most. */
const maxListed = 20

/** Parameters that are booleans, and the code for what is none. */
const malformedFlags = {
  usePodIdentity: 'USE_POD_IDENTITY_MALFORMED',
  batchReads: 'BATCH_READS_MALFORMED',
} as const

/** What the SecretProviderClass itself says, without the pod that mounts it. */
export type MountParameters = Pick<
  MountRequest,
  | 'identityKind'
  | 'addressType'
  | 'region'
  | 'failoverRegion'
  | 'pathTranslation'
  | 'batchReads'
  | 'fileOwner'
  | 'fileGroup'
  | 'assumeRole'
  | 'objects'
  | 'unknownParameters'
>

/** The parameters, and all that is wrong with them. */
export interface ParametersRead {
  /** With the default in place of each parameter that is at fault. */
  readonly parameters: MountParameters
  readonly faults: readonly ParameterFault[]
}

/**
 * Reads the parameters of a SecretProviderClass. An empty string counts as missing. An unknown key that is a letter or
 * two from a known one is a fault, all others are ignored and named.
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
  const id = (parameter: 'fileOwner' | 'fileGroup') => {
    const received = given(parameter)
    const read = received === undefined ? undefined : parseFileId(received)
    if (received !== undefined && read === undefined)
      faults.push({ parameter, fault: fault('FILE_OWNER_MALFORMED', { field: parameter, received }) })
    return read
  }
  const flag = (parameter: keyof typeof malformedFlags) => {
    const received = given(parameter) ?? 'false'
    const value = parseGoBoolean(received)
    if (value === undefined) {
      faults.push({ parameter, fault: fault(malformedFlags[parameter], { received }) })
    }
    return value === true
  }
  const unknownParameters: string[] = []
  for (const parameter of values.keys()) {
    // Keys with a prefix are those that kubelet and the driver add.
    if (parameterNames.includes(parameter) || parameter.includes('/')) continue
    // Those are refused whatever they are called: readRoleToAssume.
    if (/^assumerole/i.test(parameter)) continue
    // Far more of them than there are parameters are not held against each.
    if (faults.length >= maxListed) break
    const nearest = nearestName(parameter, parameterNames, 2)
    if (nearest !== undefined) {
      const unknown = fault('PARAMETER_UNKNOWN', { parameter, nearest, known: parameterNames })
      faults.push({ parameter, fault: unknown })
    } else if (unknownParameters.length < maxListed) unknownParameters.push(parameter)
  }
  const primary = region('region')
  const failover = region('failoverRegion')
  const pathTranslation = given('pathTranslation')
  const fileOwner = id('fileOwner')
  const fileGroup = id('fileGroup')
  const podIdentity = flag('usePodIdentity')
  const batchReads = flag('batchReads')
  const assumeRole = readRoleToAssume(values, faults)
  const parameters = {
    identityKind: podIdentity ? ('podIdentity' as const) : ('irsa' as const),
    addressType: addressType(given('preferredAddressType')),
    objects: values.get('objects') ?? '',
    ...(unknownParameters.length === 0 ? {} : { unknownParameters }),
    ...(primary === undefined ? {} : { region: primary }),
    ...(failover === undefined ? {} : { failoverRegion: failover }),
    ...(pathTranslation === undefined ? {} : { pathTranslation }),
    ...(batchReads ? { batchReads } : {}),
    ...(fileOwner === undefined ? {} : { fileOwner }),
    ...(fileGroup === undefined ? {} : { fileGroup }),
    ...(assumeRole === undefined ? {} : { assumeRole }),
  }
  return { parameters, faults }
}

function addressType(text = ''): AddressType {
  const lower = text.toLowerCase()
  return lower === 'ipv4' || lower === 'ipv6' ? lower : 'auto'
}
