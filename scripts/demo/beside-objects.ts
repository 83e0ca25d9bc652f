/** An entry of `objects` as it is written, with what an error text says of it. */
export interface TextWithErrors {
  readonly yaml: string
  readonly errors: readonly string[]
}

/**
 * Puts the lines of an error text beside the entries of `objects` that they speak of, by name or by number from 1 on.
 * What speaks of no entry comes last, with an empty `yaml`.
 * @param objects one entry after another, each begun by "- objectName: NAME"
 */
export function besideObjects(objects: string, errorText: string): readonly TextWithErrors[] {
  const entries = objects
    .split(/^(?=- )/m)
    .map((text) => text.trimEnd())
    .filter(Boolean)
  const names = entries.map((text) => /^- objectName: *"?([^"\n]*)/.exec(text)?.[1])
  const lines = errorText.split('\n').filter(Boolean)
  const about = (line: string) => {
    const [, name, number] = /\bobject (?:"([^"]+)"|(\d+))/.exec(line) ?? []
    return name === undefined ? Number(number ?? 0) - 1 : names.indexOf(name)
  }
  const of = (wanted: number) => lines.filter((line) => about(line) === wanted)
  const rest = lines.filter((line) => entries[about(line)] === undefined)
  return [
    ...entries.map((yaml, at) => ({ yaml, errors: of(at) })),
    ...(rest.length > 0 ? [{ yaml: '', errors: rest }] : []),
  ]
}
