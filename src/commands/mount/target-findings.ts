import type { MountTarget } from '../../class-file/pick-targets.ts'
import { type CheckOptions, checkClass } from '../validate/check-class.ts'
import { type Diagnostic, inOrder } from '../validate/diagnostic.ts'

/** What `validate` says of a class, and that its name cannot be that of its directory. */
export function targetFindings(
  { document, nameFault }: MountTarget,
  options: CheckOptions,
): readonly Diagnostic[] {
  const findings = checkClass(document, options)
  // A class with generateName has no name yet, which is wrong only where it would be that of a directory.
  if (nameFault === undefined || findings.some(({ code }) => code === nameFault.code)) return findings
  const { code, message } = nameFault
  return inOrder([{ file: document.file, ...document.at, code, severity: 'error', message }, ...findings])
}
