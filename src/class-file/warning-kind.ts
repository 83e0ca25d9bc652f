/** A kind of finding. `examples` are messages as they read, for docs/errors.md and `explain`. */
export interface WarningKind {
  /** An error: Kubernetes or AWS will refuse it. A note is for information alone, also under --strict. */
  readonly severity: 'error' | 'warning' | 'note'
  /** What it is at other times. */
  readonly also?: 'warning'
  readonly meaning: string
  readonly remedy: string
  readonly examples: readonly [string, ...string[]]
}

/** What a finding of this kind is, in words: `Error.`, or `Error or warning.` */
export function severityInWords({ severity, also }: WarningKind): string {
  const words = { error: 'Error', warning: 'Warning', note: 'Note' }
  return `${words[severity]}${also === undefined ? '' : ` or ${also}`}.`
}
