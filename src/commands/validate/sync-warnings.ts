import type { SyncDocument } from '../../class-file/sync-document.ts'
import type { Warning } from '../../class-file/warning-kinds.ts'
import { fault } from '../../errors/provider-error.ts'
import { parseGoBoolean } from '../../go-syntax/boolean.ts'
import { nearestName } from '../../yaml/nearest-name.ts'

/** What a SecretSync needs to know of its class. */
interface SyncedClass {
  /** Its parameters that are texts. */
  readonly values: ReadonlyMap<string, string>
  /** Its files; undefined where they are not known. */
  readonly files: readonly string[] | undefined
}

/** What keeps SecretSyncs that stand beside their class from making their Secrets. */
export function syncWarnings(syncs: readonly SyncDocument[], checked: SyncedClass): readonly Warning[] {
  return syncs.flatMap((sync) => [
    ...podIdentity(sync, checked),
    ...region(sync, checked),
    ...sourcePaths(sync, checked),
  ])
}

function podIdentity({ className }: SyncDocument, { values }: SyncedClass): readonly Warning[] {
  if (parseGoBoolean(values.get('usePodIdentity') ?? '') !== true) return []
  const { message } = fault('SYNC_WITH_POD_IDENTITY', {})
  return [{ code: 'SYNC_CANNOT_WORK', message, ...className.at }]
}

function region({ className }: SyncDocument, { values }: SyncedClass): readonly Warning[] {
  if ((values.get('region') ?? '') !== '') return []
  const message =
    'the class names no region, and without a pod there is no node to take it from: set the parameter region, or AWS_REGION in the provider beside the controller'
  return [{ code: 'SYNC_WITHOUT_REGION', message, ...className.at }]
}

function sourcePaths({ sourcePaths: given }: SyncDocument, { files }: SyncedClass): readonly Warning[] {
  return given.flatMap(({ text, at }): readonly Warning[] => {
    const path = JSON.stringify(text.slice(0, 200))
    if (!isTaken(text)) {
      const message = `sourcePath ${path} is refused by the controller, which takes letters and digits with "-", "." and "_" between them: give the object an objectAlias such as "db-url", and write that`
      return [{ code: 'SYNC_CANNOT_WORK', message, ...at }]
    }
    if (files === undefined || files.includes(text)) return []
    const nearest = nearestName(text, files)
    const advice =
      nearest === undefined
        ? 'write the objectAlias, or the objectName with "_" for each "/"'
        : `did you mean ${JSON.stringify(nearest)}?`
    const message = `sourcePath ${path} is not a file of the class; ${advice}`
    return [{ code: 'SYNC_SOURCE_MISSING', message, ...at }]
  })
}

/** As the pattern of the controller's CRD has it, where that leaves no doubt. A number after a slash is its own. */
function isTaken(path: string): boolean {
  const [name = '', ...more] = path.split('/')
  if (!more.every((part) => /^\d+$/.test(part))) return false
  if (name.length < 2) return /^[A-Za-z\d.]$/.test(name)
  return /^[A-Za-z\d.][-A-Za-z\d][-._A-Za-z\d]*$/.test(name) && !/[._](?:[-._]|$)/.test(name.slice(1))
}
