import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { boundText } from '../errors/bound-text.ts'
import { eventText, KeptFaults, ProviderError } from '../errors/provider-error.ts'
import { atOnce, inTurns, type Steps } from '../process/in-turns.ts'
import type { MountPlan, Regions } from './mount-plan.ts'
import { type PlanInput, planInputs, planInSteps } from './plan-mount.ts'

/** What all remembered plans may take, about. */
const maxBytes = 4 * 2 ** 20
/** What V8 takes for an object or a list, and for each of its properties, about. */
const bytesOfObject = 48
const bytesOfProperty = 16

/** A text of `objects` that was not known when it came. */
export interface Reading<T> {
  /** Of the text, its aliases followed, about. */
  readonly characters: number
  /** Whether another pod's has been read since. */
  isKnown(): boolean
  /** Reads it, if it is not known. */
  read(): T
  /** The same in turns with all else; throws the signal's reason when that aborts meanwhile. */
  readInTurns(signal: AbortSignal): Promise<T>
}

/**
 * Reads: at once, or when the turn of a large class has come.
 * @throws as reading does, and the signal's reason as soon as that aborts before.
 */
export type ReadInTurn = <T>(reading: Reading<T>, signal: AbortSignal) => T | Promise<T>

/** What an alias stands for, about. Of 63 objects with a list of 63 entries each come all files that a class may have. */
const charactersOfAlias = 600

const besideObjects = planInputs.filter((name) => name !== 'objects')

/** planMount, or what stands in for it; `signal` ends the wait for a turn. */
export type Planner = (
  input: PlanInput,
  regions: Regions,
  signal: AbortSignal,
) => MountPlan | Promise<MountPlan>

/**
 * Makes a planMount that remembers its latest plans and refusals: reading the YAML of 20 objects costs 2 ms of CPU, that
 * of thousands a twentieth of a second. Rotation asks for the same text again every two minutes, for every pod, and kubelet
 * tries a class that is refused again and again.
 *
 * `inTurn` reads a text that is not known, and may refuse to: that is not remembered.
 *
 * A plan follows from its PlanInput and the regions alone, all of which are the key; it names no pod and no identity, and
 * holds nothing secret.
 */
export function rememberPlans(
  plan: typeof planInSteps = planInSteps,
  inTurn: ReadInTurn = (reading) => reading.read(),
): Planner {
  const known = new LRUCache<string, MountPlan | ProviderError>({ maxSize: maxBytes })
  return (input, regions, signal) => {
    const beside = JSON.stringify([regions, ...besideObjects.map((name) => input[name])])
    const { objects } = input
    // Not as one text: a large class would be copied. Halves of characters are all alike to a hash.
    const key = objects.isWellFormed()
      ? `${digest(beside)} ${digest(objects)}`
      : `${digest(beside)} escaped ${digest(JSON.stringify(objects))}`
    const remembered = (found: MountPlan | ProviderError) => {
      // Words of a plan keep the text alive that they were cut out of.
      known.set(key, found, { size: bytesOfText(objects) + bytesOf(found) })
      return found
    }
    const found = known.get(key)
    if (found !== undefined) return told(found)
    const steps = () => made(plan, input, regions)
    const reading: Reading<MountPlan> = {
      characters: objects.length + charactersOfAlias * (objects.split('*').length - 1),
      isKnown: () => known.has(key),
      read: () => told(known.get(key) ?? remembered(atOnce(steps()))),
      readInTurns: async (within) => told(known.get(key) ?? remembered(await inTurns(steps(), within))),
    }
    return inTurn(reading, signal)
  }
}

function digest(text: string): string {
  return hash('sha256', text, 'base64')
}

function told(found: MountPlan | ProviderError): MountPlan {
  if (found instanceof ProviderError) throw found
  return found
}

function* made(
  plan: typeof planInSteps,
  input: PlanInput,
  regions: Regions,
): Steps<MountPlan | ProviderError> {
  try {
    return yield* plan(input, regions)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    // As much of it as anybody will see: thousands of mistakes are not kept one by one.
    return new KeptFaults(error.code, boundText(eventText(error)), error.status, { log: error.log })
  }
}

function bytesOf(found: MountPlan | ProviderError): number {
  return found instanceof ProviderError
    ? 10 * bytesOfObject + 2 * found.message.length
    : weigh(found, new Set())
}

/** V8 keeps a string in two bytes a character as soon as one of them needs them. */
function bytesOfText(text: string): number {
  return /[\u0100-\uffff]/.test(text) ? 2 * text.length : text.length
}

/** Of plain data, whatever is in it: what is shared counts once. */
function weigh(value: unknown, seen: Set<object>): number {
  if (typeof value === 'string') return bytesOfProperty + 2 * value.length
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0
  seen.add(value)
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  return parts.reduce<number>((bytes, part) => bytes + bytesOfProperty + weigh(part, seen), bytesOfObject)
}
