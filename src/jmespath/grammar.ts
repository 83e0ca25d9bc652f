import { functionRules } from './functions.ts'
import { type SyntaxFault, shortened, type Token } from './tokens.ts'

/**
 * Holds tokens against the grammar of the specification (jmespath.org/specification.html#grammar), functions
 * and their arguments included. Gives the first token that cannot stand where it stands.
 *
 * The package's parser is no judge of that: it takes `[:::]`, `f(a b)` and `(a b)`, and says no positions.
 */
export function checkGrammar(tokens: readonly Token[], length: number): SyntaxFault | undefined {
  const cursor = new Cursor(tokens, length)
  try {
    expression(cursor, 0)
    if (cursor.peek() !== undefined) cursor.refuse()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return { position: error.position, reason: error.message }
    throw error
  }
}

/** Deeper than any expression in use, and far from the end of the stack. */
export const maxDepth = 250
const misplacedReference = 'a reference (&) stands where no function takes one'

/** The reason of an expression that would reach the end of the stack. */
export const tooDeep = 'it is nested too deeply'

class Refusal extends Error {
  readonly position: number

  constructor(position: number, reason: string) {
    super(reason)
    this.position = position
  }
}

class Cursor {
  readonly #tokens: readonly Token[]
  readonly #length: number
  #at = 0

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens
    this.#length = length
  }

  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead]?.kind
  }

  /** The next token when it is of one of the kinds. */
  take(...kinds: readonly string[]): Token | undefined {
    const token = this.#tokens[this.#at]
    if (token === undefined || !kinds.includes(token.kind)) return undefined
    this.#at++
    return token
  }

  need(...kinds: readonly string[]): Token {
    return this.take(...kinds) ?? this.refuse()
  }

  /** Of the next token; with a reason the one before it can be meant as well. */
  refuse(reason?: string, token = this.#tokens[this.#at]): never {
    if (token === undefined) throw new Refusal(this.#length + 1, 'it ends too early')
    throw new Refusal(token.start + 1, reason ?? `${shortened(token.text)} is not expected here`)
  }
}

function expression(cursor: Cursor, depth: number): void {
  if (depth > maxDepth) cursor.refuse(tooDeep)
  do {
    while (cursor.take('!')) {}
    operand(cursor, depth)
    while (postfix(cursor, depth)) {}
  } while (cursor.take('|', '||', '&&', '==', '!=', '<', '<=', '>', '>='))
}

function operand(cursor: Cursor, depth: number): void {
  if (cursor.take('literal', 'quoted', '@', '*')) return
  if (cursor.take('(')) {
    expression(cursor, depth + 1)
    cursor.need(')')
    return
  }
  if (named(cursor, depth) || bracket(cursor, depth)) return
  if (cursor.take('[')) multiselectList(cursor, depth)
  else if (cursor.take('{')) multiselectHash(cursor, depth)
  else cursor.refuse(cursor.peek() === '&' ? misplacedReference : undefined)
}

/** What can follow an operand, any number of times. */
function postfix(cursor: Cursor, depth: number): boolean {
  if (!cursor.take('.')) {
    if (bracket(cursor, depth)) return true
    if (cursor.peek() === '[') {
      cursor.need('[')
      cursor.refuse()
    }
    return false
  }
  if (cursor.take('quoted', '*') || named(cursor, depth)) return true
  if (cursor.take('[')) multiselectList(cursor, depth)
  else if (cursor.take('{')) multiselectHash(cursor, depth)
  else cursor.refuse()
  return true
}

/** `[]`, `[?…]`, `[*]`, `[1]` or a slice; nothing is taken when it is a list of expressions. */
function bracket(cursor: Cursor, depth: number): boolean {
  if (cursor.take('[]')) return true
  if (cursor.take('[?')) {
    expression(cursor, depth + 1)
    cursor.need(']')
    return true
  }
  if (cursor.peek() !== '[') return false
  const [first = '', second] = [cursor.peek(1), cursor.peek(2)]
  if (first === '*' && second === ']') {
    cursor.need('[')
    cursor.need('*')
    cursor.need(']')
    return true
  }
  if (first !== 'number' && first !== ':') return false
  cursor.need('[')
  cursor.take('number')
  if (cursor.take(':')) {
    cursor.take('number')
    if (cursor.take(':')) {
      const step = cursor.take('number')
      if (step !== undefined && Number(step.text) === 0)
        cursor.refuse('the step of a slice cannot be 0', step)
    }
  }
  cursor.need(']')
  return true
}

function multiselectList(cursor: Cursor, depth: number): void {
  do expression(cursor, depth + 1)
  while (cursor.take(','))
  cursor.need(']')
}

function multiselectHash(cursor: Cursor, depth: number): void {
  do {
    cursor.need('name', 'quoted')
    cursor.need(':')
    expression(cursor, depth + 1)
  } while (cursor.take(','))
  cursor.need('}')
}

/** A field, or a call of a function. */
function named(cursor: Cursor, depth: number): boolean {
  const name = cursor.take('name')
  if (name === undefined) return false
  if (!cursor.take('(')) return true
  const rule = functionRules.get(name.text)
  if (rule === undefined) return cursor.refuse(`there is no function ${shortened(name.text)}`, name)
  let count = 0
  if (!cursor.take(')')) {
    do {
      count++
      argument(cursor, depth, name.text, count, rule.takes[count - 1] === 'reference')
    } while (cursor.take(','))
    cursor.need(')')
  }
  const { length } = rule.takes
  if (rule.variadic === true ? count >= length : count === length) return true
  const needed = `${length} argument${length === 1 ? '' : 's'}${rule.variadic === true ? ' or more' : ''}`
  return cursor.refuse(`${name.text}() takes ${needed}, but has ${count}`, name)
}

/**
 * References (`&a`) are taken only where the function wants one, as they are written: the package would run
 * any object with the right keys as an expression, one out of the secret's value too.
 */
function argument(cursor: Cursor, depth: number, name: string, at: number, isReference: boolean): void {
  if (isReference && !cursor.take('&')) {
    cursor.refuse(`argument ${at} of ${name}() must be a reference such as &key`)
  }
  expression(cursor, depth + 1)
}
