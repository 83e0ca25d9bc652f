/** The gRPC statuses a mount may end with: none of those that kubelet takes for "maybe mounted". */
export type FinalStatus =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'INTERNAL'

/**
 * One way to fail. `sentence` is what the user reads. `cause`, `remedy` and `examples` are for the error reference in
 * docs: it shows the sentence of each example, so that a search for the words of an event finds its entry.
 */
export interface ErrorKind<Details> {
  readonly status: FinalStatus
  readonly cause: string
  readonly remedy: string
  readonly examples: readonly [Details, ...Details[]]
  readonly sentence: (details: Details) => string
}

/** Types an entry of the tables by the details that its sentence takes. */
export function kind<Details>(definition: ErrorKind<Details>): ErrorKind<Details> {
  return definition
}

/** Of what is quoted no more is looked at: far more than is shown, so that a token at its end is known for one. */
const readOfQuoted = 1_024
/** Characters. */
const shownOfQuoted = 200

/**
 * A string from outside for use in a sentence: quoted, on one line, cut to 200 characters; a token in the wrong place is
 * not told on.
 */
export function quote(given: string): string {
  // Cut first: a text of 60,000 characters, quoted for each of thousands of aliases, took seconds.
  const text = given.slice(0, readOfQuoted).replace(/eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, '<redacted>')
  // Two units a character at most: of thousands of faults, more of it took a tenth of a second.
  const points = Array.from(text.slice(0, 2 * shownOfQuoted + 2))
  const isCut = points.length > shownOfQuoted || given.length > readOfQuoted
  return JSON.stringify(isCut ? `${points.slice(0, shownOfQuoted).join('')}…` : text)
}

/** Bytes in MiB, for a sentence. */
export function toMiB(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}
