import type { Latency } from '../emulator/latency.ts'
import type { BenchEmulator } from './bench-emulator.ts'
import type { MetricName } from './metrics.ts'
import type { Running, StartOptions } from './subject.ts'

/** What a figure stands beside: the best that the latency model allows, or a budget. */
export interface Limit {
  readonly value: number
  readonly why: string
}

/** What one run of a scenario measured. */
export interface Sample {
  readonly metrics: Readonly<Partial<Record<MetricName, number>>>
  /** By `service operation`. */
  readonly calls?: Readonly<Record<string, number>>
  /** How failed mounts ended, each text once. */
  readonly notes?: readonly string[]
  /** Points over the course of the run, for a chart: mounts done, MiB, descriptors. */
  readonly series?: readonly (readonly [mounts: number, anonMiB: number, descriptors: number])[]
}

/** The scenario's hands: a world to change and providers to start in it. */
export interface Bench {
  readonly emulator: BenchEmulator
  readonly latency: Latency
  readonly quick: boolean
  /** Mounts of the endurance scenario. */
  readonly mounts: number
  /** Length of the chaos scenario; undefined for its own. */
  readonly seconds: number | undefined
  /** Starts the subject whose turn it is; it is stopped at the end of the scenario. */
  start(options?: StartOptions): Promise<Running>
  /** A new folder for a pod's volume, on tmpfs where namespaces can be made. */
  newVolume(): string
}

export interface Scenario {
  readonly name: string
  readonly title: string
  /** How often in a full run, and in a quick one (0: not at all). */
  readonly repetitions: number
  readonly quickRepetitions: number
  /** What it cannot do without: names leading into the emulator directly, or control groups. */
  readonly needs?: readonly ('namespace' | 'cgroup')[]
  /** Runs only when it is asked for by name. */
  readonly optIn?: boolean
  limits(latency: Latency): Readonly<Partial<Record<MetricName, Limit>>>
  run(bench: Bench): Promise<Sample>
}
