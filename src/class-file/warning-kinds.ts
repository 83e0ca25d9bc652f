import { errorKinds } from '../errors/provider-error.ts'
import type { PlanWarning } from '../yaml/finding.ts'
import { classWarningKinds } from './class-warning-kinds.ts'
import { objectWarningKinds } from './object-warning-kinds.ts'
import type { WarningKind } from './warning-kind.ts'

/** What `validate` says that is not, or not always, an error of a mount. The codes are API, like those of errors. */
export const warningKinds: Readonly<Record<OwnWarningCode, WarningKind>> = {
  ...classWarningKinds,
  ...objectWarningKinds,
}

/** Codes that errors do not have. */
export type OwnWarningCode = keyof typeof classWarningKinds | keyof typeof objectWarningKinds

/** Stable codes of what fails no mount but is probably not meant; those of fields and parameters are also errors. */
export type WarningCode = OwnWarningCode | PlanWarning['code'] | 'PARAMETER_UNKNOWN'

/** Something that fails no mount by itself, at a line and column counted from 1. */
export interface Warning {
  readonly code: WarningCode
  readonly message: string
  readonly line: number
  readonly column: number
  /** In place of that of its code: an error where there is no doubt that nothing good comes of it. */
  readonly severity?: 'error' | 'warning' | 'note'
}

/** Of a finding that names no severity itself. */
export function severityOf(code: WarningCode): WarningKind['severity'] {
  return isOwn(code) ? warningKinds[code].severity : 'warning'
}

function isOwn(code: WarningCode): code is OwnWarningCode {
  return !Object.hasOwn(errorKinds, code)
}
