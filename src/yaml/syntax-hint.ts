/** An error of the package yaml, as far as it is looked at. */
interface SyntaxError {
  readonly code: string
  readonly message: string
  readonly pos: readonly [from: number, to: number]
}

/** Where YAML cannot be read, and why, in words that lead to the fix. */
export interface SyntaxReason {
  readonly offset: number
  readonly reason: string
}

/** Says what is wrong where the package's own sentence speaks of its grammar. */
export function syntaxReason(text: string, { code, message, pos: [offset] }: SyntaxError): SyntaxReason {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  const line = text.slice(start, end === -1 ? undefined : end)
  const own = (reason: string, at = offset) => ({ offset: at, reason })
  if (/^[ ]*\t/.test(line)) return own('this line is indented by a tab, where YAML takes spaces')
  const template = line.indexOf('{{')
  if (template !== -1 && line.includes('}}', template))
    return own('this is a Helm template: check what "helm template" prints')
  if (code === 'MISSING_CHAR' && message.startsWith('Missing closing')) {
    const quote = message.includes('"') ? '"' : "'"
    return own('this quote is not closed', openingQuote(text.slice(0, offset + 1), quote) ?? offset)
  }
  if (code === 'BLOCK_AS_IMPLICIT_KEY' && message.startsWith('Nested'))
    return own(
      /: .*: /.test(line.trim())
        ? 'a value that has ": " in it needs quotes'
        : 'the next line is indented deeper than the keys of this map: its keys stand in one column',
    )
  if (message.startsWith('A block sequence may not'))
    return own('this list stands left of where it belongs: below "objects: |" indent it deeper than objects')
  if (message.startsWith('Sequence item without'))
    return own('this line stands left of the keys above it: the keys of one map stand in one column')
  if (message.startsWith('Unexpected scalar at node end'))
    return own('this does not belong to what is before it: put a value behind its key, or indent it deeper')
  if (code === 'BAD_SCALAR_START') return own(`a value that begins with ${text.charAt(offset)} needs quotes`)
  if (code === 'BAD_INDENT' && message.startsWith('Flow'))
    return own(`a ${message.includes('map') ? '{' : '['} is not closed, or what is in it is not indented`)
  return own(message)
}

/** The last quote that begins a value: what follows it closes it nowhere. */
function openingQuote(text: string, quote: string): number | undefined {
  for (let at = text.lastIndexOf(quote); at !== -1; at = text.lastIndexOf(quote, at - 1)) {
    if (/(?:^|[\s:,[{-])$/.test(text.slice(Math.max(0, at - 1), at))) return at
    if (at === 0) break
  }
  return undefined
}
