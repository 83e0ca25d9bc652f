import type { spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'

/** Whether this network has the addresses of the EKS Pod Identity agent. */
export function haveAgentAddresses(): boolean {
  const addresses = Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address),
  )
  return addresses.includes('169.254.170.23') && addresses.includes('fd00:ec2::23')
}

const setUp = `
ip link set lo up &&
ip addr add 169.254.170.23/32 dev lo &&
ip addr add fd00:ec2::23/128 dev lo nodad &&
exec "$0" "$@"`

/**
 * Runs this script again in a network namespace of its own, where the agent's addresses lie on the loopback
 * device; gives its exit code, or undefined where namespaces cannot be made.
 */
export function enterNamespace(run: typeof spawnSync): number | undefined {
  const mapped = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const possible = run('unshare', [...mapped, '--net', 'sh', '-c', setUp.replace('exec "$0" "$@"', 'true')], {
    stdio: 'ignore',
  })
  if (possible.status !== 0) return undefined
  const self = [process.execPath, ...process.argv.slice(1), '--as-is']
  return run('unshare', [...mapped, '--net', 'sh', '-c', setUp, ...self], { stdio: 'inherit' }).status ?? 1
}
