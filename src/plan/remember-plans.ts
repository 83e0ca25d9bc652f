import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { boundText } from '../errors/bound-text.ts'
import { eventText, KeptFaults, ProviderError } from '../errors/provider-error.ts'
import type { MountRequest } from '../request/mount-request.ts'
import type { MountPlan, ReadSet, Regions } from './mount-plan.ts'
import { planMount } from './plan-mount.ts'

/** What all remembered plans may take, about; the largest possible one has 3.5 MiB. */
const maxBytes = 4 * 2 ** 20
/** What objects of ours take beside their texts, about. */
const bytesOfObject = 300

/** planMount, or what stands in for it. */
export type Planner = (request: MountRequest, regions: Regions) => MountPlan

/**
 * Makes a planMount that remembers its latest plans and refusals: reading the YAML of 20 objects costs 2 ms of CPU, that
 * of thousands a third of a second. Rotation asks for the same text again every two minutes, for every pod, and kubelet
 * tries a class that is refused again and again.
 *
 * A plan follows from the text of the SecretProviderClass and the regions alone, all of which are the key; it
 * names no pod and no identity, and holds nothing secret.
 */
export function rememberPlans(plan: Planner = planMount): Planner {
  const known = new LRUCache<string, MountPlan | ProviderError>({
    maxSize: maxBytes,
    sizeCalculation: bytesOf,
  })
  return (request, regions) => {
    const { pathTranslation, defaultMode, fileOwner, fileGroup, batchReads, objects } = request
    const asked = [regions, pathTranslation, defaultMode, fileOwner, fileGroup, batchReads, objects]
    const text = JSON.stringify(asked)
    const key = createHash('sha256').update(text).digest('base64')
    const found = known.get(key) ?? made(plan, request, regions)
    known.set(key, found)
    if (found instanceof ProviderError) throw found
    return found
  }
}

function made(plan: Planner, request: MountRequest, regions: Regions): MountPlan | ProviderError {
  try {
    return plan(request, regions)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    // As much of it as anybody will see: thousands of mistakes are not kept one by one.
    return new KeptFaults(error.code, boundText(eventText(error)), error.status, { log: error.log })
  }
}

/** What aliases and merge keys share in the text stands in each object of the plan. */
function bytesOf(found: MountPlan | ProviderError): number {
  if (found instanceof ProviderError) return bytesOfObject + 2 * found.message.length
  let bytes = bytesOfObject
  for (const { name, reads, file, extracts, keys } of found.objects) {
    bytes += bytesOfObject * (2 + reads.length) + 2 * (file?.path.length ?? 0)
    for (const read of [{ name }, ...reads]) bytes += 2 * read.name.length
    const texts = reads.flatMap(({ set }) => textsOf(set))
    for (const pattern of [...(keys?.include ?? []), ...(keys?.exclude ?? []), ...texts])
      bytes += bytesOfObject + 2 * pattern.length
    for (const extract of extracts)
      bytes += bytesOfObject + 2 * (extract.expression.length + extract.file.path.length)
  }
  for (const { message } of found.warnings) bytes += bytesOfObject + 2 * message.length
  return bytes
}

function textsOf(set: ReadSet | undefined): readonly string[] {
  if (set === undefined) return []
  const values = set.kind === 'query' ? set.filters.flatMap((filter) => filter.values) : []
  return [...set.include, ...set.exclude, ...values]
}
