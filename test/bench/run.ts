import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { fileURLToPath } from 'node:url'
import { compare } from './compare.ts'
import { type MetricName, metrics } from './metrics.ts'
import { enterNamespace, isInNamespace } from './namespace.ts'
import { type BenchOptions, readOptions } from './options.ts'
import type { Machine, Result, ScenarioResult } from './result.ts'
import { runScenarios } from './run-scenarios.ts'
import type { Limit } from './scenario.ts'
import { printScenario } from './table.ts'

const baselineFile = fileURLToPath(new URL('results/baseline.json', import.meta.url))
/** Above this load a core or more was somebody else's. */
const calmLoad = 0.7

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (typeof options === 'string') {
    say(options)
    return
  }
  const code = isInNamespace() ? undefined : enterNamespace()
  if (code !== undefined) {
    process.exitCode = code
    return
  }
  if (!isInNamespace()) {
    say('No namespaces can be made here: AWS is reached by proxy, and some scenarios are left out.\n')
    if (options.subjects.length > 1) throw new Error('--against needs namespaces: run it as root')
  }
  await measure(options)
}

async function measure(options: BenchOptions): Promise<void> {
  // The first process of a namespace is deaf to signals that it has no handler for.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  const machine = describeMachine()
  const { cpu, cores, loadBefore } = machine
  say(`${cores} × ${cpu}, load ${loadBefore}${machine.calm ? '' : ': BUSY, times are inflated'}\n`)
  const scenarios: Record<string, ScenarioResult> = {}
  let skipped = 0
  await runScenarios(options, (name, result) => {
    if (typeof result === 'string') {
      skipped += 1
      say(`\n${name}: ${result}\n`)
    } else {
      scenarios[name] = { ...result, calm: machine.calm }
      say(`${printScenario(result)}\n`)
    }
  })
  if (options.check) checkCounts(scenarios, skipped)
  const result: Result = { machine, latency: options.latency, scenarios }
  if (options.out !== undefined) writeFileSync(options.out, `${JSON.stringify(result, undefined, 1)}\n`)
  const before = readBaseline()
  if (before !== undefined) sayChanges(before, result)
  if (options.save) {
    const merged = { ...result, scenarios: { ...before?.scenarios, ...scenarios } }
    writeFileSync(baselineFile, `${JSON.stringify(merged, undefined, 1)}\n`)
    say('\nsaved; "npm run bench:docs" brings docs/performance.md up to date\n')
  }
}

/** Figures without a unit are counts: they are the same on a busy machine. */
function checkCounts(scenarios: Readonly<Record<string, ScenarioResult>>, skipped: number): void {
  let [passed, failed] = [0, 0]
  for (const [name, { limits, ours }] of Object.entries(scenarios)) {
    for (const [key, limit] of Object.entries(limits) as [MetricName, Limit][]) {
      if (metrics[key].unit !== '') continue
      const value = ours.metrics[key]?.maximum ?? Number.NaN
      if (value <= limit.value) passed += 1
      else {
        failed += 1
        say(`FAILED ${name}: ${metrics[key].label} ${value}, and at most ${limit.value} are allowed\n`)
      }
    }
  }
  say(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  if (failed > 0) process.exitCode = 1
}

function sayChanges(before: Result, now: Result): void {
  const { date, cpu } = before.machine
  const { moved, timesLeftOut } = compare(before, now)
  const same = now.machine.cpu === cpu ? '' : `, measured on another machine (${cpu})`
  say(`\nBeside the figures in the repository (${date}${same}):\n`)
  if (timesLeftOut) say('  times are left out: not both runs had a calm machine of the same kind\n')
  say(moved.length === 0 ? '  nothing moved beyond noise\n' : moved.map((line) => `  ${line}\n`).join(''))
}

function readBaseline(): Result | undefined {
  try {
    return JSON.parse(readFileSync(baselineFile, 'utf8')) as Result
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function describeMachine(): Machine {
  const all = cpus()
  const [load = 0] = loadavg()
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: all[0]?.model.trim() ?? '',
    cores: all.length,
    kernel: release(),
    loadBefore: Number(load.toFixed(2)),
    calm: load < calmLoad,
  }
}

function say(text: string): void {
  process.stdout.write(text)
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
