import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expose } from './exposition.ts'

const prometheusText = `# HELP a_total As told.
# TYPE a_total counter
a_total{code="a_total"} 1

# HELP b_bytes A gauge of a_total.
# TYPE b_bytes gauge
b_bytes 2
`
const openMetrics = 'application/openmetrics-text'

for (const [accept, type] of [
  [undefined, 'text/plain'],
  ['*/*', 'text/plain'],
  ['text/plain', 'text/plain'],
  [openMetrics, openMetrics],
  [`${openMetrics}; version=1.0.0; charset=utf-8`, openMetrics],
  [`${openMetrics};version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1`, openMetrics],
  [`${openMetrics};version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.5`, 'text/plain'],
  [`${openMetrics};q=0,text/plain`, 'text/plain'],
  [`${openMetrics};version=9.0.0`, 'text/plain'],
  [`${openMetrics};q=much`, 'text/plain'],
] as const) {
  test(`a scraper that accepts ${accept} gets ${type}`, () => {
    assert.ok(expose(prometheusText, accept).contentType.startsWith(`${type};`))
  })
}

test('plain text stays as it is', () => assert.equal(expose(prometheusText, undefined).body, prometheusText))

test('OpenMetrics names counters without their suffix, has no empty line, and ends with a mark', () => {
  assert.equal(
    expose(prometheusText, openMetrics).body,
    `# HELP a As told.
# TYPE a counter
a_total{code="a_total"} 1
# HELP b_bytes A gauge of a_total.
# TYPE b_bytes gauge
b_bytes 2
# EOF
`,
  )
})
