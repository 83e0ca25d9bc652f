import { isJsonNumber, type JsonNumber, parseNumber, toDouble } from '../json/json-number.ts'
import { jsonText } from '../json/json-text.ts'
import { unitsOfMade, type WorkBudget } from '../json/work-budget.ts'
import {
  compareText,
  deepEqual,
  type JmesObject,
  type JmesType,
  jmesType,
  keysOf,
  orderOf,
  valuesOf,
} from './values.ts'

/** A function that was called with what it cannot take; the message holds no data. */
export class JmesFault extends Error {}

/** What a reference such as `&key` is to the function that gets it. */
export type JmesReference = (element: unknown) => unknown

type ArgumentType = JmesType | 'list of numbers' | 'list of strings' | 'any' | 'reference'

interface FunctionRule {
  /** What each argument may be; the last one repeats when variadic. */
  readonly takes: readonly (ArgumentType | readonly ArgumentType[])[]
  readonly variadic?: true
  /** A list or an object, never a text, number or boolean. */
  readonly givesStructure?: true
  /** Gets arguments that `takes` was held against, so the casts below are safe. */
  readonly run: (args: readonly unknown[], budget: WorkBudget) => unknown
}

const sortable = ['list of numbers', 'list of strings'] as const

/** The functions of JMESPath (jmespath.org/specification.html#built-in-functions), by name. */
export const functionRules: ReadonlyMap<string, FunctionRule> = new Map(
  Object.entries<FunctionRule>({
    abs: { takes: ['number'], run: ([value], budget) => Math.abs(toDouble(value as JsonNumber, budget)) },
    avg: { takes: ['list of numbers'], run: ([list], budget) => average(list as JsonNumber[], budget) },
    ceil: { takes: ['number'], run: ([value], budget) => Math.ceil(toDouble(value as JsonNumber, budget)) },
    contains: { takes: [['list', 'string'], 'any'], run: ([all, one], budget) => contains(all, one, budget) },
    ends_with: {
      takes: ['string', 'string'],
      run: ([text, end], budget) => {
        budget.spendText((end as string).length)
        return (text as string).endsWith(end as string)
      },
    },
    floor: {
      takes: ['number'],
      run: ([value], budget) => Math.floor(toDouble(value as JsonNumber, budget)),
    },
    join: {
      takes: ['string', 'list of strings'],
      run: ([glue, list], budget) => join(glue as string, list as string[], budget),
    },
    keys: {
      takes: ['object'],
      givesStructure: true,
      run: ([value], budget) => keysOf(value as JmesObject, budget),
    },
    length: {
      takes: [['string', 'list', 'object']],
      run: ([value], budget) => lengthOf(value as string | unknown[] | JmesObject, budget),
    },
    map: {
      givesStructure: true,
      takes: ['reference', 'list'],
      run: ([each, list], budget) => {
        budget.spend((list as unknown[]).length)
        return (list as unknown[]).map(each as JmesReference)
      },
    },
    max: {
      takes: [sortable],
      run: ([list], budget) => extreme(list as Key[], identity, 1, 'max', budget),
    },
    max_by: {
      takes: ['list', 'reference'],
      run: ([list, by], budget) => extreme(list as unknown[], by as JmesReference, 1, 'max_by', budget),
    },
    merge: {
      givesStructure: true,
      takes: ['object'],
      variadic: true,
      run: (objects, budget) => merge(objects as JmesObject[], budget),
    },
    min: {
      takes: [sortable],
      run: ([list], budget) => extreme(list as Key[], identity, -1, 'min', budget),
    },
    min_by: {
      takes: ['list', 'reference'],
      run: ([list, by], budget) => extreme(list as unknown[], by as JmesReference, -1, 'min_by', budget),
    },
    not_null: {
      takes: ['any'],
      variadic: true,
      run: (values) => values.find((value) => value !== null) ?? null,
    },
    reverse: {
      takes: [['list', 'string']],
      run: ([value], budget) => reverse(value as string | unknown[], budget),
    },
    sort: {
      givesStructure: true,
      takes: [sortable],
      run: ([list], budget) => sorted(list as Key[], identity, 'sort', budget),
    },
    sort_by: {
      givesStructure: true,
      takes: ['list', 'reference'],
      run: ([list, by], budget) => sorted(list as unknown[], by as JmesReference, 'sort_by', budget),
    },
    starts_with: {
      takes: ['string', 'string'],
      run: ([text, start], budget) => {
        budget.spendText((start as string).length)
        return (text as string).startsWith(start as string)
      },
    },
    sum: {
      takes: ['list of numbers'],
      run: ([list], budget) => sum(list as JsonNumber[], budget),
    },
    to_array: {
      takes: ['any'],
      givesStructure: true,
      run: ([value]) => (Array.isArray(value) ? value : [value]),
    },
    to_number: { takes: ['any'], run: ([value], budget) => toNumber(value, budget) },
    to_string: {
      takes: ['any'],
      run: ([value], budget) => (typeof value === 'string' ? value : jsonText(value, budget)),
    },
    type: {
      takes: ['any'],
      run: ([value]) => jmesType(value).replace('list', 'array'),
    },
    values: {
      givesStructure: true,
      takes: ['object'],
      run: ([value], budget) => valuesOf(value as JmesObject, budget),
    },
  }),
)

/** Calls a function whose name and number of arguments were checked; throws JmesFault for wrong types. */
export function callFunction(name: string, args: readonly unknown[], budget: WorkBudget): unknown {
  const rule = functionRules.get(name)
  if (rule === undefined) throw new JmesFault(`there is no function ${name}()`)
  for (const [at, value] of args.entries()) {
    const allowed = [rule.takes[Math.min(at, rule.takes.length - 1)] ?? 'any'].flat()
    if (allowed.some((type) => isOfType(value, type, budget))) continue
    throw new JmesFault(
      `${name}() takes a ${allowed.join(' or ')} as argument ${at + 1}, but gets ${withArticle(jmesType(value))}`,
    )
  }
  if (rule.givesStructure === true) budget.spend(unitsOfMade)
  const result = rule.run(args, budget)
  if (typeof result !== 'number' || Number.isFinite(result)) return result
  throw new JmesFault(`${name}() gives a number beyond what it can compute with`)
}

/** A type as a noun in a sentence: "a list", "an object", "null". */
export function withArticle(type: JmesType): string {
  if (type === 'null') return type
  return type === 'object' ? 'an object' : `a ${type}`
}

type Key = string | JsonNumber

function isOfType(value: unknown, type: ArgumentType, budget: WorkBudget): boolean {
  if (type === 'any' || type === 'reference') return true
  if (type !== 'list of numbers' && type !== 'list of strings') return jmesType(value) === type
  if (!Array.isArray(value)) return false
  budget.spend(value.length)
  return value.every(type === 'list of numbers' ? isJsonNumber : isString)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function identity(value: unknown): unknown {
  return value
}

function sum(list: readonly JsonNumber[], budget: WorkBudget): number {
  budget.spend(list.length)
  return list.reduce<number>((total, each) => total + toDouble(each, budget), 0)
}

function average(list: readonly JsonNumber[], budget: WorkBudget): number | null {
  return list.length === 0 ? null : sum(list, budget) / list.length
}

function contains(all: unknown, one: unknown, budget: WorkBudget): boolean {
  if (Array.isArray(all)) return all.some((each) => deepEqual(each, one, budget))
  // A search is quadratic at worst, so it is paid for as such; that for a long text skips most of it, as a rule.
  const text = all as string
  if (typeof one !== 'string') return false
  budget.spendText(text.length * Math.max(1, Math.min(one.length, 16), one.length / 64))
  return text.includes(one)
}

function join(glue: string, list: readonly string[], budget: WorkBudget): string {
  budget.spend(list.length)
  budget.spendText(glue.length * list.length + list.reduce((total, each) => total + each.length, 0))
  return list.join(glue)
}

function lengthOf(value: string | readonly unknown[] | JmesObject, budget: WorkBudget): number {
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'string') return (value as JmesObject).size
  budget.spendText(value.length)
  let points = 0
  for (const _ of value) points++
  return points
}

function merge(objects: readonly JmesObject[], budget: WorkBudget): JmesObject {
  const merged = new Map<string, unknown>()
  for (const each of objects) {
    budget.spend(each.size)
    for (const [key, value] of each) merged.set(key, value)
  }
  return merged
}

function reverse(value: string | readonly unknown[], budget: WorkBudget): unknown {
  budget.spend(value.length)
  return typeof value === 'string' ? Array.from(value).reverse().join('') : value.toReversed()
}

/** The key of each element, all strings or all numbers. */
function keysBy(
  list: readonly unknown[],
  by: JmesReference,
  name: string,
  budget: WorkBudget,
): readonly Key[] {
  budget.spend(list.length)
  const keys = list.map(by)
  const type = jmesType(keys[0])
  for (const key of keys) {
    if (jmesType(key) === type && (type === 'string' || type === 'number')) continue
    throw new JmesFault(
      `${name}() needs keys that are all strings or all numbers, but finds ${withArticle(jmesType(key))}`,
    )
  }
  return keys as Key[]
}

function compareKeys(first: Key, second: Key, budget: WorkBudget): number {
  budget.spend(1)
  if (typeof first === 'string' && typeof second === 'string') return compareText(first, second, budget)
  return orderOf(first as JsonNumber, second as JsonNumber, budget)
}

/** The first of the greatest (sign 1) or least (sign -1) elements; null for an empty list. */
function extreme(
  list: readonly unknown[],
  by: JmesReference,
  sign: 1 | -1,
  name: string,
  budget: WorkBudget,
): unknown {
  if (list.length === 0) return null
  const keys = keysBy(list, by, name, budget)
  let best = 0
  for (let at = 1; at < keys.length; at++) {
    if (compareKeys(keys[at] as Key, keys[best] as Key, budget) * sign > 0) best = at
  }
  return list[best]
}

function sorted(
  list: readonly unknown[],
  by: JmesReference,
  name: string,
  budget: WorkBudget,
): readonly unknown[] {
  if (list.length === 0) return []
  const keys = keysBy(list, by, name, budget)
  const order = keys.map((_, at) => at)
  order.sort((first, second) => compareKeys(keys[first] as Key, keys[second] as Key, budget))
  return order.map((at) => list[at])
}

function toNumber(value: unknown, budget: WorkBudget): JsonNumber | null {
  if (isJsonNumber(value)) return value
  if (typeof value !== 'string') return null
  budget.spendText(value.length)
  return parseNumber(value) ?? null
}
