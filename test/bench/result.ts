import type { Latency } from '../emulator/latency.ts'
import type { MetricName } from './metrics.ts'
import type { Limit, Sample } from './scenario.ts'
import { type Spread, spreadOf } from './statistics.ts'

/** A whole run, as it lies in test/bench/results. */
export interface Result {
  readonly machine: Machine
  readonly latency: Latency
  readonly scenarios: Readonly<Record<string, ScenarioResult>>
}

export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly kernel: string
  /** One-minute load average before the run: what else the machine was doing. */
  readonly loadBefore: number
  /** Whether something else kept the machine busy: times of such a run say little. */
  readonly calm: boolean
}

export interface ScenarioResult extends Measured {
  /** As the machine was. */
  readonly calm: boolean
}

export interface Measured {
  readonly title: string
  readonly limits: Readonly<Partial<Record<MetricName, Limit>>>
  readonly ours: Figures
  /** The program that `--against` gives. */
  readonly other?: OtherFigures
}

/** What the repetitions of one scenario came to, for one provider. */
export interface Figures {
  readonly metrics: Readonly<Partial<Record<MetricName, Spread>>>
  /** Of the last repetition. */
  readonly calls: Readonly<Record<string, number>>
  readonly notes: readonly string[]
  readonly series?: NonNullable<Sample['series']>
}

export interface OtherFigures extends Figures {
  /** What tables and charts call the program: `--against-name`. */
  readonly name: string
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const keys = [...new Set(samples.flatMap(({ metrics }) => Object.keys(metrics) as MetricName[]))]
  const last = samples.at(-1)
  const spreads = keys.map((key) => {
    const values = samples.map(({ metrics }) => metrics[key]).filter((value) => value !== undefined)
    return [key, rounded(spreadOf(values))] as const
  })
  return {
    metrics: Object.fromEntries(spreads),
    calls: last?.calls ?? {},
    notes: [...new Set(samples.flatMap(({ notes }) => notes ?? []))].slice(0, 3),
    ...(last?.series === undefined ? {} : { series: last.series }),
  }
}

/** Digits beyond the fourth are noise, and would make every run a difference in the repository. */
function rounded({ minimum, median, maximum, samples }: Spread): Spread {
  const round = (value: number) => Number(value.toPrecision(4))
  return { minimum: round(minimum), median: round(median), maximum: round(maximum), samples }
}
