import jmespath from 'jmespath'
import { isJsonNumber } from '../json/json-number.ts'
import type { JsonValue } from '../json/json-value.ts'
import { functionRules } from './functions.ts'
import { checkGrammar, maxDepth, tooDeep } from './grammar.ts'
import { readTokens, type SyntaxFault, type Token } from './tokens.ts'

declare module 'jmespath' {
  /** Parses an expression; @types/jmespath leaves it out. */
  export function compile(expression: string): unknown
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
  | { readonly type: 'literal'; readonly value: JsonValue }
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

/**
 * Reads a JMESPath expression (jmespath.org); a fault if it is none, never a throw.
 *
 * The package jmespath parses it, after it was held against the grammar. The package never sees a literal,
 * which it would round or unescape wrongly: a literal in its place says which one stood there.
 */
export function readExpression(
  expression: string,
): { readonly node: JmesNode } | { readonly fault: SyntaxFault } {
  if (expression.length > maxLength) {
    return { fault: { position: maxLength + 1, reason: `it is longer than ${maxLength} characters` } }
  }
  // Most of what is written is a name, which needs no parser.
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(expression)) return { node: { type: 'field', name: expression } }
  const read = readTokens(expression)
  if ('fault' in read) return read
  const fault = checkGrammar(read.tokens, expression.length)
  if (fault !== undefined) return { fault }
  const literals: JsonValue[] = []
  try {
    return { node: readNode(jmespath.compile(withoutLiterals(read.tokens, literals)), literals, 0) }
  } catch (error) {
    // The package's own sentences name its classes of tokens, and help nobody.
    const reason = error instanceof NodeFault ? error.message : 'it is not understood'
    return { fault: { position: 1, reason: error instanceof RangeError ? tooDeep : reason } }
  }
}

/** The tokens as the package knows them, and the literals that were taken out. */
function withoutLiterals(tokens: readonly Token[], literals: JsonValue[]): string {
  return tokens
    .map(({ value, text }) => (value === undefined ? text : `\`${literals.push(value) - 1}\``))
    .join(' ')
}

/** The fault of an expression that is not JMESPath, or undefined when it is. */
export function checkExpression(expression: string): SyntaxFault | undefined {
  const read = readExpression(expression)
  return 'fault' in read ? read.fault : undefined
}

/** Whether the expression can give a text, number or boolean for any value at all; `[a, b]` never does. */
export function canBeText(expression: string): boolean {
  const read = readExpression(expression)
  return 'node' in read && mayBeText(read.node)
}

function mayBeText(node: JmesNode): boolean {
  switch (node.type) {
    case 'current':
    case 'field':
    case 'index':
    case 'compare':
    case 'not':
      return true
    case 'literal':
      return typeof node.value === 'string' || typeof node.value === 'boolean' || isJsonNumber(node.value)
    case 'chain':
      return mayBeText(node.steps[1])
    case 'either':
    case 'both':
      return node.sides.some(mayBeText)
    case 'call':
      return functionRules.get(node.name)?.givesStructure !== true
    default:
      return false
  }
}

/** A fault of the expression as a whole, found after it was parsed. */
class NodeFault extends Error {}

interface RawNode {
  readonly type: string
  readonly name?: unknown
  readonly value?: unknown
  readonly children?: readonly unknown[]
}

function readNode(raw: unknown, literals: readonly JsonValue[], depth: number): JmesNode {
  if (depth > maxDepth) throw new NodeFault(tooDeep)
  const { type, name, value, children = [] } = raw as RawNode
  const inner = (each: unknown) => readNode(each, literals, depth + 1)
  const child = (at: number) => inner(children[at])
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
      return { type: 'literal', value: literals[Number(value)] ?? null }
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
      return {
        type: 'hash',
        entries: (children as RawNode[]).map((pair) => [String(pair.name), inner(pair.value)]),
      }
    case 'OrExpression':
      return { type: 'either', sides: [child(0), child(1)] }
    case 'AndExpression':
      return { type: 'both', sides: [child(0), child(1)] }
    case 'NotExpression':
      return { type: 'not', of: child(0) }
    case 'Comparator':
      return { type: 'compare', operator: String(name), sides: [child(0), child(1)] }
    case 'Function':
      return { type: 'call', name: String(name), args: children.map(inner) }
    case 'ExpressionReference':
      return { type: 'reference', body: child(0) }
    default:
      throw new NodeFault('it is not understood')
  }
}

function readSlice(parts: readonly unknown[]): JmesNode {
  const [from, to, step] = parts as readonly (number | null)[]
  return { type: 'slice', from: from ?? null, to: to ?? null, step: step ?? 1 }
}
