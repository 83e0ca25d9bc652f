import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import type { ParameterEntry, ParametersAnswer } from '../../aws/parse-answers.ts'
import type { Attempt } from '../../aws/tries.ts'
import type { ObjectRead } from '../../plan/mount-plan.ts'
import { ownBytes } from '../../process/memory/own-bytes.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { ObjectValue } from '../object-value.ts'
import type { ReadContext } from '../read-context.ts'
import { bareName, type ParameterName, parameterName } from './parameter-name.ts'
import { spreadOverCalls } from './spread-over-calls.ts'

/** Names a call of GetParameters takes. Source: Systems Manager API reference. */
const maxNames = 10

/**
 * Reads parameters of one region, decrypted, at most 10 a call; a promise for each read, in their order, that
 * rejects with an AwsFailure or the signal's reason. `onFailure` hears of each failed try. Equal reads of the same session in flight share one call.
 */
export function readParameters(
  reads: readonly ObjectRead[],
  context: ReadContext,
  onFailure: (position: number, failure: AwsFailure) => void,
): readonly Promise<ObjectValue>[] {
  const { stores, session, region, signal, budget } = context
  const names = reads.map(parameterName)
  const keyOf = ({ base, selector }: ParameterName) =>
    JSON.stringify([session.id, region, 'ssm', base, selector])
  const batches = batch(
    names.filter((name) => {
      const shared = stores.shared.has(keyOf(name))
      if (shared) context.observer.shared?.()
      return !shared
    }),
    context,
  )
  return names.map((name, position) =>
    stores.shared
      .run(
        keyOf(name),
        signal,
        (within, tell) => (batches.get(textOf(name)) ?? new Batch([name], context)).read(name, within, tell),
        (failure) => onFailure(position, failure),
      )
      .then((value) => budget.keep(value)),
  )
}

/** Distributes distinct names over calls, and makes a Batch of each. */
function batch(names: readonly ParameterName[], context: ReadContext): ReadonlyMap<string, Batch> {
  const distinct = new Map(names.map((each) => [textOf(each), each]))
  const groups = spreadOverCalls([...distinct.values()], (name) => [nameBehind(name)], maxNames)
  return new Map(
    groups.flatMap((group) => {
      const call = new Batch(group, context)
      return group.map((name) => [textOf(name), call] as const)
    }),
  )
}

/**
 * No two names of a call may come to the same: AWS answers a name and its own ARN once, and an ARN may be of another
 * account's parameter of that name. In an ARN `url` and `/url` look alike.
 */
function nameBehind({ base, selector }: ParameterName): string {
  return `${bareName(base).replace(/^\/+/, '')}${selector}`
}

function textOf({ base, selector }: ParameterName): string {
  return `${base}${selector}`
}

/** One call for several parameters, made when the first of them is read and given up when none is wanted any more. */
class Batch {
  readonly #names: readonly ParameterName[]
  readonly #context: ReadContext
  readonly #abort = new AbortController()
  readonly #tells = new Map<string, (failure: AwsFailure) => void>()
  #wanted: number
  #answer: Promise<Map<string, ObjectValue | AwsFailure>> | undefined

  constructor(names: readonly ParameterName[], context: ReadContext) {
    this.#names = names
    this.#context = context
    this.#wanted = names.length
  }

  async read(
    name: ParameterName,
    signal: AbortSignal,
    tell: (failure: AwsFailure) => void,
  ): Promise<ObjectValue> {
    this.#tells.set(textOf(name), tell)
    signal.addEventListener('abort', () => this.#leave(signal.reason), { once: true })
    this.#answer ??= this.#ask(this.#names)
    const answer = await this.#answer
    const found = answer.get(textOf(name))
    // Nobody reads it again, and this call may be held for the sake of others.
    answer.delete(textOf(name))
    if (found === undefined) throw new Error('GetParameters was not asked for this name')
    if (found instanceof AwsFailure) throw found
    return found
  }

  #leave(reason: unknown): void {
    this.#wanted -= 1
    if (this.#wanted === 0) this.#abort.abort(reason)
  }

  async #ask(names: readonly ParameterName[]): Promise<Map<string, ObjectValue | AwsFailure>> {
    const { stores, session, region, observer, callTurns: turns } = this.#context
    const call: AwsCall = { service: 'ssm', region, operation: 'GetParameters' }
    const input = { Names: names.map(textOf), WithDecryption: true }
    const isOfOneName = ({ kind }: AwsFailure) => kind === 'client' && names.length > 1
    const tell = (failure: AwsFailure) => {
      if (isOfOneName(failure)) return
      for (const name of names) this.#tells.get(textOf(name))?.(failure)
    }
    type Found = Map<string, ObjectValue | AwsFailure>
    const attempt: Attempt<Found | undefined> = async (within, { identified, begun }) => {
      const answer = await session.clients.getParameters(region, input, within, begun)
      identified(answer.requestId)
      const isUnclear =
        names.length > 1 && (leavesOutSelectors(names, answer) || saysTwoThings(names, answer))
      return isUnclear ? undefined : matchAnswer(names, answer, call)
    }
    try {
      const found = await stores.call(call, attempt, this.#abort.signal, { observer, tell, turns })
      if (found !== undefined) return found
    } catch (error) {
      if (!(error instanceof AwsFailure) || error.kind !== 'client') throw error
      if (!isOfOneName(error)) return new Map(names.map((name) => [textOf(name), error]))
    }
    // One refused name fails the whole call, and AWS does not say which: ask for each alone.
    const alone = await Promise.all(names.map((name) => this.#ask([name])))
    return new Map(alone.flatMap((each) => [...each]))
  }
}

/**
 * Whether the answer says of no value which version or label it was asked by, though some were: moto, and what is built
 * on it, answer so. Nobody could tell `p:1` from `p:2` then.
 */
function leavesOutSelectors(
  names: readonly ParameterName[],
  { Parameters = [], InvalidParameters = [] }: ParametersAnswer,
): boolean {
  const isFound = (name: ParameterName) => !InvalidParameters.includes(textOf(name))
  return (
    names.some((name) => name.selector !== '' && isFound(name)) &&
    !Parameters.some(({ Selector }) => Selector !== undefined)
  )
}

/** Whether the answer has more than one value of a name, or a value of one that it calls invalid. */
function saysTwoThings(
  names: readonly ParameterName[],
  { Parameters = [], InvalidParameters = [] }: ParametersAnswer,
): boolean {
  return names.some((name) => {
    const values = Parameters.filter((entry) => isValueOf(entry, name))
    return values.length + (InvalidParameters.includes(textOf(name)) ? 1 : 0) > 1
  })
}

/** `unsaid` is the selector of a value of which the answer says none. */
function isValueOf(
  { Name, ARN, Selector }: ParameterEntry,
  { base, selector }: ParameterName,
  unsaid = '',
): boolean {
  return (Selector ?? unsaid) === selector && (Name === base || ARN === base)
}

/**
 * Finds each name's value: the answer has an order of its own, may drop repeated names, and gives Name and ARN without
 * the selector.
 *
 * @throws {AwsFailure} for an answer that is none.
 */
function matchAnswer(
  names: readonly ParameterName[],
  { Parameters = [], InvalidParameters = [], requestId }: ParametersAnswer,
  call: AwsCall,
): Map<string, ObjectValue | AwsFailure> {
  return new Map(
    names.map((name): readonly [string, ObjectValue | AwsFailure] => {
      const unsaid = names.length === 1 ? name.selector : ''
      const entry = Parameters.find((each) => isValueOf(each, name, unsaid))
      if (entry?.Value !== undefined && entry.Version !== undefined) {
        const content = new Sensitive(ownBytes(entry.Value, 'utf8'))
        return [textOf(name), { version: `${entry.Version}`, content, region: call.region }]
      }
      if (!InvalidParameters.includes(textOf(name))) {
        throw new AwsFailure(call, 'server', 'EmptyAnswer', 'the answer leaves out a parameter', {
          requestId,
        })
      }
      const sentence = 'there is no such parameter, version or label'
      return [textOf(name), new AwsFailure(call, 'client', 'InvalidParameters', sentence, { requestId })]
    }),
  )
}
