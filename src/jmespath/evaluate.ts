import { isJsonNumber } from '../json/json-number.ts'
import { unitsOfMade, type WorkBudget } from '../json/work-budget.ts'
import { callFunction } from './functions.ts'
import type { JmesNode } from './syntax.ts'
import { deepEqual, isFalse, isJmesObject, orderOf, valuesOf } from './values.ts'

/**
 * Applies an expression to data as parseJson gives it; null where it finds nothing.
 *
 * Why not the package's own evaluation: it calls `hasOwnProperty` on the data (which fails without prototypes and can
 * be overridden by a key of that name with them), runs data that looks like a syntax tree as an expression, and has no
 * limit: `[@,@]|[@,@]|…|to_string(@)` ends the process. Here objects are Maps, numbers keep their digits, and each step
 * is paid from the budget.
 *
 * @throws {JmesFault} or CostFault, without a value in its text.
 */
export function evaluate(node: JmesNode, data: unknown, budget: WorkBudget): unknown {
  budget.spend(1)
  const visit = (next: JmesNode, value: unknown) => evaluate(next, value, budget)
  switch (node.type) {
    case 'current':
      return data
    case 'field':
      return isJmesObject(data) ? (data.get(node.name) ?? null) : null
    case 'index':
      return Array.isArray(data) ? (data.at(node.at) ?? null) : null
    case 'slice':
      return Array.isArray(data) ? slice(data, node.from, node.to, node.step, budget) : null
    case 'literal':
      return node.value
    case 'chain':
      return visit(node.steps[1], visit(node.steps[0], data))
    case 'projection':
      return project(elements(visit(node.left, data), node.over, budget), node.each, budget)
    case 'filter': {
      const list = elements(visit(node.left, data), 'list', budget)
      const kept = list?.filter((each) => !isFalse(visit(node.condition, each)))
      return project(kept, node.each, budget)
    }
    case 'flatten':
      return flatten(visit(node.of, data), budget)
    case 'list': {
      if (data === null) return null
      budget.spend(unitsOfMade)
      return node.items.map((item) => visit(item, data))
    }
    case 'hash': {
      if (data === null) return null
      budget.spend(unitsOfMade)
      return new Map(node.entries.map(([key, value]) => [key, visit(value, data)]))
    }
    case 'either': {
      const first = visit(node.sides[0], data)
      return isFalse(first) ? visit(node.sides[1], data) : first
    }
    case 'both': {
      const first = visit(node.sides[0], data)
      return isFalse(first) ? first : visit(node.sides[1], data)
    }
    case 'not':
      return isFalse(visit(node.of, data))
    case 'compare':
      return compare(node.operator, visit(node.sides[0], data), visit(node.sides[1], data), budget)
    case 'call':
      return callFunction(
        node.name,
        node.args.map((arg) => visit(arg, data)),
        budget,
      )
    case 'reference':
      return (element: unknown) => visit(node.body, element)
  }
}

function elements(
  value: unknown,
  over: 'list' | 'values',
  budget: WorkBudget,
): readonly unknown[] | undefined {
  if (over === 'list') return Array.isArray(value) ? value : undefined
  return isJmesObject(value) ? valuesOf(value, budget) : undefined
}

/** What is not a list has no projection, and elements that give null drop out of it. */
function project(list: readonly unknown[] | undefined, each: JmesNode, budget: WorkBudget): unknown {
  if (list === undefined) return null
  budget.spend(list.length)
  return list.map((element) => evaluate(each, element, budget)).filter((result) => result !== null)
}

function flatten(value: unknown, budget: WorkBudget): unknown {
  if (!Array.isArray(value)) return null
  budget.spend(value.reduce((total, each) => total + (Array.isArray(each) ? each.length : 1), 0))
  return value.flat()
}

function slice(
  list: readonly unknown[],
  from: number | null,
  to: number | null,
  step: number,
  budget: WorkBudget,
): readonly unknown[] {
  const { length } = list
  const lowest = step > 0 ? 0 : -1
  const highest = step > 0 ? length : length - 1
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + length : at, lowest), highest)
  const start = from === null ? (step > 0 ? lowest : highest) : clamp(from)
  const end = to === null ? (step > 0 ? highest : lowest) : clamp(to)
  const taken: unknown[] = []
  for (let at = start; step > 0 ? at < end : at > end; at += step) {
    budget.spend(1)
    taken.push(list[at])
  }
  return taken
}

/** Order is defined for numbers only (the specification); of anything else the result is null. */
function compare(operator: string, first: unknown, second: unknown, budget: WorkBudget): boolean | null {
  if (operator === 'EQ') return deepEqual(first, second, budget)
  if (operator === 'NE') return !deepEqual(first, second, budget)
  if (!isJsonNumber(first) || !isJsonNumber(second)) return null
  const order = orderOf(first, second, budget)
  if (operator === 'GT') return order > 0
  if (operator === 'GTE') return order >= 0
  return operator === 'LT' ? order < 0 : order <= 0
}
