import type { Answer } from './answer.ts'
import { awsJsonAnswer, Refusal } from './answer.ts'
import { currentVersion } from './find-secret.ts'
import { authorize } from './policy.ts'
import type { StoreRequest } from './store-request.ts'
import type { IndexedSecret } from './world-index.ts'

/** Secrets a call names or a page has, filters, values of a filter. Source: API reference, BatchGetSecretValue. */
const maximumSecrets = 20
const maximumOfFilters = 10
/** AWS does not say what makes it end a page early; the largest values of 20 secrets do not fit here. */
const maximumBytes = 1_048_576

/**
 * Answers BatchGetSecretValue: by names or ARNs, or by filters. Each secret is read as GetSecretValue reads it, with the
 * policies of that action; what keeps one from being read is an entry of Errors.
 */
export function batchGetSecretValue(request: StoreRequest): Answer {
  const { SecretIdList: ids, Filters: filters } = request.input
  if ((ids === undefined) === (filters === undefined))
    throw invalid('You must include either SecretIdList or Filters, but not both.')
  authorizeAll(request, 'BatchGetSecretValue')
  if (ids !== undefined) {
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > maximumSecrets)
      throw tooMany('secretIdList', maximumSecrets)
    return answerWith(request, ids.map(String), Number(request.input.NextToken ?? 0))
  }
  authorizeAll(request, 'ListSecrets')
  const start = Number(request.input.NextToken ?? 0)
  const most = Number(request.input.MaxResults ?? maximumSecrets)
  if (!(most >= 1 && most <= maximumSecrets)) throw tooMany('maxResults', maximumSecrets)
  const found = secretsFound(request).map(({ arn }) => arn)
  return answerWith(request, found, start, most)
}

/** The secrets that the filters of a request let through, in an order that is not that of their names. */
export function secretsFound(request: StoreRequest): readonly IndexedSecret[] {
  const { Filters: filters = [] } = request.input
  if (!Array.isArray(filters) || filters.length > maximumOfFilters) throw tooMany('filters', maximumOfFilters)
  const tests = filters.map(readFilter)
  return [...request.region.secretsByName.values()]
    .filter((secret) => !secret.deleted && tests.every((fits) => fits(secret, request.region.name)))
    .sort((one, other) => (one.order < other.order ? -1 : 1))
}

export function authorizeAll(request: StoreRequest, operation: string): void {
  const action = `secretsmanager:${operation}`
  const all = { action, region: request.region.name, kind: 'secrets', name: '*', resource: '*' } as const
  authorize(request.caller, all, request.index.world)
}

function answerWith(
  request: StoreRequest,
  ids: readonly string[],
  start: number,
  most = maximumSecrets,
): Answer {
  const values: string[] = []
  const errors: object[] = []
  let [next, bytes] = [start, 0]
  for (; next < Math.min(ids.length, start + most); next += 1) {
    const id = ids[next] ?? ''
    try {
      const version = currentVersion(request, id)
      bytes += version.bytes
      if (bytes > maximumBytes && values.length > 0) break
      values.push(version.answer)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message })
    }
  }
  const token = next < ids.length ? `,"NextToken":"${next}"` : ''
  return awsJsonAnswer(`{"Errors":${JSON.stringify(errors)},"SecretValues":[${values.join(',')}]${token}}`)
}

type Fits = (secret: IndexedSecret, region: string) => boolean

/** Prefixes, of which case counts but for descriptions; `all` looks for words; `!` turns a value around. */
function readFilter(filter: unknown): Fits {
  const { Key: key, Values: values } = filter as { Key?: unknown; Values?: unknown }
  const isList = Array.isArray(values) && values.length > 0 && values.length <= maximumOfFilters
  if (!isList) throw tooMany('values', maximumOfFilters)
  const textsOf = texts[String(key)]
  if (textsOf === undefined) throw invalid(`Invalid filter key ${String(key)}.`)
  const starts = values.map(String).map((value): Fits => {
    const wanted = value.replace(/^!/, '')
    const has: Fits = (secret, region) =>
      textsOf(secret, region).some((text) =>
        key === 'description' || key === 'all'
          ? text.toLowerCase().startsWith(wanted.toLowerCase())
          : text.startsWith(wanted),
      )
    return value.startsWith('!') ? (secret, region) => !has(secret, region) : has
  })
  return (secret, region) => starts.some((fits) => fits(secret, region))
}

const texts: Readonly<Record<string, (secret: IndexedSecret, region: string) => readonly string[]>> = {
  name: ({ name }) => [name],
  description: ({ description }) => [description],
  'tag-key': ({ tags }) => Object.keys(tags),
  'tag-value': ({ tags }) => Object.values(tags),
  'primary-region': (_, region) => [region],
  'owning-service': ({ owningService }) => [owningService],
  all: ({ name, description, tags }) =>
    [name, description, ...Object.entries(tags).flat()].flatMap((text) => text.split(/[\s/_+=.@-]+/)),
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidParameterException', message)
}

function tooMany(member: string, most: number): Refusal {
  return new Refusal(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  )
}
