import { type CST, Lexer, Parser } from 'yaml'
import { maxNodes } from './tree-builder.ts'

/** `[` and `{` that are open at once, as lists and maps that are nested otherwise. */
export const maxDepth = 32

/** Words, marks, spaces and ends of lines. Of the forms that take most, so many take 10 MiB and a tenth of a second of a core. */
const maxLexemes = 20_000
/** Each begins a value of a list or map in brackets, which takes as much as five words. */
const weightOfComma = 5
/** What readPlainYaml reads, in short. */
export const plainForms =
  'lists and maps of up to 8 levels, keys of letters and digits, values on one line, without tags and block scalars (| and >)'
/** Of what belongs nowhere: the library builds an error for each. */
const maxStray = 20

/**
 * Parses YAML text up to its second document, and looks at each token before anything recurses into it. `tooLarge` is
 * called, and must throw, as soon as a bound is passed: while the text is cut into words, for most of them.
 */
export function* boundedTokens(text: string, tooLarge: (reason: string) => never): Generator<CST.Token> {
  let documents = 0
  let directives = 0
  for (const token of parse(text, tooLarge)) {
    if (token.type === 'document') documents += 1
    if (documents > 1) return
    if (token.type === 'directive') directives += 1
    if (directives > maxStray) tooLarge(`it has more than ${maxStray} directives`)
    refuseExcess(token, tooLarge)
    yield token
    // One is enough to say; text of nothing but errors would cost seconds.
    if (token.type === 'error') return
  }
}

function* parse(text: string, tooLarge: (reason: string) => never): Generator<CST.Token> {
  const parser = new Parser()
  let lexemes = 0
  let open = 0
  let isScalar = false
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += !isScalar && lexeme === ',' ? weightOfComma : 1
    if (lexemes > maxLexemes)
      tooLarge(
        `it has more than ${maxLexemes} words and marks (a comma in brackets counts as five), and more are taken only in the plain forms of YAML, ${plainForms}`,
      )
    if (!isScalar) open += flowDepth(lexeme)
    if (open > maxDepth) tooLarge(tooDeep)
    isScalar = lexeme === scalarFollows
    yield* parser.next(lexeme)
  }
  yield* parser.end()
}

/** What the library's lexer gives before a scalar, which may look like anything. */
const scalarFollows = '\u001f'

function flowDepth(lexeme: string): number {
  if (lexeme === '[' || lexeme === '{') return 1
  return lexeme === ']' || lexeme === '}' ? -1 : 0
}

const tooDeep = `its lists and maps are nested more than ${maxDepth} levels deep`

function refuseExcess(token: CST.Token, tooLarge: (reason: string) => never): void {
  const left: { readonly token: CST.Token; readonly depth: number }[] = [{ token, depth: 0 }]
  let pieces = 0
  let stray = 0
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.depth > maxDepth) tooLarge(tooDeep)
    const depth = next.depth + 1
    if (next.token.type === 'document') {
      pieces += countMarks(next.token.start)
      if (next.token.value) left.push({ token: next.token.value, depth })
    } else if ('items' in next.token) {
      for (const { start, key, value } of next.token.items) {
        pieces += 1 + countMarks(start)
        if (key) left.push({ token: key, depth })
        if (value) left.push({ token: value, depth })
      }
    }
    if ('end' in next.token) stray += countStray(next.token.end)
    if (pieces > maxNodes) tooLarge(`it holds more than ${maxNodes} values`)
    if (stray > maxStray) tooLarge(`more than ${maxStray} pieces of it belong nowhere`)
  }
}

const marks: ReadonlySet<string> = new Set(['anchor', 'tag', 'comma'])

/** What stands before a value: it takes one of each, and the library builds an error for each further one. */
function countMarks(start: readonly CST.SourceToken[]): number {
  return start.filter(({ type }) => marks.has(type)).length
}

const harmless: ReadonlySet<string> = new Set([
  'space',
  'comment',
  'newline',
  'doc-end',
  'flow-seq-end',
  'flow-map-end',
])

/** What follows a value without being a part of anything. */
function countStray(end: readonly CST.SourceToken[] | undefined): number {
  return end?.filter(({ type }) => !harmless.has(type)).length ?? 0
}
