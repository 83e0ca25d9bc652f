import { fault, type ProviderError } from '../errors/provider-error.ts'
import { type JsonDocument, wholeJson } from '../json/json-document.ts'
import { jsonText, scalarText } from '../json/json-text.ts'
import { isJsonObject, type JsonObject, type JsonValue, jsonKind } from '../json/json-value.ts'
import { CostFault, maxDataDepth, tooDeepData, type WorkBudget } from '../json/work-budget.ts'
import { isTaken, matchesPattern } from '../plan/fields/name-pattern.ts'
import type { PlannedKeys } from '../plan/mount-plan.ts'
import { filePath, pathProblem } from '../plan/paths/file-name.ts'

/** A key that is taken out of a value. */
export interface TakenKey {
  /** As it stands in the value; of a nested one the whole way, joined. */
  readonly key: string
  /** Of its file, relative to the root of the volume; not checked yet. */
  readonly path: string
  readonly value: JsonValue
}

/** A key that becomes a file. */
export interface ExpandedKey {
  readonly key: string
  /** Clean, relative to the root of the volume. */
  readonly path: string
  /** Of a list or an object its JSON; of null nothing. */
  readonly text: string
  /** The kind of the value: "a string", "null". */
  readonly found: string
}

/** Bad names of one object that are told. */
const mostTold = 10

/** The most keys of one object that become files. */
export const maxKeys = 500

/**
 * The keys of a JSON object that an expandKeys takes, each as the file it becomes.
 *
 * Names come from data, so that each is held against the rules of file names. Gives faults, all of them up to
 * ten, that name object and key and never a value.
 */
export function expandKeys(
  object: string,
  keys: PlannedKeys,
  document: JsonDocument,
  budget: WorkBudget,
): { readonly files: readonly ExpandedKey[] } | { readonly faults: readonly ProviderError[] } {
  const result = takeKeys(object, keys, document, budget)
  if ('fault' in result) return { faults: [result.fault] }
  const faults: ProviderError[] = []
  for (const { key, path } of result.taken) {
    const reason = pathProblem(path)
    if (reason !== undefined) faults.push(fault('EXPANDED_NAME_UNUSABLE', { object, key, path, reason }))
    if (faults.length === mostTold) break
  }
  if (faults.length > 0) return { faults }
  try {
    const files = result.taken.map(({ key, path, value }) => {
      const text = value === null ? '' : (scalarText(value) ?? jsonText(value, budget))
      return { key, path, text, found: jsonKind(value) }
    })
    return { files }
  } catch (error) {
    return { faults: [costlyFault(object, error)] }
  }
}

/** The keys of a JSON object that an expandKeys takes, in their order. */
export function takeKeys(
  object: string,
  keys: PlannedKeys,
  document: JsonDocument,
  budget: WorkBudget,
): { readonly taken: readonly TakenKey[] } | { readonly fault: ProviderError } {
  const json = wholeJson(document)
  if (json === undefined || !isJsonObject(json.value)) {
    const found = json === undefined ? 'no JSON' : jsonKind(json.value)
    return { fault: fault('EXPANDED_NOT_OBJECT', { object, found }) }
  }
  const matches = (key: string, pattern: string) => {
    budget.spendText(key.length + pattern.length)
    return matchesPattern(key, pattern)
  }
  const taken: TakenKey[] = []
  try {
    for (const leaf of leavesOf(json.value, [], keys, budget)) {
      if (!isTaken(leaf.key, keys, matches) || (leaf.value === null && keys.nulls !== 'empty')) continue
      taken.push(leaf)
      if (taken.length > maxKeys) break
    }
  } catch (error) {
    return { fault: costlyFault(object, error) }
  }
  if (taken.length === 0 && !keys.optional) {
    return { fault: fault('EXPANDED_NOTHING', { object, count: json.value.size }) }
  }
  return taken.length > maxKeys ? { fault: fault('EXPANDED_TOO_MANY', { object, most: maxKeys }) } : { taken }
}

/** Of anything that is not our own fault the text is dropped: it may hold data. */
function costlyFault(object: string, error: unknown): ProviderError {
  const reason = error instanceof CostFault ? error.message : 'they cannot be read'
  return fault('EXPANDED_TOO_COSTLY', { object, reason })
}

/** All keys down to the depth that is expanded; an object within it gives its own keys. */
function* leavesOf(
  value: JsonObject,
  above: readonly string[],
  keys: PlannedKeys,
  budget: WorkBudget,
): Generator<TakenKey> {
  if (above.length > maxDataDepth) throw tooDeepData()
  for (const [key, each] of value) {
    const way = [...above, key]
    budget.spend(way.length)
    // Its name holds all of them anew.
    budget.spendText(way.reduce((length, each) => length + each.length, 0))
    if (isJsonObject(each) && way.length < keys.depth) yield* leavesOf(each, way, keys, budget)
    else yield { key: way.join(keys.flatten ?? '/'), path: pathOf(way, keys), value: each }
  }
}

/** Nested objects are directories, which pathTranslation leaves alone; flattened ones are part of the name. */
function pathOf(way: readonly string[], { directory, prefix, flatten, translation }: PlannedKeys): string {
  const [first = '', ...rest] = flatten === undefined ? way : [way.join(flatten)]
  const own = [filePath(prefix + first, translation), ...rest.map((each) => inPath(each, translation))]
  const elements = directory === undefined ? own : [directory, ...own]
  return elements.join('/')
}

function inPath(key: string, translation: PlannedKeys['translation']): string {
  return translation === false ? key : filePath(key, translation)
}
