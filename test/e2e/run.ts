import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Runs the scenarios (those whose file name has one of the words given, or all) in a cluster of its own: builds it,
 * starts it, installs driver, emulator and provider, and takes all of it down again. In the cluster of KUBECONFIG, where
 * one is given, driver, emulator and provider must be there: E2E_AWS_CONTROL says where the emulator is controlled.
 */
const driverVersion = '1.6.0'
/** The newest of 1.5 and of 1.4, and the first. */
const olderDrivers = ['1.5.6', '1.4.8', '1.0.0'] as const
const awsAddress = '172.30.0.2'
const agentAddresses = ['169.254.170.23', '[fd00:ec2::23]'] as const
/** The file of scenarios that is played with each older driver instead of the newest. */
const ofDrivers = '13-drivers'
const root = fileURLToPath(new URL('../..', import.meta.url))
const script = (name: string) => `${root}scripts/local-cluster/${name}.sh`
const times: [part: string, seconds: number][] = []

/** Runs one part in the foreground and takes its time. @returns Its exit code. */
function part(name: string, program: string, ...words: readonly string[]): number {
  const began = Date.now()
  process.stdout.write(`▸ ${name}\n`)
  const { status, error } = spawnSync(program, words, { cwd: root, stdio: 'inherit', env: environment })
  times.push([name, Math.round((Date.now() - began) / 1000)])
  if (error !== undefined) process.stderr.write(`${program}: ${error.message}\n`)
  return status ?? 1
}

const { KUBECONFIG, E2E_AWS_CONTROL, CLUSTER_CACHE = `${root}.cache/cluster`, E2E_KEEP } = process.env
const local = KUBECONFIG === undefined || KUBECONFIG === ''
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  CLUSTER_CACHE,
  ...(local ? { E2E_NODE_STATE: `${CLUSTER_CACHE}/state` } : {}),
}
const inside = local ? [script('in')] : []

function scenarios(): readonly string[] {
  const words = process.argv.slice(2)
  return readdirSync(new URL('scenarios/', import.meta.url))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => `${root}test/e2e/scenarios/${file}`)
}

async function startEmulator(): Promise<ChildProcess> {
  const listen = [
    '--aws-address',
    awsAddress,
    '--aws-port',
    '443',
    '--control-address',
    awsAddress,
    '--control-port',
    '8080',
  ]
  const hasIpv6 =
    spawnSync(script('in'), ['sh', '-c', 'ip -6 addr show dev node0 | grep -q fd00:ec2'], {
      env: environment,
    }).status === 0
  const agents = (hasIpv6 ? agentAddresses : agentAddresses.slice(0, 1)).flatMap((address) => [
    '--pod-identity-address',
    address,
  ])
  const words = [process.execPath, `${root}test/emulator/main.ts`, ...listen, ...agents]
  const emulator = spawn(script('in'), words, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  const first = await Promise.race([once(emulator.stdout, 'data'), once(emulator, 'exit')])
  if (emulator.exitCode !== null) throw new Error(`The emulator ended: ${first}`)
  return emulator
}

async function playLocally(): Promise<number> {
  const needs = part('what this machine needs', script('needs'))
  if (needs !== 0) return needs
  const ready =
    part('Kubernetes', script('build')) ||
    part(`driver ${driverVersion}`, script('build-driver'), driverVersion) ||
    part('image of the provider', script('provider-image')) ||
    part('cluster', script('up'))
  if (ready !== 0) return ready
  try {
    const emulator = await startEmulator()
    try {
      return (
        part('driver', script('driver'), driverVersion) ||
        part('import of the image', script('import-provider')) ||
        renderChart() ||
        part('provider', ...inCluster(`${root}test/e2e/prepare.ts`)) ||
        play() + playOlderDrivers()
      )
    } finally {
      emulator.kill()
    }
  } finally {
    if (E2E_KEEP !== 'true') part('down', script('down'))
  }
}

function play(): number {
  const files = scenarios().filter((path) => !path.includes(ofDrivers))
  if (files.length === 0) return 0
  return part('scenarios', ...inCluster('--test', '--test-concurrency=1', ...files))
}

/** Without helm the scenario of the chart is skipped. */
function renderChart(): number {
  const rendered = `${CLUSTER_CACHE}/chart.yaml`
  const status = part('chart', script('render-chart'), rendered)
  if (status === 0) environment.E2E_CHART = rendered
  return status === 75 ? 0 : status
}

/** Each older driver takes the place of the one before. */
function playOlderDrivers(): number {
  const [file] = scenarios().filter((path) => path.includes(ofDrivers))
  if (file === undefined) return 0
  return olderDrivers
    .map((version) => {
      const ready =
        part(`build of driver ${version}`, script('build-driver'), version) ||
        part(`driver ${version}`, script('driver'), version)
      environment.E2E_DRIVER = version
      return ready || part(`scenarios with driver ${version}`, ...inCluster('--test', file))
    })
    .reduce((sum, status) => sum + status, 0)
}

function inCluster(...words: readonly string[]): [string, ...string[]] {
  const [program = process.execPath, ...rest] = [...inside, process.execPath, ...words]
  return [program, ...rest]
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => undefined)
if (!local && E2E_AWS_CONTROL === undefined) {
  process.stderr.write(
    'KUBECONFIG names a cluster; set E2E_AWS_CONTROL to the address where the emulator in it is controlled, or unset KUBECONFIG to have a cluster made.\n',
  )
  process.exitCode = 1
} else {
  process.exitCode = local ? await playLocally() : play()
}
process.stdout.write(
  `\n${times.map(([name, seconds]) => `${String(seconds).padStart(5)} s  ${name}`).join('\n')}\n`,
)
