import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { benchLatency, type Latency } from '../emulator/latency.ts'
import { scenarios } from './all-scenarios.ts'
import type { Scenario } from './scenario.ts'
import type { Subject } from './subject.ts'

export const usage = `Measures a provider over its socket, in a world with known latencies.

  --quick                  fewer repetitions and mounts: under a minute
  --against PATH           another provider's executable, measured in turns with ours
  --against-name WORDS     what tables and charts call it (default: the other)
  --only NAME[,NAME…]      these scenarios alone; also those that run only when asked for
  --mounts N               mounts of the endurance scenario (default 50000)
  --seconds N              length of the chaos scenario (default 600; quick: each trouble once)
  --check                  ends with 1 when a count is over its limit; times are left alone
  --repetitions N          in place of each scenario's own number
  --latency JSON           in place of parts of the latency model (test/emulator/latency.ts)
  --save                   makes this run the one in the repository
  --out FILE               writes the figures as JSON
  --list                   says which scenarios there are

PROVIDER_COMMAND names another command than the executable in dist.
`

export interface BenchOptions {
  readonly quick: boolean
  readonly subjects: readonly Subject[]
  readonly scenarios: readonly Scenario[]
  readonly mounts: number
  readonly seconds: number | undefined
  readonly repetitions: number | undefined
  /** A count over its limit fails the run. */
  readonly check: boolean
  readonly latency: Latency
  readonly save: boolean
  readonly out: string | undefined
}

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
/** The name of another program stands in tables, and in the words for a picture. */
const fitsTables = /^(?!ours$)[A-Za-z0-9][A-Za-z0-9 .,+-]{0,39}$/

/** Reads the command line; gives the text to print where that is all that is wanted. Throws what is wrong with it. */
export function readOptions(argv: readonly string[]): BenchOptions | string {
  const { values } = parseArgs({
    args: argv.filter((word) => word !== '--inside-namespace'),
    options: {
      quick: flag,
      against: text,
      'against-name': text,
      only: text,
      mounts: text,
      seconds: text,
      check: flag,
      repetitions: text,
      latency: text,
      save: flag,
      out: text,
      list: flag,
      help: flag,
    },
  })
  if (values.help) return usage
  if (values.list) return scenarios.map(({ name, title }) => `${name.padEnd(24)} ${title}\n`).join('')
  const { quick, save, out, only, against } = values
  if (save && quick) throw new Error('--save is for a full run, not a quick one')
  const wanted = only?.split(',')
  const unknown = wanted?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? []
  if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(', ')}: --list says which there are`)
  return {
    quick,
    subjects: [{ name: 'ours', command: ourCommand() }, ...otherSubject(against, values['against-name'])],
    scenarios: scenarios.filter(({ name, optIn, quickRepetitions }) =>
      wanted === undefined ? optIn !== true && (!quick || quickRepetitions > 0) : wanted.includes(name),
    ),
    mounts: countOf('--mounts', values.mounts) ?? 50_000,
    seconds: countOf('--seconds', values.seconds),
    check: values.check,
    repetitions: countOf('--repetitions', values.repetitions),
    latency: { ...benchLatency, ...(JSON.parse(values.latency ?? '{}') as Latency) },
    save,
    out,
  }
}

function ourCommand(): readonly string[] {
  const given = process.env.PROVIDER_COMMAND
  if (given) return given.split(' ')
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const root = fileURLToPath(new URL('../..', import.meta.url))
  return [existing(join(root, `dist/secrets-store-csi-driver-provider-aws-linux-${architecture}`))]
}

function otherSubject(path: string | undefined, name: string | undefined): readonly Subject[] {
  if (path === undefined) {
    if (name !== undefined) throw new Error('--against-name names a program: give --against PATH too')
    return []
  }
  if (name !== undefined && !fitsTables.test(name)) {
    throw new Error(
      `--against-name is "${name}": write up to 40 letters, digits, spaces and . , + -, a letter or digit first, and not "ours"`,
    )
  }
  return [{ name: name ?? 'the other', command: [existing(path)] }]
}

function existing(path: string): string {
  if (!existsSync(path)) throw new Error(`there is no ${path}`)
  return resolve(path)
}

function countOf(name: string, written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const count = Number(written)
  if (!Number.isInteger(count) || count < 1) throw new Error(`${name} is ${written}, not a positive number`)
  return count
}
