import type { ClassFile } from '../../class-file/read-class-file.ts'
import { type CheckOptions, checkClass } from './check-class.ts'
import type { Diagnostic } from './diagnostic.ts'

/** Everything that `validate` has to say of a file, in its order. */
export function checkFile(
  { file, classes, faults }: ClassFile,
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
    ...classes.flatMap((each) => checkClass(each, options)),
  ]
}
