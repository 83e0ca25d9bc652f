import {
  compareText,
  deepEqual,
  emptyObject,
  type JmesObject,
  type JmesType,
  jmesType,
  jsonText,
  keysOf,
} from './values.ts'
import { type JmesBudget, JmesFault } from './work-budget.ts'

/** What a reference such as `&key` is to the function that gets it. */
export type JmesReference = (element: unknown) => unknown

type ArgumentType = JmesType | 'list of numbers' | 'list of strings' | 'any' | 'reference'

interface FunctionRule {
  /** What each argument may be; the last one repeats when variadic. */
  readonly takes: readonly (ArgumentType | readonly ArgumentType[])[]
  readonly variadic?: true
  readonly givesString?: true
  /** Gets arguments that `takes` was held against, so the casts below are safe. */
  readonly run: (args: readonly unknown[], budget: JmesBudget) => unknown
}

const sortable = ['list of numbers', 'list of strings'] as const

/** The functions of JMESPath (jmespath.org/specification.html#built-in-functions), by name. */
export const functionRules: ReadonlyMap<string, FunctionRule> = new Map(
  Object.entries<FunctionRule>({
    abs: { takes: ['number'], run: ([value]) => Math.abs(value as number) },
    avg: { takes: ['list of numbers'], run: ([list], budget) => average(list as number[], budget) },
    ceil: { takes: ['number'], run: ([value]) => Math.ceil(value as number) },
    contains: { takes: [['list', 'string'], 'any'], run: ([all, one], budget) => contains(all, one, budget) },
    ends_with: {
      takes: ['string', 'string'],
      run: ([text, end], budget) => {
        budget.spendText((end as string).length)
        return (text as string).endsWith(end as string)
      },
    },
    floor: { takes: ['number'], run: ([value]) => Math.floor(value as number) },
    join: {
      takes: ['string', 'list of strings'],
      givesString: true,
      run: ([glue, list], budget) => join(glue as string, list as string[], budget),
    },
    keys: { takes: ['object'], run: ([value], budget) => keysOf(value as JmesObject, budget) },
    length: {
      takes: [['string', 'list', 'object']],
      run: ([value], budget) => lengthOf(value as string | unknown[] | JmesObject, budget),
    },
    map: {
      takes: ['reference', 'list'],
      run: ([each, list], budget) => {
        budget.spend((list as unknown[]).length)
        return (list as unknown[]).map(each as JmesReference)
      },
    },
    max: {
      takes: [sortable],
      givesString: true,
      run: ([list], budget) => extreme(list as Key[], identity, 1, 'max', budget),
    },
    max_by: {
      takes: ['list', 'reference'],
      givesString: true,
      run: ([list, by], budget) => extreme(list as unknown[], by as JmesReference, 1, 'max_by', budget),
    },
    merge: {
      takes: ['object'],
      variadic: true,
      run: (objects, budget) => merge(objects as JmesObject[], budget),
    },
    min: {
      takes: [sortable],
      givesString: true,
      run: ([list], budget) => extreme(list as Key[], identity, -1, 'min', budget),
    },
    min_by: {
      takes: ['list', 'reference'],
      givesString: true,
      run: ([list, by], budget) => extreme(list as unknown[], by as JmesReference, -1, 'min_by', budget),
    },
    not_null: {
      takes: ['any'],
      variadic: true,
      givesString: true,
      run: (values) => values.find((value) => value !== null) ?? null,
    },
    reverse: {
      takes: [['list', 'string']],
      givesString: true,
      run: ([value], budget) => reverse(value as string | unknown[], budget),
    },
    sort: {
      takes: [sortable],
      run: ([list], budget) => sorted(list as Key[], identity, 'sort', budget),
    },
    sort_by: {
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
      run: ([list], budget) => sum(list as number[], budget),
    },
    to_array: { takes: ['any'], run: ([value]) => (Array.isArray(value) ? value : [value]) },
    to_number: { takes: ['any'], run: ([value], budget) => toNumber(value, budget) },
    to_string: {
      takes: ['any'],
      givesString: true,
      run: ([value], budget) => (typeof value === 'string' ? value : jsonText(value, budget)),
    },
    type: {
      takes: ['any'],
      givesString: true,
      run: ([value]) => jmesType(value).replace('list', 'array'),
    },
    values: {
      takes: ['object'],
      run: ([value], budget) => keysOf(value as JmesObject, budget).map((key) => (value as JmesObject)[key]),
    },
  }),
)

/** Calls a function whose name and number of arguments were checked; throws JmesFault for wrong types. */
export function callFunction(name: string, args: readonly unknown[], budget: JmesBudget): unknown {
  const rule = functionRules.get(name)
  if (rule === undefined) throw new JmesFault(`there is no function ${name}()`)
  for (const [at, value] of args.entries()) {
    const allowed = [rule.takes[Math.min(at, rule.takes.length - 1)] ?? 'any'].flat()
    if (allowed.some((type) => isOfType(value, type, budget))) continue
    throw new JmesFault(
      `${name}() takes a ${allowed.join(' or ')} as argument ${at + 1}, but gets ${withArticle(jmesType(value))}`,
    )
  }
  const result = rule.run(args, budget)
  // Overflow of a sum, say: JSON knows no such number.
  return typeof result === 'number' && !Number.isFinite(result) ? null : result
}

/** A type as a noun in a sentence: "a list", "an object", "null". */
export function withArticle(type: JmesType): string {
  if (type === 'null') return type
  return type === 'object' ? 'an object' : `a ${type}`
}

type Key = string | number

function isOfType(value: unknown, type: ArgumentType, budget: JmesBudget): boolean {
  if (type === 'any' || type === 'reference') return true
  if (type !== 'list of numbers' && type !== 'list of strings') return jmesType(value) === type
  if (!Array.isArray(value)) return false
  budget.spend(value.length)
  const wanted = type === 'list of numbers' ? 'number' : 'string'
  return value.every((each) => typeof each === wanted)
}

function identity(value: unknown): unknown {
  return value
}

function sum(list: readonly number[], budget: JmesBudget): number {
  budget.spend(list.length)
  return list.reduce((total, each) => total + each, 0)
}

function average(list: readonly number[], budget: JmesBudget): number | null {
  return list.length === 0 ? null : sum(list, budget) / list.length
}

function contains(all: unknown, one: unknown, budget: JmesBudget): boolean {
  if (Array.isArray(all)) return all.some((each) => deepEqual(each, one, budget))
  // A search is quadratic at worst, so it is paid for as such.
  const text = all as string
  if (typeof one !== 'string') return false
  budget.spendText(text.length * Math.max(1, Math.min(one.length, 16)))
  return text.includes(one)
}

function join(glue: string, list: readonly string[], budget: JmesBudget): string {
  budget.spend(list.length)
  budget.spendText(glue.length * list.length + list.reduce((total, each) => total + each.length, 0))
  return list.join(glue)
}

function lengthOf(value: string | readonly unknown[] | JmesObject, budget: JmesBudget): number {
  if (Array.isArray(value)) return value.length
  if (typeof value !== 'string') return keysOf(value as JmesObject, budget).length
  budget.spendText(value.length)
  let points = 0
  for (const _ of value) points++
  return points
}

function merge(objects: readonly JmesObject[], budget: JmesBudget): JmesObject {
  const merged = emptyObject()
  for (const each of objects) for (const key of keysOf(each, budget)) merged[key] = each[key]
  return merged
}

function reverse(value: string | readonly unknown[], budget: JmesBudget): unknown {
  budget.spend(value.length)
  return typeof value === 'string' ? Array.from(value).reverse().join('') : value.toReversed()
}

/** The key of each element, all strings or all numbers. */
function keysBy(
  list: readonly unknown[],
  by: JmesReference,
  name: string,
  budget: JmesBudget,
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

function compareKeys(first: Key, second: Key, budget: JmesBudget): number {
  budget.spend(1)
  if (typeof first === 'string' && typeof second === 'string') return compareText(first, second, budget)
  return Number(first) - Number(second)
}

/** The first of the greatest (sign 1) or least (sign -1) elements; null for an empty list. */
function extreme(
  list: readonly unknown[],
  by: JmesReference,
  sign: 1 | -1,
  name: string,
  budget: JmesBudget,
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
  budget: JmesBudget,
): readonly unknown[] {
  if (list.length === 0) return []
  const keys = keysBy(list, by, name, budget)
  const order = keys.map((_, at) => at)
  order.sort((first, second) => compareKeys(keys[first] as Key, keys[second] as Key, budget))
  return order.map((at) => list[at])
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function toNumber(value: unknown, budget: JmesBudget): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return null
  budget.spendText(value.length)
  return jsonNumber.test(value) ? Number(value) : null
}
