import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { extract } from '../jmespath/extract.ts'
import { readJsonDocument } from '../json/json-document.ts'
import { type WorkBudget, workBudget } from '../json/work-budget.ts'
import { collisionsOf } from '../plan/file-collisions.ts'
import { pathProblem } from '../plan/file-name.ts'
import type { Encoding, MountPlan, PlannedFile, PlannedObject } from '../plan/mount-plan.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectSet, ObjectValue } from '../store/object-value.ts'
import { decodeBytes } from './decode-bytes.ts'
import { expandKeys } from './expand-keys.ts'
import { type BuiltFile, type FileSource, sourceLabel, type VolumeFile } from './volume-file.ts'

/**
 * The files of a mount: each object whole under its name, then each of its extracts, then its keys, in the
 * plan's order.
 *
 * `values` runs parallel to `plan.objects`, undefined for an optional object that is missing. Throws all faults of all
 * objects together. An object that is not optional has its files, or the mount fails.
 */
export function buildFiles(
  plan: MountPlan,
  values: readonly (ObjectValue | ObjectSet | undefined)[],
): readonly BuiltFile[] {
  const files: BuiltFile[] = []
  const faults: ProviderError[] = []
  const budget = workBudget()
  for (const [at, object] of plan.objects.entries()) {
    const value = values[at]
    if (value === undefined && object.optional) continue
    if (value === undefined) throw fault('INTERNAL_FAULT', {}, { log: { missingValueOf: object.name } })
    if ('members' in value) buildSet(object, value, at + 1, budget, { files, faults })
    else buildObject(object, value, at + 1, budget, { files, faults })
  }
  if (plan.objects.some(({ keys, members }) => (keys ?? members) !== undefined))
    faults.push(...collisionFaults(files))
  throwCollected(faults)
  return files
}

/** The paths that the plan names and the volume will not have: of optional objects and extracts that are missing. */
export function absentPaths({ objects }: MountPlan, files: readonly VolumeFile[]): readonly string[] {
  const there = new Set(files.map(({ path }) => path))
  return objects
    .flatMap(({ file, extracts }) => [file, ...extracts.map((each) => each.file)])
    .flatMap((file) => (file === undefined || there.has(file.path) ? [] : [file.path]))
}

interface Built {
  readonly files: BuiltFile[]
  readonly faults: ProviderError[]
}

/** Each member as an object of its own, under a name that comes from AWS and is held against all rules. */
function buildSet(
  object: PlannedObject,
  { members }: ObjectSet,
  position: number,
  budget: WorkBudget,
  { files, faults }: Built,
): void {
  const { keepPath, directory, mode } = object.members ?? { keepPath: false, directory: '', mode: 0 }
  const { members: _, file: __, ...rest } = object
  for (const { name, below, value } of members) {
    const path = `${directory}${keepPath ? below : below.slice(below.lastIndexOf('/') + 1)}`
    const reason = pathProblem(path)
    if (reason !== undefined) {
      faults.push(fault('SET_NAME_UNUSABLE', { object: object.name, member: name, path, reason }))
      continue
    }
    const member = { ...rest, name, ...(object.keys === undefined ? { file: { path, mode } } : {}) }
    const own: Built = { files: [], faults }
    buildObject(member, value, position, budget, own)
    const isKeyed = object.keys !== undefined
    for (const each of own.files) {
      const source = { ...each.source, set: object.name }
      files.push({ ...each, path: isKeyed ? `${path}/${each.path}` : each.path, source })
    }
  }
}

function buildObject(
  object: PlannedObject,
  { content, version }: ObjectValue,
  position: number,
  budget: WorkBudget,
  { files, faults }: Built,
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
    const extracted = extract(object.name, wanted, document, budget)
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
    add({ path, mode }, from, new Sensitive(new TextEncoder().encode(text)), found)
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
        ofSet: (claim.source.set ?? other.source.set) !== undefined,
      }),
    )
}

function entryOf(source: FileSource): string {
  return `${sourceLabel(source)} (entry ${source.position} of objects)`
}
