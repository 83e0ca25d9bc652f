import { readFileSync } from 'node:fs'

/**
 * node .ci/check-monitoring.ts <metrics page>
 * Fails when an alert, the dashboard or the documentation names a metric that the provider does not have, or when the
 * documentation leaves one out.
 */
const [page] = process.argv.slice(2)
if (page === undefined) throw new Error('Say which file has the metrics')
const names = new Set(
  [...readFileSync(page, 'utf8').matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
)
// A machine without a memory limit has no such number to show.
names.add('ascp_container_memory_limit_bytes').add('ascp_container_memory_usage_bytes')
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
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
