import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { extract } from '../jmespath/extract.ts'
import { readJsonDocument } from '../json/json-document.ts'
import { type WorkBudget, workBudget } from '../json/work-budget.ts'
import { collisionsOf } from '../plan/file-collisions.ts'
import type { Encoding, MountPlan, PlannedFile, PlannedObject } from '../plan/mount-plan.ts'
import { maxFiles } from '../plan/object-rules.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectValue } from '../store/object-value.ts'
import type { ReadFaults } from '../store/read-faults.ts'
import { decodeBytes } from './decode-bytes.ts'
import { expandKeys } from './expand-keys.ts'
import { type BuiltFile, type FileSource, sourceLabel } from './volume-file.ts'
import { sizeOf, VolumeSize } from './volume-size.ts'

/**
 * The files of a mount: each object whole under its name, then each of its extracts, then its keys, in the
 * plan's order.
 *
 * `values` runs parallel to `plan.objects`. Throws VOLUME_TOO_LARGE when the files come to more than `maxBytes`, or
 * all faults of all objects together; never gives an empty list.
 */
export function buildFiles(
  plan: MountPlan,
  values: readonly ObjectValue[],
  maxBytes: number,
): readonly BuiltFile[] {
  const size = new VolumeSize(maxBytes)
  for (const value of values) size.add(sizeOf(value))
  size.check(plan.objects.some(({ extracts, keys }) => extracts.length > 0 || keys !== undefined))
  const files: BuiltFile[] = []
  const faults: ProviderError[] = []
  const budget = workBudget()
  for (const [at, object] of plan.objects.entries()) {
    const value = values[at]
    if (value === undefined) throw fault('INTERNAL_FAULT', {}, { log: { missingValueOf: object.name } })
    buildObject(object, value, at + 1, budget, { files, faults, size })
  }
  if (plan.objects.some(({ keys }) => keys !== undefined)) faults.push(...collisionFaults(files))
  throwCollected(faults)
  size.check(false)
  if (files.length > maxFiles) throw fault('TOO_MANY_FILES', { files: files.length, limit: maxFiles })
  if (files.length === 0) throw fault('VOLUME_EMPTY', {})
  return files
}

/**
 * All that is wrong with a mount of which some objects could not be read: their faults, and those of the files of the
 * others, in the order of the objects.
 */
export function faultsWithExtracts(
  plan: MountPlan,
  { objectFaults, values }: ReadFaults,
  maxBytes: number,
): readonly ProviderError[] {
  const size = new VolumeSize(maxBytes)
  const budget = workBudget()
  const found = plan.objects.flatMap((object, index) => {
    const value = values[index]
    // Of one that was too large only the size is known.
    if (value === undefined || value.leftOut !== undefined) return []
    const faults: ProviderError[] = []
    buildObject(object, value, index + 1, budget, { files: [], faults, size })
    return faults.map((fault) => ({ index, fault }))
  })
  return [...objectFaults, ...found].toSorted((a, b) => a.index - b.index).map((each) => each.fault)
}

interface Built {
  readonly files: BuiltFile[]
  readonly faults: ProviderError[]
  readonly size: VolumeSize
}

function buildObject(
  object: PlannedObject,
  { content, version }: ObjectValue,
  position: number,
  budget: WorkBudget,
  { files, faults, size }: Built,
): void {
  const source: FileSource = { object: object.name, position }
  const add = (file: PlannedFile, from: FileSource, bytes: Sensitive<Uint8Array>, found: string) => {
    const decoded = decode(bytes, from, found)
    if ('fault' in decoded) faults.push(decoded.fault)
    else files.push({ ...file, content: decoded.content, version, source: from })
  }
  // With keys it is each of them that is encoded, unless the value is decoded before they are looked at.
  const areKeysEncoded = object.keys !== undefined && object.decodeFirst !== true
  const encoded = withEncoding(source, areKeysEncoded ? undefined : object.encoding)
  const whole = decode(content, encoded, 'a string')
  if ('fault' in whole) faults.push(whole.fault)
  else if (object.file !== undefined) {
    files.push({ ...object.file, content: whole.content, version, source: encoded })
  }
  if (object.extracts.length === 0 && object.keys === undefined) return
  if ('fault' in whole && object.decodeFirst === true) return
  const isDecoded = 'content' in whole && object.decodeFirst === true
  const document = readJsonDocument(isDecoded ? whole.content : content)
  for (const wanted of object.extracts) {
    const extracted = extract(object.name, wanted, document, budget, (bytes) => size.add(bytes))
    if (extracted === 'nothing') continue
    const { format } = wanted
    const from = { ...source, jmesPath: wanted.expression, ...(format === undefined ? {} : { format }) }
    if ('fault' in extracted) faults.push(extracted.fault)
    else add(wanted.file, withEncoding(from, wanted.encoding), extracted.content, extracted.found)
  }
  if (object.keys === undefined) return
  const { mode } = object.keys
  const expanded = expandKeys(object.name, object.keys, document, budget)
  if ('faults' in expanded) {
    faults.push(...expanded.faults)
    return
  }
  for (const { key, path, text, found } of expanded.taken) {
    // An empty file for null is none that was encoded.
    const encoding = areKeysEncoded && found !== 'null' ? object.encoding : undefined
    const from = withEncoding({ ...source, key }, encoding)
    const kept = size.add(Buffer.byteLength(text)) ? text : ''
    add({ path, mode }, from, new Sensitive(new TextEncoder().encode(kept)), found)
  }
}

function withEncoding(source: FileSource, encoding: Encoding | undefined): FileSource {
  return encoding === undefined ? source : { ...source, encoding }
}

/** A content as it is mounted. Only strings can be encoded: a number that looks like hex is a number. */
function decode(
  content: Sensitive<Uint8Array>,
  source: FileSource,
  found: string,
): { readonly content: Sensitive<Uint8Array> } | { readonly fault: ProviderError } {
  const { encoding } = source
  if (encoding === undefined) return { content }
  const where = sourceLabel(source)
  if (found !== 'a string') return { fault: fault('VALUE_NOT_TEXT', { where, encoding, found }) }
  const decoded = decodeBytes(content.reveal(), encoding)
  return 'fault' in decoded
    ? { fault: fault('VALUE_NOT_ENCODED', { where, encoding, ...decoded.fault }) }
    : { content: new Sensitive(decoded.bytes) }
}

/** Names that come from values are known only now. */
function collisionFaults(files: readonly BuiltFile[]): readonly ProviderError[] {
  return collisionsOf(files)
    .slice(0, 10)
    .map(({ claim, other, path, areTwins }) =>
      fault('EXPANDED_COLLISION', {
        where: entryOf(claim.source),
        first: entryOf(other.source),
        path,
        isDirectory: !areTwins,
      }),
    )
}

function entryOf(source: FileSource): string {
  return `${sourceLabel(source)} (entry ${source.position} of objects)`
}
