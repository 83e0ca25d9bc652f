import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBenchEmulator } from './bench-emulator.ts'
import { openBlackHole } from './black-hole.ts'
import { haveCgroups, sweepCgroups } from './cgroup.ts'
import { blackHoleAddress, emulatorAddress, isInNamespace, namespaceFolder } from './namespace.ts'
import type { BenchOptions } from './options.ts'
import { figuresOf, type Measured } from './result.ts'
import type { Bench, Sample, Scenario } from './scenario.ts'
import { type Running, type Subject, type Surroundings, startSubject } from './subject.ts'

/** A repetition this slow is not repeated: its figure is clear enough. */
const slowMs = 30_000

/** Runs the scenarios one after the other, the providers in turns, and hands each result on as it comes. */
export async function runScenarios(
  options: BenchOptions,
  tell: (name: string, result: Measured | string) => void,
): Promise<void> {
  const inNamespace = isInNamespace()
  const folder = mkdtempSync(join(inNamespace ? namespaceFolder : tmpdir(), 'bench-'))
  const emulator = await startBenchEmulator(folder, inNamespace ? emulatorAddress : undefined)
  if (haveCgroups()) sweepCgroups()
  const surroundings = { emulator, folder, inNamespace, cgroups: haveCgroups() }
  const closeBlackHole = inNamespace ? await openBlackHole(blackHoleAddress) : () => undefined
  try {
    for (const scenario of options.scenarios) {
      const missing = (scenario.needs ?? []).filter(
        (need) => !(need === 'cgroup' ? surroundings.cgroups : inNamespace),
      )
      tell(
        scenario.name,
        missing.length > 0
          ? `not run, for it needs a ${missing.join(' and a ')} (run it as root)`
          : await runScenario(scenario, options, surroundings),
      )
    }
  } finally {
    closeBlackHole()
    await emulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runScenario(
  scenario: Scenario,
  options: BenchOptions,
  surroundings: Surroundings,
): Promise<Measured> {
  const { subjects, quick, latency } = options
  const planned = quick ? Math.max(1, scenario.quickRepetitions) : scenario.repetitions
  const repetitions = options.repetitions ?? planned
  const samples = new Map<Subject, Sample[]>(subjects.map((subject) => [subject, []]))
  const tired = new Set<Subject>()
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    // In turns, so that what else the machine does meets both; who begins changes.
    for (const subject of repetition % 2 === 0 ? subjects : subjects.toReversed()) {
      if (tired.has(subject)) continue
      const begun = performance.now()
      samples.get(subject)?.push(await runOnce(scenario, subject, options, surroundings))
      // Who names a number of repetitions has the time for them.
      if (options.repetitions === undefined && performance.now() - begun > slowMs) tired.add(subject)
    }
  }
  const [ours = [], theirs = []] = subjects.map((subject) => samples.get(subject) ?? [])
  const [, other] = subjects
  return {
    title: scenario.title,
    limits: scenario.limits(latency),
    ours: figuresOf(ours),
    ...(other === undefined ? {} : { other: { name: other.name, ...figuresOf(theirs) } }),
  }
}

async function runOnce(
  scenario: Scenario,
  subject: Subject,
  { quick, latency, mounts, seconds }: BenchOptions,
  surroundings: Surroundings,
): Promise<Sample> {
  const { emulator, folder } = surroundings
  const started: Running[] = []
  const volumes = mkdtempSync(join(folder, 'pods-'))
  const bench: Bench = {
    emulator,
    latency,
    quick,
    mounts,
    seconds,
    async start(options) {
      const running = await startSubject(subject, surroundings, options)
      started.push(running)
      return running
    },
    newVolume: () => mkdtempSync(join(volumes, 'volume-')),
  }
  await emulator.setLatency(latency)
  try {
    return await scenario.run(bench)
  } finally {
    for (const running of started) await running.stop()
    await emulator.clearFaults()
    await emulator.setClockOffset(0)
    await emulator.resetConnections()
    rmSync(volumes, { recursive: true, force: true })
  }
}
