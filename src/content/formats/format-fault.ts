/** A value that a format cannot hold; the message holds no value. */
export class FormatFault extends Error {
  /** Whose value it is, or which cannot be a name itself. */
  readonly key: string
  readonly isName: boolean

  constructor(key: string, reason: string, isName = false) {
    super(reason)
    this.key = key
    this.isName = isName
  }
}
