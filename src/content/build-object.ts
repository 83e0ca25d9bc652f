import { hash } from 'node:crypto'
import { fault, mostFaults, type ProviderError } from '../errors/provider-error.ts'
import { type JsonDocument, readJsonDocument, wholeJson } from '../json/json-document.ts'
import type { Encoding, PlannedFile, PlannedFormat, PlannedObject } from '../plan/mount-plan.ts'
import type { Steps } from '../process/in-turns.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectValue } from '../store/object-value.ts'
import { decodeBytes } from './decode-bytes.ts'
import { expandKeys, takeKeys } from './expand-keys.ts'
import { type ExtractContext, extractText } from './extract-text.ts'
import type { FileCount } from './file-count.ts'
import { formatEntries, formatText } from './format-text.ts'
import { type BuiltFile, type FileSource, sourceLabel } from './volume-file.ts'

/** The files of an object, and what keeps others of it away. */
export interface BuiltObject {
  readonly files: readonly BuiltFile[]
  readonly faults: readonly ProviderError[]
}

/** Characters. */
const longText = 1_024

type Decoded = { readonly content: Sensitive<Uint8Array> } | { readonly fault: ProviderError }

/** What all objects of a mount share. */
export interface BuildContext extends ExtractContext {
  readonly count: FileCount
  /** The bytes of each text that was taken out of a value, by it or its digest: the same may be wanted thousands of times. */
  readonly bytesOfTexts: Map<string, Sensitive<Uint8Array>>
}

/** Makes the files of an object out of its value: whole or in a format, then its extracts, then its keys. Pauses before it, and between extracts and their formats. */
export function* buildObject(
  object: PlannedObject,
  { content, version }: ObjectValue,
  position: number,
  context: BuildContext,
): Steps<BuiltObject> {
  yield
  const { budget, count } = context
  const files: BuiltFile[] = []
  const faults: ProviderError[] = []
  const add = (file: PlannedFile, source: FileSource, made: Decoded) => {
    if ('fault' in made) faults.push(made.fault)
    else if (count.add(file.path)) files.push({ ...file, content: made.content, version, source })
  }
  const source: FileSource = { object: object.name, position }
  const { file, format, keys, extracts, decodeFirst = false } = object
  // With keys it is each of them that is encoded, unless the value is decoded before they are looked at.
  const areKeysEncoded = keys !== undefined && !decodeFirst
  const encoded = withEncoding(source, areKeysEncoded ? undefined : object.encoding)
  const whole = decode(content, encoded, 'a string')
  if (file !== undefined && format === undefined) add(file, encoded, whole)
  else if ('fault' in whole) faults.push(whole.fault)
  if (extracts.length === 0 && keys === undefined && format === undefined) return { files, faults }
  if ('fault' in whole && decodeFirst) return { files, faults }
  const document = readJsonDocument(decodeFirst && 'content' in whole ? whole.content : content)
  if (file !== undefined && format !== undefined) {
    const from = { ...encoded, format: format.kind }
    add(file, from, formatted(object, format, document, context))
  }
  for (const wanted of extracts) {
    if (count.isOver || faults.length >= mostFaults) break
    yield
    const extracted = yield* extractText(object.name, wanted, document, context)
    if (extracted === 'nothing') continue
    if ('fault' in extracted) {
      faults.push(extracted.fault)
      continue
    }
    const kind = wanted.format === undefined ? {} : { format: wanted.format.kind }
    const from = withEncoding({ ...source, jmesPath: wanted.expression, ...kind }, wanted.encoding)
    add(wanted.file, from, decoded(extracted.text, from, extracted.found, context))
  }
  if (keys === undefined || format !== undefined) return { files, faults }
  const expanded = expandKeys(object.name, keys, document, budget)
  if ('faults' in expanded) return { files, faults: [...faults, ...expanded.faults] }
  for (const { key, path, text, found } of expanded.files) {
    if (count.isOver) break
    // An empty file for null is none that was encoded.
    const from = withEncoding(
      { ...source, key },
      areKeysEncoded && found !== 'null' ? object.encoding : undefined,
    )
    add({ path, ...keys.access }, from, decoded(text, from, found, context))
  }
  return { files, faults }
}

/** The value of an object, or the keys that are taken of it, as one file. */
function formatted(
  { name, keys }: PlannedObject,
  format: PlannedFormat,
  document: JsonDocument,
  context: BuildContext,
): Decoded {
  const { budget, size } = context
  const where = sourceLabel({ object: name })
  const json = wholeJson(document)
  if (keys === undefined) {
    if (json === undefined) {
      return { fault: fault('FORMAT_NOT_OBJECT', { where, format: format.kind, found: 'what is no JSON' }) }
    }
    return contentOf(formatText(json.value, format, { where, budget, size }), context)
  }
  const result = takeKeys(name, keys, document, budget)
  if ('fault' in result) return result
  const entries = result.taken.map(({ key, value }) => [keys.prefix + key, value ?? ''] as const)
  return contentOf(formatEntries(entries, format, { where, budget, size }), context)
}

function contentOf(
  made: { readonly text: string } | { readonly fault: ProviderError },
  context: BuildContext,
): Decoded {
  return 'fault' in made ? made : { content: bytesOf(made.text, context) }
}

/** The bytes of a text, decoded; once the volume is too large no more are made. */
function decoded(text: string, source: FileSource, found: string, context: BuildContext): Decoded {
  const content = bytesOf(text, context)
  return context.size.isOver ? { content } : decode(content, source, found)
}

/** What is over the bound of the volume is not made. */
function bytesOf(text: string, { size, bytesOfTexts }: BuildContext): Sensitive<Uint8Array> {
  // A long text is not held for its bytes' sake: with characters that take two bytes it is larger than they are.
  // Its digest is made longer than any text that stands for itself.
  const key = text.length > longText ? hash('sha256', text).padEnd(longText + 1) : text
  const before = bytesOfTexts.get(key)
  const fits = size.add(before?.reveal().byteLength ?? Buffer.byteLength(text))
  if (before !== undefined) return before
  const made = new Sensitive(new TextEncoder().encode(fits ? text : ''))
  if (fits) bytesOfTexts.set(key, made)
  return made
}

function withEncoding(source: FileSource, encoding: Encoding | undefined): FileSource {
  return encoding === undefined ? source : { ...source, encoding }
}

/** A content as it is mounted. Only strings can be encoded: a number that looks like hex is a number. */
function decode(content: Sensitive<Uint8Array>, source: FileSource, found: string): Decoded {
  const { encoding } = source
  if (encoding === undefined) return { content }
  const where = sourceLabel(source)
  if (found !== 'a string') return { fault: fault('VALUE_NOT_TEXT', { where, encoding, found }) }
  const decoded = decodeBytes(content.reveal(), encoding)
  return 'fault' in decoded
    ? { fault: fault('VALUE_NOT_ENCODED', { where, encoding, ...decoded.fault }) }
    : { content: new Sensitive(decoded.bytes) }
}
