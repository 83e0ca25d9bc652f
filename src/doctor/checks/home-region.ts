import { fault } from '../../errors/provider-error.ts'
import { isRegionName } from '../../request/region-name.ts'
import type { Check, DoctorContext, Home } from '../context.ts'
import { ok, unknown } from '../row.ts'

/** Tells the region of classes that name none. */
export const checkHomeRegion: Check = async ({ home }) => {
  const found = await home()
  if (found.region !== undefined) return [ok('region', `${found.region} by ${found.by}`)]
  return [unknown('region', found.why, 'run this in the pod of the provider, or with AWS_REGION set')]
}

/**
 * Finds it as a mount does.
 * @throws {ProviderError} NODE_REGION_UNKNOWN, SETTING_INVALID or KUBERNETES_….
 */
export async function findHome(context: DoctorContext): Promise<Home> {
  const { settings, options, signal, seesKubernetes } = context
  const { region } = settings.aws
  if (region !== undefined) {
    if (isRegionName(region)) return { region, by: 'AWS_REGION' }
    throw fault('SETTING_INVALID', {
      setting: 'AWS_REGION',
      received: region,
      expected: 'an AWS region such as us-east-1',
    })
  }
  if (!seesKubernetes)
    return {
      region: undefined,
      why: 'AWS_REGION is not set, and the label of the node can be seen only from a pod, or with --kubeconfig',
    }
  const node = settings.nodeName
  if (node === undefined && options.pod === undefined) {
    return {
      region: undefined,
      why: 'neither AWS_REGION nor NODE_NAME is set: each mount asks for the node of its pod',
    }
  }
  const find = await context.nodeRegion()
  const label = `the label of ${node === undefined ? "the pod's node" : `node ${node}`}`
  return { region: await find(options.pod ?? { namespace: '', name: '' }, signal), by: label }
}
