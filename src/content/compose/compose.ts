import { createHash } from 'node:crypto'
import { quote } from '../../errors/kind.ts'
import { fault, type ProviderError } from '../../errors/provider-error.ts'
import { extract } from '../../jmespath/extract.ts'
import { type JsonDocument, readJsonDocument } from '../../json/json-document.ts'
import { writeJson } from '../../json/json-text.ts'
import { isJsonObject, type JsonValue, jsonKind } from '../../json/json-value.ts'
import { PaidText, RoomFault } from '../../json/paid-text.ts'
import { CostFault, partOf } from '../../json/work-budget.ts'
import { writeYaml } from '../../json/yaml-text.ts'
import type { Structure, Template } from '../../plan/compose/template.ts'
import type { ComposedPart, PlannedComposition, PlannedObject } from '../../plan/mount-plan.ts'
import type { Steps } from '../../process/in-turns.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { ObjectValue } from '../../store/object-value.ts'
import type { BuildContext } from '../build-object.ts'
import type { BuiltFile } from '../volume-file.ts'
import { quotePart } from './quote-part.ts'

/** A list or object that is held, in units of work. */
const unitsOfNode = 12

/** The value of a part, for placeholders. */
interface FilledPart {
  readonly value: JsonValue
}

/**
 * Makes a composed file of the values of its parts, which run parallel to them; undefined for one that is missing.
 *
 * Its version is made of the versions of its parts, so that it changes when one of them does, and tells nothing
 * of a value. Gives all faults of its parts together, without a value. Pauses between parts and placeholders.
 */
export function* composeFile(
  { file, parts, content, position }: PlannedComposition,
  objects: readonly PlannedObject[],
  values: readonly (ObjectValue | undefined)[],
  context: BuildContext,
): Steps<{ readonly file: BuiltFile } | { readonly faults: readonly ProviderError[] }> {
  const documentOf = readLast()
  const filled = new Map<string, FilledPart>()
  const faults: ProviderError[] = []
  for (const [at, part] of parts.entries()) {
    yield
    const result = fillPart(part, objects[at]?.name ?? '', values[at], file.path, documentOf, context)
    if ('fault' in result) faults.push(result.fault)
    else filled.set(part.name, result)
  }
  const made = yield* written(content, filled, file.path, context)
  if ('faults' in made) return { faults: [...faults, ...made.faults] }
  if (faults.length > 0) return { faults }
  context.size.add(Buffer.byteLength(made.text))
  const source = { object: file.path, position, parts: objects.map(({ name }) => name) }
  const bytes = new Sensitive(new TextEncoder().encode(made.text))
  return { file: { ...file, content: bytes, version: versionOf(parts, values), source } }
}

function fillPart(
  { name, expression, optional }: ComposedPart,
  object: string,
  value: ObjectValue | undefined,
  path: string,
  documentOf: (content: Sensitive<Uint8Array>) => JsonDocument,
  { budget, onNullText }: BuildContext,
): FilledPart | { readonly fault: ProviderError } {
  if (value === undefined) {
    return optional === true
      ? { value: '' }
      : { fault: fault('INTERNAL_FAULT', {}, { log: { missingPart: name } }) }
  }
  if (expression === undefined) return wholeText(value, { object, part: name, file: path })
  const about = { object, expression, file: path, part: name }
  const extracted = extract(about, documentOf(value.content), budget)
  if ('fault' in extracted) return extracted
  if (!payForNodes(extracted.value, budget))
    return { fault: fault('EXTRACT_TOO_COSTLY', { ...about, reason: 'too much is kept of it' }) }
  if (extracted.value !== null && extracted.ofNothing !== true) return extracted
  if (optional === true) return { value: '' }
  if (extracted.ofNothing === true) {
    const refused = onNullText(about)
    return refused === undefined ? extracted : { fault: refused }
  }
  return { fault: fault('EXTRACT_NOT_STRING', { ...about, found: 'null' }) }
}

/** Reads a value as JSON, and holds the last one: parts of one object stand together, as a rule. */
function readLast(): (content: Sensitive<Uint8Array>) => JsonDocument {
  let last: { readonly content: Sensitive<Uint8Array>; readonly document: JsonDocument } | undefined
  return (content) => {
    if (last?.content !== content) last = { content, document: readJsonDocument(content) }
    return last.document
  }
}

/** A structure of a part is held until the file is written, and takes far more memory than its text; false when it is too much. */
function payForNodes(value: JsonValue, budget: BuildContext['budget']): boolean {
  const left: JsonValue[] = [value]
  try {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      if (!(Array.isArray(one) || isJsonObject(one))) continue
      const inside = Array.isArray(one) ? one : one.values()
      for (const each of inside) {
        budget.spend(unitsOfNode)
        left.push(each)
      }
    }
    return true
  } catch (error) {
    if (error instanceof CostFault) return false
    throw error
  }
}

/** Bytes are no text even where they could be: else it would hang on the bytes of a key whether a mount succeeds. */
function wholeText(
  { content, isBinary = false }: ObjectValue,
  about: { readonly object: string; readonly part: string; readonly file: string },
): FilledPart | { readonly fault: ProviderError } {
  if (isBinary) return { fault: fault('PART_NOT_TEXT', { ...about, isBinary }) }
  try {
    return { value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.reveal()) }
  } catch {
    return { fault: fault('PART_NOT_TEXT', { ...about, isBinary }) }
  }
}

type Made = { readonly text: string } | { readonly faults: readonly ProviderError[] }

function* written(
  content: PlannedComposition['content'],
  filled: ReadonlyMap<string, FilledPart>,
  path: string,
  { budget, size }: BuildContext,
): Steps<Made> {
  const text = new PaidText(partOf(budget), size.room)
  try {
    if (content.kind === 'text') {
      const faults = yield* writeTemplate(content.template, filled, `composed file ${quote(path)}`, text)
      if (faults.length > 0) return { faults }
    } else {
      const value = structureValue(content.structure, filled)
      if (content.kind === 'json') writeJson(value, text)
      else writeYaml(value, text)
    }
    return { text: text.made() }
  } catch (error) {
    if (error instanceof RoomFault) {
      size.stop()
      return { text: '' }
    }
    // Of anything that is not our own fault the text is dropped: it may hold data.
    const reason = error instanceof CostFault ? error.message : 'it cannot be written'
    return { faults: [fault('COMPOSED_TOO_COSTLY', { path, reason })] }
  }
}

/** Gives what is wrong with its placeholders. */
function* writeTemplate(
  template: Template,
  filled: ReadonlyMap<string, FilledPart>,
  where: string,
  text: PaidText,
): Steps<readonly ProviderError[]> {
  // Each once: the same part may stand there thousands of times.
  const unusable = new Map<string, ProviderError>()
  for (const each of template) {
    if (typeof each === 'string') {
      text.add(each)
      continue
    }
    const { part, quoting } = each
    text.budget.spend(1)
    yield
    const value = filled.get(part)?.value ?? ''
    const isBare = quoting === undefined && (Array.isArray(value) || isJsonObject(value))
    const reason = isBare
      ? `it is ${jsonKind(value)}: write \${${part}|json}`
      : quotePart(value, quoting, text)
    const at = `${part}|${quoting ?? ''}`
    if (reason !== undefined && !unusable.has(at))
      unusable.set(at, fault('PART_UNUSABLE', { where, part, reason }))
  }
  return Array.from(unusable.values())
}

function structureValue(structure: Structure, filled: ReadonlyMap<string, FilledPart>): JsonValue {
  if ('part' in structure) return filled.get(structure.part)?.value ?? ''
  if ('items' in structure) return structure.items.map((each) => structureValue(each, filled))
  if ('entries' in structure) {
    return new Map(structure.entries.map(([key, each]) => [key, structureValue(each, filled)]))
  }
  return structure.value
}

function versionOf(parts: readonly ComposedPart[], values: readonly (ObjectValue | undefined)[]): string {
  const versions = parts.map(({ name }, at) => [name, values[at]?.version ?? null] as const)
  const sorted = versions.toSorted(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 32)
}
