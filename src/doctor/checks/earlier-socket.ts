import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { identifySocket, probeSocket } from '../../rpc/socket-identity.ts'
import type { Check } from '../context.ts'
import { failed, ok, unknown } from '../row.ts'

const check = 'earlier socket'

/**
 * Is there a socket that would win? Drivers look into /etc/kubernetes/secrets-store-csi-providers (their flag
 * --additional-provider-volume-paths) before the provider volume, and take what is there, dead or alive.
 */
export const checkEarlierSocket: Check = async ({ earlierSocket, settings, inPod }) => {
  const isSeen = statSync(dirname(earlierSocket), { throwIfNoEntry: false }) !== undefined
  if (inPod && !isSeen) {
    const remedy = `on the node: ls -l ${earlierSocket}; nothing should be there`
    return [unknown(check, `${earlierSocket} is seen from the node only`, remedy)]
  }
  const identity = identifySocket(earlierSocket)
  if (identity === undefined) return [ok(check, `nothing at ${earlierSocket}, where drivers look first`)]
  if (identity === identifySocket(join(settings.providerVolume, 'aws.sock'))) {
    return [ok(check, `${earlierSocket} is the provider's own socket`)]
  }
  const probe = await probeSocket(earlierSocket).catch(() => 'refused')
  const found =
    probe === 'answers'
      ? `another provider answers at ${earlierSocket}, which the driver takes first`
      : `${earlierSocket} was left behind; the driver takes it first, and nobody answers there`
  const remedy =
    probe === 'answers'
      ? 'remove the older provider and its socket, or take that path out of --additional-provider-volume-paths of the driver'
      : `rm ${earlierSocket}`
  return [failed(check, found, remedy)]
}
