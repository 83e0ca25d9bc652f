import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { headingAnchors } from '../scripts/docs/read-markdown.ts'
import { errorKinds } from '../src/errors/provider-error.ts'
import { processGauges } from '../src/observe/process-metrics.ts'

/**
 * node .ci/check-monitoring.ts <metrics page>
 * Fails when an alert, the dashboard or the documentation names a metric that the provider does not have, or when the
 * documentation leaves one out; and when an alert leads to no entry of the documentation.
 */
const [page] = process.argv.slice(2)
if (page === undefined) throw new Error('Say which file has the metrics')
const names = new Set(
  [...readFileSync(page, 'utf8').matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
)
// A page leaves out what its machine does not tell, such as a memory limit where there is none.
for (const { name } of processGauges) names.add(name)
const texts = [
  'deployment/monitoring/alerts.yaml',
  'deployment/monitoring/dashboard.json',
  'docs/observability.md',
]
const problems = texts.flatMap((file) =>
  [...new Set(readFileSync(file, 'utf8').match(/\b(ascp|process|nodejs)_[a-z0-9_]+\b/g))]
    .filter((name) => !names.has(name))
    .map((name) => `${file} names ${name}, which there is not`),
)
const documentation = readFileSync('docs/observability.md', 'utf8')
const left = [...names].filter(
  (name) => !/_(bucket|sum|count)$/.test(name) && !documentation.includes(`\`${name}\``),
)
problems.push(...left.map((name) => `docs/observability.md leaves out ${name}`))
interface Alert {
  readonly alert: string
  readonly annotations: { readonly runbook_url?: string }
}
const { groups }: { readonly groups: readonly { readonly rules: readonly Alert[] }[] } = parse(
  readFileSync('deployment/monitoring/alerts.yaml', 'utf8'),
)
for (const { alert, annotations } of groups.flatMap(({ rules }) => rules)) {
  const [, file = '', anchor = ''] = /\/(docs\/[a-z-]+\.md)#(.+)$/.exec(annotations.runbook_url ?? '') ?? []
  // An alert with a code leads to the entry of whichever it is.
  const wanted = anchor.includes('$labels.code')
    ? Object.keys(errorKinds).map((code) => code.toLowerCase())
    : [anchor]
  const anchors = existsSync(file) ? headingAnchors(readFileSync(file, 'utf8')) : new Set()
  for (const one of wanted)
    if (!anchors.has(one)) problems.push(`${alert}: its runbook ${file}#${one} is not there`)
}
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
