import { fault } from '../../errors/provider-error.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'
import { nearestName } from '../../yaml/nearest-name.ts'
import type { SecretFilter } from '../mount-plan.ts'
import type { ObjectEntry } from '../objects/object-list.ts'
import { positionOf } from './field-position.ts'
import type { FilterEntry } from './filter-entries.ts'
import { filterKeys, longestFilterValue } from './nested-fields.ts'

/** Of a filter. Source: Secrets Manager API reference, BatchGetSecretValue. */
const mostValues = 10
/** Characters of what a query is called in messages. */
const mostWords = 300

/** The filters of a query: at least one, or the class would mount whatever the account has. */
export function filtersOf(
  { filters, objectType, at }: Pick<ObjectEntry, 'filters' | 'objectType' | 'at'>,
  where: string,
  findings: Finding[],
): readonly SecretFilter[] {
  if (filters === 'malformed') return []
  const [first] = filters
  if (first === undefined) {
    const details = { where, field: 'objectType secretsmanagerquery', needs: 'filters' }
    findings.push(finding(fault('FIELD_NEEDS_FIELD', details), positionOf(objectType) ?? at))
  }
  return filters.map((filter) => checkFilter(filter, `${where}, filter ${filter.position}`, findings))
}

/** What messages call a query that has no objectName: what it looks for. */
export function filtersInWords(filters: readonly SecretFilter[]): string {
  const words = filters.map(({ key, values }) => `${key}=${values.join('|')}`).join(', ')
  return words.length > mostWords ? `${words.slice(0, mostWords)}…` : words
}

function checkFilter({ key, values, at }: FilterEntry, where: string, findings: Finding[]): SecretFilter {
  const wrong = (reason: string, position: SourcePosition) =>
    findings.push(finding(fault('FILTER_INVALID', { where, reason }), position))
  if (key === undefined) wrong(`it has no key: write one of ${filterKeys.join(', ')}`, at)
  if (key !== undefined && key !== 'malformed' && !filterKeys.includes(key.text)) {
    const nearest = nearestName(key.text, filterKeys)
    const details = { where, field: 'key', received: key.text, expected: filterKeys }
    const hint = nearest === undefined ? {} : { nearest }
    findings.push(finding(fault('FIELD_VALUE_UNKNOWN', { ...details, ...hint }), key.at))
  }
  const [first] = values
  if (first === undefined) wrong('it has no values: write what to look for', at)
  else if (values.length > mostValues)
    wrong(`it has ${values.length} values, and AWS takes ${mostValues} at most`, first.at)
  for (const { text, at: position } of values) {
    if (text.length > longestFilterValue)
      wrong(`a value has ${text.length} characters, and AWS takes ${longestFilterValue} at most`, position)
    // Source: Secrets Manager API reference, Filter.
    else if (!/^!?[a-zA-Z0-9 :_@/+=.!-]*$/.test(text))
      wrong(
        'a value has characters that AWS does not take: it takes letters, digits, blanks and :_@/+=.-!',
        position,
      )
  }
  return {
    key: key === undefined || key === 'malformed' ? '' : key.text,
    values: values.map(({ text }) => text),
  }
}
