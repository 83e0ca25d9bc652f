import jmespath from 'jmespath'
import { functionRules } from './functions.ts'

declare module 'jmespath' {
  /** Parses an expression; @types/jmespath leaves it out. */
  export function compile(expression: string): unknown
  export function tokenize(expression: string): readonly { readonly type: string; readonly start: number }[]
}

/** Where an expression stops being JMESPath: a character counted from 1, and why. */
export interface SyntaxFault {
  readonly position: number
  readonly reason: string
}

/** A JMESPath expression, read and checked. `chain` is whatever hands its result on: `.`, `|`, `[0]`. */
export type JmesNode =
  | { readonly type: 'current' }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'index'; readonly at: number }
  | {
      readonly type: 'slice'
      readonly from: number | null
      readonly to: number | null
      readonly step: number
    }
  | { readonly type: 'literal'; readonly value: unknown }
  | { readonly type: 'chain'; readonly steps: readonly [JmesNode, JmesNode] }
  | {
      readonly type: 'projection'
      readonly over: 'list' | 'values'
      readonly left: JmesNode
      readonly each: JmesNode
    }
  | {
      readonly type: 'filter'
      readonly left: JmesNode
      readonly each: JmesNode
      readonly condition: JmesNode
    }
  | { readonly type: 'flatten'; readonly of: JmesNode }
  | { readonly type: 'list'; readonly items: readonly JmesNode[] }
  | { readonly type: 'hash'; readonly entries: readonly (readonly [key: string, value: JmesNode])[] }
  | { readonly type: 'either' | 'both'; readonly sides: readonly [JmesNode, JmesNode] }
  | { readonly type: 'not'; readonly of: JmesNode }
  | { readonly type: 'compare'; readonly operator: string; readonly sides: readonly [JmesNode, JmesNode] }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly JmesNode[] }
  | { readonly type: 'reference'; readonly body: JmesNode }

const maxLength = 4096
/** Deeper than any expression in use, and far from the end of the stack. */
const maxDepth = 250

/** Parses a JMESPath expression (jmespath.org, by the package jmespath); a fault if it is none, never a throw. */
export function readExpression(
  expression: string,
): { readonly node: JmesNode } | { readonly fault: SyntaxFault } {
  if (expression.length > maxLength) {
    return { fault: { position: maxLength + 1, reason: `it is longer than ${maxLength} characters` } }
  }
  const unreadable = firstUnreadable(expression)
  if (unreadable !== undefined) return { fault: unreadable }
  // The package knows no carriage return, which Windows line ends put between tokens.
  const text = expression.replace(tokenPattern, (token) =>
    /^\s+$/.test(token) ? ' '.repeat(token.length) : token,
  )
  try {
    return { node: readNode(jmespath.compile(text), 0) }
  } catch (error) {
    // The parser's own texts name its token classes, not the place: the place is looked up instead.
    if (error instanceof NodeFault) return { fault: { position: 1, reason: error.message } }
    if (error instanceof RangeError) return { fault: { position: 1, reason: tooDeep } }
    return { fault: firstUnexpected(text) }
  }
}

/** The fault of an expression that is not JMESPath, or undefined when it is. */
export function checkExpression(expression: string): SyntaxFault | undefined {
  const read = readExpression(expression)
  return 'fault' in read ? read.fault : undefined
}

/** Whether the expression can give a string for any value at all; `[a, b]` and `a == b` never do. */
export function canBeString(expression: string): boolean {
  const read = readExpression(expression)
  return 'node' in read && mayBeString(read.node)
}

function mayBeString(node: JmesNode): boolean {
  switch (node.type) {
    case 'current':
    case 'field':
    case 'index':
      return true
    case 'literal':
      return typeof node.value === 'string'
    case 'chain':
      return mayBeString(node.steps[1])
    case 'either':
    case 'both':
      return node.sides.some(mayBeString)
    case 'call':
      return functionRules.get(node.name)?.givesString === true
    default:
      return false
  }
}

const tooDeep = 'it is nested too deeply'

/** A fault of the expression as a whole, found after it was parsed. */
class NodeFault extends Error {}

/** One token of the language; a quote that stands alone is one that nobody closed. */
const tokenPattern =
  /"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|'(?:\\[\s\S]|[^'\\])*'|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+|[ \t\n\r]+|\[\??|[<>=!]=?|&&?|\|\|?|[\s\S]/gu

function firstUnreadable(expression: string): SyntaxFault | undefined {
  for (const { 0: token, index } of expression.matchAll(tokenPattern)) {
    const position = index + 1
    if (/^["'`]$/.test(token)) return { position, reason: `the quote ${token} is not closed` }
    if (token === '=') return { position, reason: 'a single = is no operator (write ==)' }
    if (token === '-')
      return { position, reason: 'a - needs a digit after it (names with a dash need "quotes")' }
    if (/^\s+$/.test(token)) continue
    try {
      jmespath.tokenize(token)
    } catch {
      return {
        position,
        reason: `${JSON.stringify(Array.from(token).slice(0, 40).join(''))} is not understood`,
      }
    }
  }
  return undefined
}

/** The parser reads from left to right, so the shortest beginning it rejects ends with the culprit. */
function firstUnexpected(expression: string): SyntaxFault {
  const starts = jmespath.tokenize(expression).map(({ start }) => start)
  const ends = [...starts.slice(1), expression.length]
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isDeadEnd(expression.slice(0, ends[middle]))) high = middle
    else low = middle + 1
  }
  const start = starts[low]
  if (start === undefined) return { position: expression.length + 1, reason: 'it ends too early' }
  const token = expression.slice(start, ends[low]).trim()
  return {
    position: start + 1,
    reason: `${JSON.stringify(Array.from(token).slice(0, 40).join(''))} is not expected here`,
  }
}

/** Whether no continuation can make this beginning an expression: the parser stumbled before its end. */
function isDeadEnd(beginning: string): boolean {
  try {
    jmespath.compile(beginning)
    return false
  } catch (error) {
    return !(error instanceof TypeError) && !/\(EOF\)|: EOF$|value: $/.test((error as Error).message)
  }
}

interface RawNode {
  readonly type: string
  readonly name?: unknown
  readonly value?: unknown
  readonly children?: readonly unknown[]
}

function readNode(raw: unknown, depth: number): JmesNode {
  // `()` and `a.` come out of the parser as an expression with a hole.
  if (raw === undefined) throw new NodeFault('a part of it is empty')
  if (depth > maxDepth) throw new NodeFault(tooDeep)
  const { type, name, value, children = [] } = raw as RawNode
  const child = (at: number) => readNode(children[at], depth + 1)
  switch (type) {
    case 'Current':
    case 'Identity':
      return { type: 'current' }
    case 'Field':
      return { type: 'field', name: String(name) }
    case 'Index':
      return { type: 'index', at: Number(value) }
    case 'Slice':
      return readSlice(children)
    case 'Literal':
      return { type: 'literal', value }
    case 'Subexpression':
    case 'IndexExpression':
    case 'Pipe':
      return { type: 'chain', steps: [child(0), child(1)] }
    case 'Projection':
      return { type: 'projection', over: 'list', left: child(0), each: child(1) }
    case 'ValueProjection':
      return { type: 'projection', over: 'values', left: child(0), each: child(1) }
    case 'FilterProjection':
      return { type: 'filter', left: child(0), each: child(1), condition: child(2) }
    case 'Flatten':
      return { type: 'flatten', of: child(0) }
    case 'MultiSelectList':
      return { type: 'list', items: children.map((_, at) => child(at)) }
    case 'MultiSelectHash':
      return { type: 'hash', entries: (children as RawNode[]).map((pair) => readPair(pair, depth)) }
    case 'OrExpression':
      return { type: 'either', sides: [child(0), child(1)] }
    case 'AndExpression':
      return { type: 'both', sides: [child(0), child(1)] }
    case 'NotExpression':
      return { type: 'not', of: child(0) }
    case 'Comparator':
      return { type: 'compare', operator: String(name), sides: [child(0), child(1)] }
    case 'Function':
      return readCall(name, children, depth)
    default:
      throw new NodeFault('an expression reference (&) stands where no function takes one')
  }
}

function readPair(pair: RawNode, depth: number): readonly [string, JmesNode] {
  return [String(pair.name), readNode(pair.value, depth + 1)]
}

function readSlice(parts: readonly unknown[]): JmesNode {
  const [from, to, step] = parts as readonly (number | null)[]
  if (step === 0) throw new NodeFault('the step of a slice cannot be 0')
  return { type: 'slice', from: from ?? null, to: to ?? null, step: step ?? 1 }
}

/**
 * References (`&a`) are taken only where the function wants one, as they are written: the package would run
 * any object with the right keys as an expression, one out of the secret's value too.
 */
function readCall(name: unknown, children: readonly unknown[], depth: number): JmesNode {
  const rule = typeof name === 'string' ? functionRules.get(name) : undefined
  if (typeof name !== 'string' || rule === undefined) {
    throw new NodeFault(`there is no function ${JSON.stringify(String(name ?? '').slice(0, 40))}`)
  }
  const { length } = rule.takes
  if (rule.variadic === true ? children.length < length : children.length !== length) {
    throw new NodeFault(
      `${name}() takes ${length} argument${length === 1 ? '' : 's'}${rule.variadic === true ? ' or more' : ''}, but has ${children.length}`,
    )
  }
  const args = children.map((child, at): JmesNode => {
    const isReference = (child as RawNode | undefined)?.type === 'ExpressionReference'
    if (rule.takes[at] !== 'reference') return readNode(child, depth + 1)
    if (!isReference) throw new NodeFault(`argument ${at + 1} of ${name}() must be a reference such as &key`)
    return { type: 'reference', body: readNode((child as RawNode).children?.[0], depth + 1) }
  })
  return { type: 'call', name, args }
}
