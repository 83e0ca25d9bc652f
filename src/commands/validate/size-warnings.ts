import type { ClassDocument } from '../../class-file/class-document.ts'
import type { Warning } from '../../class-file/warning-kinds.ts'
import { fault, type ProviderError } from '../../errors/provider-error.ts'
import { largestValue } from '../../plan/most-bytes.ts'
import type { PlannedObject } from '../../plan/mount-plan.ts'
import { maxRequestBytes } from '../../request/request-size.ts'

/** Files of one volume from which on the cluster feels them: its status object has some 130 bytes for each. */
const manyFiles = 1_000
/** What the driver receives, and what a volume may hold, unless flags say otherwise. */
const driverLimit = 4 * 1024 * 1024
const volumeLimit = 8 * 1024 * 1024
/** What the driver adds to the parameters: names of the pod, two tokens, the path. */
const addedBytes = 6 * 1024

interface SizedClass {
  readonly document: ClassDocument
  readonly values: ReadonlyMap<string, string>
  readonly planned: readonly PlannedObject[] | undefined
}

/** What is larger than is good for it. */
export function sizeWarnings({ document, values, planned = [] }: SizedClass): readonly Warning[] {
  const at = document.parameters.get('objects')?.keyPosition ?? document.parametersPosition
  const found: Warning[] = []
  const warn = (code: Warning['code'], message: string) => found.push({ code, message, ...at })
  const request = requestBytes(values)
  if (request > maxRequestBytes / 2 && request <= maxRequestBytes) {
    warn(
      'REQUEST_MAY_BE_TOO_LARGE',
      `the request of a mount will have about ${toKiB(request)} KiB, and over ${toKiB(maxRequestBytes)} KiB it is refused: spread the objects over several classes before it comes to that`,
    )
  }
  // What keys come to is known from the value alone: one file at least.
  const filesOf = ({ file, keys, extracts }: PlannedObject) =>
    (file === undefined ? 0 : 1) + (keys === undefined ? 0 : 1) + extracts.length
  const files = planned.reduce((sum, object) => sum + filesOf(object), 0)
  if (files > manyFiles) {
    warn(
      'MANY_FILES',
      `the class comes to ${files} files: each takes at least 4 KiB of memory on its node and a line of the pod's status in the cluster; a few files that hold JSON serve as well`,
    )
  }
  const bytes = planned.reduce((sum, object) => sum + largestValue[object.store] * filesOf(object), 0)
  if (bytes > driverLimit) {
    warn(
      'RESPONSE_MAY_BE_TOO_LARGE',
      `values of the largest size would come to ${toKiB(bytes)} KiB: with --driver-writes-secrets an answer over 4096 KiB fails unless --max-call-recv-msg-size of the driver and --max-response-bytes of the provider are raised`,
    )
  }
  if (bytes > volumeLimit) {
    warn(
      'VOLUME_MAY_BE_TOO_LARGE',
      `values of the largest size would come to ${toKiB(bytes)} KiB: a volume over ${toKiB(volumeLimit)} KiB fails unless --max-volume-bytes of the provider is raised`,
    )
  }
  return found
}

/** The fault of a class whose request no mount will take. */
export function requestFault(values: ReadonlyMap<string, string>): readonly ProviderError[] {
  const bytes = requestBytes(values)
  return bytes > maxRequestBytes ? [fault('REQUEST_TOO_LARGE', { bytes, maxBytes: maxRequestBytes })] : []
}

/** About what the driver's request will have: parameters in JSON as Go writes it, and what the driver adds. */
function requestBytes(values: ReadonlyMap<string, string>): number {
  let bytes = addedBytes
  for (const [key, text] of values) bytes += goJsonBytes(key) + goJsonBytes(text) + 2
  return bytes
}

/** Go escapes <, > and &, six bytes each, where JSON need not. Source: encoding/json, Marshal. */
function goJsonBytes(text: string): number {
  const escaped = text.match(/[<>&\u2028\u2029]/g)?.length ?? 0
  return Buffer.byteLength(JSON.stringify(text)) + 5 * escaped
}

function toKiB(bytes: number): number {
  return Math.round(bytes / 1024)
}
