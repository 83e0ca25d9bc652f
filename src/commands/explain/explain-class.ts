import type { ClassDocument } from '../../class-file/class-document.ts'
import { quote } from '../../errors/kind.ts'
import type { PlannedObject } from '../../plan/mount-plan.ts'
import { readObjectList } from '../../plan/objects/object-list.ts'
import { checkObjects } from '../../plan/objects/object-rules.ts'
import { assumeRegions } from '../../plan/regions.ts'
import { atOnce } from '../../process/in-turns.ts'
import { readParameters } from '../../request/mount-parameters.ts'
import { checkClass } from '../validate/check-class.ts'
import type { Diagnostic } from '../validate/diagnostic.ts'
import { type AssumedRole, type NeededRead, neededReads } from './needed-policy.ts'

/** What a mount of a class would do, found without AWS. */
export interface ExplainedClass {
  readonly name: string
  readonly regions: readonly string[]
  readonly reads: readonly NeededRead[]
  /** Files that are known without values, in their order. */
  readonly files: readonly string[]
  /** User and group, as `70:70`, of each file that is not root's, by its path. */
  readonly owners: Readonly<Record<string, string>>
  /** Whether there are files besides, of keys of values, of parameters below a path and of secrets of a query. */
  readonly hasMoreFiles: boolean
  /** What there is one file of each, for "one for each …". */
  readonly moreFiles: readonly string[]
  /** The role that reads, where it is not the workload's own. */
  readonly assumedRole: AssumedRole | undefined
}

/**
 * Explains a class, or gives the errors that its mount would be rejected with. `account` is that of objects without
 * ARN, unless a role is assumed: whoever reads as a role sees what its account has.
 */
export function explainClass(
  document: ClassDocument,
  options: { readonly region?: string; readonly account: string },
): ExplainedClass | { readonly errors: readonly Diagnostic[] } {
  const errors = checkClass(document, options).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { errors }
  const values = new Map<string, string>()
  for (const [key, { text }] of document.parameters) if (text !== undefined) values.set(key, text)
  const list = atOnce(readObjectList(values.get('objects') ?? ''))
  const { regions } = assumeRegions(values, list, options.region)
  const { parameters } = readParameters(values)
  const { assumeRole, identityKind, batchReads } = parameters
  const { objects, compositions = [] } = atOnce(
    checkObjects(list, { ...parameters, regions, defaultMode: 0o644 }),
  )
  const files = [
    ...objects.flatMap(({ file, extracts }) => [
      ...(file === undefined ? [] : [file]),
      ...extracts.map((each) => each.file),
    ]),
    ...compositions.map(({ file }) => file),
  ]
  const moreFiles = Array.from(new Set(objects.flatMap(unknownFiles)))
  return {
    name: document.name,
    regions,
    reads: neededReads(
      objects,
      regions,
      assumeRole?.roleArn.split(':')[4] ?? options.account,
      batchReads === true,
    ),
    files: files.map(({ path }) => path),
    owners: Object.fromEntries(
      files
        .filter(({ owner, group }) => (owner ?? group) !== undefined)
        .map(({ path, owner = 0, group = 0 }) => [path, `${owner}:${group}`]),
    ),
    hasMoreFiles: moreFiles.length > 0,
    moreFiles,
    assumedRole: assumeRole && { roleArn: assumeRole.roleArn, passesTags: identityKind === 'podIdentity' },
  }
}

/** What values decide: which keys, which parameters, which secrets. */
function unknownFiles({ name, keys, format, members, reads: [read] }: PlannedObject): readonly string[] {
  const hasKeys = keys !== undefined && format === undefined
  if (members === undefined) return hasKeys ? [`key of object ${quote(name)}`] : []
  const which =
    read?.set?.kind === 'query' ? `secret of the query ${quote(name)}` : `parameter below ${quote(name)}`
  return [hasKeys ? `key of each ${which}` : which]
}
