import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ClusterEmulator, startEmulator } from './run/emulator.ts'
import { createParts, signalGroup } from './run/parts.ts'
import { type PlayedResult, readResults, summarize } from './run/summary.ts'

/** Runs the scenarios in a cluster of its own, or in a given one: see `help`. */
const help = `Usage: node test/e2e/run.ts [WORD…]

Plays the scenarios of test/e2e/scenarios whose file names have one of the words, or all of them: builds a cluster,
starts it, installs driver, emulator and provider, and takes all of it down again, however it ends.

Environment:
  E2E_KEEP=true      leave the local cluster up; the next run plays in it
  KUBECONFIG         a cluster to play in instead, where driver, emulator and provider are already
  E2E_AWS_CONTROL    in that cluster: the address where the emulator is controlled
`
const driverVersion = '1.6.1'
/** The newest of 1.5 and of 1.4, and the first. */
const olderDrivers = ['1.5.6', '1.4.8', '1.0.0'] as const
/** The file of scenarios that is played with each older driver instead of the newest. */
const ofDrivers = '13-drivers'
const root = fileURLToPath(new URL('../..', import.meta.url))
const script = (name: string) => `${root}scripts/local-cluster/${name}.sh`

const { KUBECONFIG, E2E_AWS_CONTROL, CLUSTER_STATE = `${root}.cache/cluster-state`, E2E_KEEP } = process.env
const local = KUBECONFIG === undefined || KUBECONFIG === ''
const keep = E2E_KEEP === 'true'
exitUnlessWords(process.argv.slice(2))
const scratch = mkdtempSync(join(tmpdir(), 'e2e-'))
const resultsFile = join(scratch, 'results')
const results: PlayedResult[] = []
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  CLUSTER_STATE,
  ...(local ? { E2E_NODE_STATE: CLUSTER_STATE } : {}),
}
const inside = local ? [script('in')] : []
const parts = createParts(root, environment)

/** An option that there is not, such as a misspelt --help, must not begin what takes minutes. */
function exitUnlessWords(words: readonly string[]): void {
  const option = words.find((word) => word.startsWith('-'))
  if (option === undefined) return
  if (option === '--help' || option === '-h') {
    process.stdout.write(help)
    process.exit(0)
  }
  process.stderr.write(`there is no option ${option}\n\n${help}`)
  process.exit(2)
}

/** Runs one step after the other while they end well. */
async function inTurn(...steps: readonly (() => Promise<number>)[]): Promise<number> {
  for (const step of steps) {
    const code = await step()
    if (code !== 0) return code
  }
  return 0
}

async function playLocally(): Promise<number> {
  const ready = await inTurn(
    () => parts.run('what this machine needs', script('needs')),
    () => parts.run('Kubernetes', script('build')),
    () => parts.run('container runtime', script('build-runtime')),
    ...[driverVersion, ...(scenarios(ofDrivers).length > 0 ? olderDrivers : [])].map(
      (version) => () => parts.run(`build of driver ${version}`, script('build-driver'), version),
    ),
    () => parts.run('image of the provider', script('provider-image')),
    helm,
    moto,
  )
  if (ready !== 0) return ready
  // Whoever plays in it now shall not lose it: this refuses.
  if (!keep && isUp()) return parts.run('cluster', script('up'))
  let code = 1
  try {
    code = await playInside()
  } finally {
    if (!keep) code = (await parts.always('down', script('down'))) || code
  }
  return code
}

async function playInside(): Promise<number> {
  if (!keep || !isUp()) {
    const code = await parts.run('cluster', script('up'))
    if (code !== 0) return code
  }
  const emulator = await emulate()
  try {
    return await inTurn(
      () => parts.run('driver', script('driver'), driverVersion),
      () => parts.run('import of the image', script('import-provider')),
      () => parts.run('AWS', ...inCluster(`${root}test/e2e/prepare-aws.ts`)),
      () => parts.run('provider', ...inCluster(`${root}test/e2e/install-provider.ts`)),
      async () => (await play()) + (await playOlderDrivers()),
    )
  } finally {
    if (!keep) signalGroup(emulator.process, 'SIGTERM')
  }
}

function isUp(): boolean {
  return spawnSync(script('in'), ['true'], { env: environment }).status === 0
}

/** In place of the one of a run before, in a cluster that was kept. */
async function emulate(): Promise<ClusterEmulator> {
  const file = `${CLUSTER_STATE}/emulator`
  if (existsSync(file)) {
    signalGroup({ pid: Number(readFileSync(file, 'utf8')) }, 'SIGKILL')
  }
  const emulator = await startEmulator(
    script('in'),
    `${root}test/emulator/main.ts`,
    `${CLUSTER_STATE}/log/emulator.log`,
    environment,
  )
  writeFileSync(file, String(emulator.process.pid))
  environment.E2E_AGENTS = emulator.agents.join(' ')
  return emulator
}

async function helm(): Promise<number> {
  const { DEPLOYMENT_TOOLS: tools = `${root}.cache/deployment-tools` } = process.env
  environment.E2E_HELM = `${tools}/bin/helm3`
  return parts.run('helm', `${root}scripts/deployment-tools.sh`, 'helm3')
}

/** Without Python the scenario of moto is skipped. */
async function moto(): Promise<number> {
  const code = await parts.run('moto', process.execPath, `${root}test/e2e/install-moto.ts`)
  if (code === 75) environment.E2E_WITHOUT_MOTO = 'skipped: Python 3 with venv is missing'
  return code === 75 ? 0 : code
}

function scenarios(word = ''): readonly string[] {
  const words = process.argv.slice(2)
  return readdirSync(new URL('scenarios/', import.meta.url))
    .filter((file) => words.length === 0 || words.some((wanted) => file.includes(wanted)))
    .filter((file) => file.includes(word))
    .sort()
    .map((file) => `${root}test/e2e/scenarios/${file}`)
}

async function play(): Promise<number> {
  let failed = 0
  for (const file of scenarios().filter((path) => !path.includes(ofDrivers))) {
    failed += await runTests(basename(file, '.e2e.ts'), file)
  }
  return failed
}

/** Each older driver takes the place of the one before. */
async function playOlderDrivers(): Promise<number> {
  let failed = 0
  for (const file of scenarios(ofDrivers)) {
    for (const version of olderDrivers) {
      environment.E2E_DRIVER = version
      failed += await inTurn(
        () => parts.run(`driver ${version}`, script('driver'), version),
        () => runTests(`${basename(file, '.e2e.ts')} ${version}`, file),
      )
    }
  }
  return failed
}

async function runTests(name: string, file: string): Promise<number> {
  const reporters = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    `--test-reporter=${root}test/e2e/run/results-reporter.ts`,
    `--test-reporter-destination=${resultsFile}`,
  ]
  rmSync(resultsFile, { force: true })
  const code = await parts.run(name, ...inCluster('--test', ...reporters, file))
  results.push(...readResults(name, resultsFile))
  return code
}

function inCluster(...words: readonly string[]): [string, ...string[]] {
  const [program = process.execPath, ...rest] = [...inside, process.execPath, ...words]
  return [program, ...rest]
}

if (local) {
  process.exitCode = await playLocally()
} else if (E2E_AWS_CONTROL === undefined) {
  process.stderr.write(
    'KUBECONFIG names a cluster; set E2E_AWS_CONTROL to the address where the emulator in it is controlled, or unset KUBECONFIG to have a cluster made.\n',
  )
  process.exitCode = 1
} else {
  process.exitCode = await inTurn(
    () => parts.run('AWS', ...inCluster(`${root}test/e2e/prepare-aws.ts`)),
    play,
  )
}
rmSync(scratch, { recursive: true })
if (parts.times.length > 1) process.stdout.write(`${summarize(parts.times, results)}\n`)
