import type { ProviderError } from '../errors/provider-error.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import { TurnGate } from '../process/gate.ts'
import { inTurns } from '../process/in-turns.ts'
import { type PlanValues, valuesIn } from '../store/object-value.ts'
import type { ReadFaults } from '../store/read-faults.ts'
import { buildFiles, faultsWithExtracts } from './build-files.ts'
import type { OnNullText } from './extract-text.ts'
import type { BuiltFile } from './volume-file.ts'

/** JSON of more bytes takes up to a hundred times as many once it is read, and is held until all is taken out of it. */
const heavyBytes = 16 * 2 ** 10
/** What has been made beside the values and is more than that stays in turn until it is delivered. */
const mostMadeBytes = 64 * 2 ** 10

/**
 * Where mounts that make something of values wait for their turn: the pods of a namespace one after the other, namespaces
 * in rotation. What a mount makes may be a hundred times what it was let in for.
 */
export interface BuildTurns {
  readonly light: TurnGate
  /** Of those that read much as JSON, so that the others need not wait for them. */
  readonly heavy: TurnGate
}

/** Of all mounts of a process. */
export function createBuildTurns(): BuildTurns {
  return { light: new TurnGate(1), heavy: new TurnGate(1) }
}

/** How files are made of values. */
export interface BuildRules {
  /** Bytes that the files of one volume may have together. */
  readonly maxBytes: number
  readonly onNullText: OnNullText
  readonly turns: BuildTurns
  /** Whose pod it is: turns go round among namespaces. */
  readonly namespace: string
}

/**
 * Makes files as buildFiles does, in turn with all else that the event loop has to do, and delivers them.
 * @throws as buildFiles and `deliver` do, and the signal's reason.
 */
export async function buildInTurn<Result>(
  plan: MountPlan,
  values: PlanValues,
  rules: BuildRules,
  signal: AbortSignal,
  deliver: (files: readonly BuiltFile[]) => Promise<Result>,
): Promise<Result> {
  const { maxBytes, onNullText } = rules
  const build = () => inTurns(buildFiles(plan, values, maxBytes, onNullText), signal)
  const gate = gateFor(plan, values, rules)
  if (gate === undefined) return deliver(await build())
  const built = await gate.run(
    signal,
    async () => {
      const files = await build()
      return madeBytes(files, values) > mostMadeBytes ? { result: await deliver(files) } : { files }
    },
    rules.namespace,
  )
  return 'files' in built ? deliver(built.files) : built.result
}

/**
 * faultsWithExtracts in turn with all else that the event loop has to do.
 * @throws the signal's reason.
 */
export function faultsInTurn(
  plan: MountPlan,
  error: ReadFaults,
  rules: BuildRules,
  signal: AbortSignal,
): Promise<readonly ProviderError[]> {
  const find = () => inTurns(faultsWithExtracts(plan, error, rules.maxBytes, rules.onNullText), signal)
  const gate = gateFor(plan, error.values, rules)
  return gate === undefined ? find() : gate.run(signal, find, rules.namespace)
}

/** Undefined for a mount that makes nothing: its files are the values. */
function gateFor(
  { objects, compositions = [] }: MountPlan,
  values: PlanValues,
  { turns }: BuildRules,
): TurnGate | undefined {
  let makes = compositions.length > 0
  let jsonBytes = 0
  for (const [at, { extracts, keys, format, part, encoding }] of objects.entries()) {
    makes ||= encoding !== undefined
    if (extracts.length === 0 && (keys ?? format ?? part) === undefined) continue
    makes = true
    for (const { content } of valuesIn(values[at])) jsonBytes += content.reveal().byteLength
  }
  if (!makes) return undefined
  return jsonBytes > heavyBytes ? turns.heavy : turns.light
}

function madeBytes(files: readonly BuiltFile[], values: PlanValues): number {
  const read = new Set(values.flatMap(valuesIn).map(({ content }) => content))
  const made = new Set(files.map(({ content }) => content).filter((content) => !read.has(content)))
  let bytes = 0
  for (const content of made) bytes += content.reveal().byteLength
  return bytes
}
