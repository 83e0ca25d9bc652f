import type { ClassDocument } from '../../class-file/class-document.ts'
import type { ClassFile } from '../../class-file/read-class-file.ts'
import type { SyncDocument } from '../../class-file/sync-document.ts'
import { type CheckOptions, checkClass } from './check-class.ts'
import type { Diagnostic } from './diagnostic.ts'

/** Everything that `validate` has to say of a file, in its order. */
export function checkFile(
  { file, classes, syncs, faults }: ClassFile,
  options: CheckOptions,
): readonly Diagnostic[] {
  return [
    ...faults.map(({ fault: { code, message }, at }) => ({
      file,
      ...at,
      code,
      severity: 'error' as const,
      message,
    })),
    ...classes.flatMap((each) =>
      checkClass(each, { ...options, syncs: syncs.filter((sync) => isOf(sync, each)) }),
    ),
  ]
}

/** A namespace that one of them leaves out comes from the command that applies both. */
function isOf(sync: SyncDocument, { name, namespace }: ClassDocument): boolean {
  const isNear = sync.namespace === '' || namespace === '' || sync.namespace === namespace
  return isNear && sync.className.text === name
}
