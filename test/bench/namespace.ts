import { spawnSync } from 'node:child_process'
import { blackHoleRegion, brokenRegion, farRegion, homeRegion, silentRegions } from './bench-world.ts'

/** Where the emulator and the black hole listen, inside. */
export const emulatorAddress = '127.0.0.1'
export const blackHoleAddress = '127.0.0.2'
/** On tmpfs: sockets, volumes, and what a pod of the provider would find mounted. */
export const namespaceFolder = '/var/run/bench'
/** Where every Kubernetes client looks. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

const inside = '--inside-namespace'

/** AWS's own host names, for every program of the namespace. */
function hostsFile(): string {
  const names = (region: string) =>
    ['sts', 'secretsmanager', 'ssm'].map((service) => `${service}.${region}.amazonaws.com`)
  const lead = (address: string, regions: readonly string[]) =>
    `${address} ${regions.flatMap(names).join(' ')}`
  return `127.0.0.1 localhost
${lead(emulatorAddress, [homeRegion, farRegion, brokenRegion, ...silentRegions])}
${lead(blackHoleAddress, [blackHoleRegion])}
`
}

/** Nothing of it is seen outside: mounts are private, the network is a loopback device of its own. */
const setUp = `
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$(readlink -f /var/run)"
mkdir -p ${namespaceFolder} ${serviceAccountFolder}
printf %s "$BENCH_HOSTS" > ${namespaceFolder}/hosts
mount --bind ${namespaceFolder}/hosts /etc/hosts
ip link set lo up
exec "$0" "$@"`

export function isInNamespace(): boolean {
  return process.argv.includes(inside)
}

/**
 * Runs this program again in a mount and network namespace of its own, where AWS's host names lead to loopback
 * addresses. Gives its exit code, or undefined where namespaces cannot be made.
 */
export function enterNamespace(): number | undefined {
  const mapped = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  // With processes of its own too: when the program ends, however it ends, nothing that it started stays.
  const processes = ['--fork', '--pid', '--mount-proc', '--kill-child']
  const unshare = [...mapped, '--mount', '--net', ...processes, 'sh', '-c', setUp]
  const env = { ...process.env, BENCH_HOSTS: hostsFile() }
  if (spawnSync('unshare', [...unshare, 'true'], { stdio: 'ignore', env }).status !== 0) return undefined
  const self = [process.execPath, ...process.execArgv, ...process.argv.slice(1), inside]
  return spawnSync('unshare', [...unshare, ...self], { stdio: 'inherit', env }).status ?? 1
}
