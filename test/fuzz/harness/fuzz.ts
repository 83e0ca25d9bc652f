import { mutate } from './mutate.ts'
import { createRandom } from './random.ts'
import type { FuzzTarget } from './target.ts'

/**
 * An input that holds the event loop for longer is a finding: whoever writes it stops all others for as long. Time of
 * the CPU, since the machine may be busy with others.
 */
const mostMs = 250

/** How long, and from what, a target is tried. */
export interface FuzzOptions {
  readonly seed: number
  readonly seconds: number
  /** Inputs, at most: with a seed, the same ones at each run that has the time. */
  readonly most: number
  /** Inputs of earlier runs. */
  readonly corpus: readonly Buffer[]
}

/** What is wrong with an input. */
export interface Finding {
  readonly input: Buffer
  readonly error: unknown
}

/** What came of a run. */
export interface FuzzOutcome {
  readonly inputs: number
  /** What became of the inputs, in the words of the target. */
  readonly ways: number
  /** Those that were the first on their way, beside seeds and corpus. */
  readonly fresh: readonly Buffer[]
  readonly finding: Finding | undefined
}

/** Tries seeds, corpus, and what chance makes of them, until the time is up or something is found. */
export async function fuzz(
  target: FuzzTarget,
  { seed, seconds, most, corpus }: FuzzOptions,
): Promise<FuzzOutcome> {
  const random = createRandom(seed)
  const words = (target.words ?? []).map((word) => Buffer.from(word, 'latin1'))
  const given = [...target.seeds.map((input) => Buffer.from(input as string)), ...corpus]
  const known = [...given]
  const ways = new Set<string>()
  const fresh: Buffer[] = []
  const end = performance.now() + seconds * 1000
  let inputs = 0
  for (let at = 0; ; at += 1) {
    const isGiven = at < given.length
    if (!isGiven && (inputs >= most || performance.now() >= end)) break
    const input = isGiven
      ? (given[at] as Buffer)
      : mutate(random.one(known), random, words, known, target.maxBytes ?? 4096)
    inputs += 1
    const begun = process.threadCpuUsage()
    let way: string
    try {
      way = await target.tryInput(input, random)
      // Once more before it is called slow: the first time may have compiled code or moved memory.
      if (milliseconds(begun) > mostMs) await insistOnSpeed(target, input)
    } catch (error) {
      return { inputs, ways: ways.size, fresh, finding: { input, error } }
    }
    if (ways.has(way)) continue
    ways.add(way)
    if (isGiven) continue
    known.push(input)
    fresh.push(input)
  }
  return { inputs, ways: ways.size, fresh, finding: undefined }
}

async function insistOnSpeed(target: FuzzTarget, input: Buffer): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < 3; round += 1) {
    const begun = process.threadCpuUsage()
    await target.tryInput(input, createRandom(round))
    times.push(milliseconds(begun))
  }
  const least = Math.min(...times)
  if (least > mostMs) throw new Error(`it takes ${Math.round(least)} ms`)
}

function milliseconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(begun)
  return (user + system) / 1000
}
