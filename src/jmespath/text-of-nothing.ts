import type { WorkBudget } from '../json/work-budget.ts'
import { evaluate } from './evaluate.ts'
import type { JmesNode } from './syntax.ts'
import { isFalse } from './values.ts'

/**
 * Tells whether an expression that gives the string `null` gives it because its to_string() was given nothing: a key that
 * is missing, or null. `a && to_string(a)` gives null instead, which is no string.
 */
export function isTextOfNothing(node: JmesNode, data: unknown, budget: WorkBudget): boolean {
  switch (node.type) {
    case 'call': {
      const [given] = node.args
      return node.name === 'to_string' && given !== undefined && evaluate(given, data, budget) === null
    }
    case 'chain':
      return isTextOfNothing(node.steps[1], evaluate(node.steps[0], data, budget), budget)
    case 'either': {
      const [first, second] = node.sides
      const taken = isFalse(evaluate(first, data, budget)) ? second : first
      return isTextOfNothing(taken, data, budget)
    }
    case 'both':
      return isTextOfNothing(node.sides[1], data, budget)
    default:
      return false
  }
}
