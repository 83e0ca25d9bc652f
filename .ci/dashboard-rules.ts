import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

/**
 * node .ci/dashboard-rules.ts <metrics page> <folder>
 * Writes the dashboard's expressions as recording rules (rules.yaml) and a test of them for promtool (test.yaml): for
 * thirty nodes where nothing happens no panel shows what is no number, and none has a series for each node.
 */
const [page, folder] = process.argv.slice(2)
if (page === undefined || folder === undefined)
  throw new Error('Say which file has the metrics, and where to write')

interface Panel {
  readonly id: number
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[]
}
const { panels }: { readonly panels: readonly Panel[] } = JSON.parse(
  readFileSync('deployment/monitoring/dashboard.json', 'utf8'),
)
const rules = panels.flatMap(({ id, targets = [] }) =>
  targets.map(({ refId, expr }) => ({
    record: `dashboard:panel_${id}_${refId}`,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$node', '.*'),
  })),
)

const nodes = Array.from({ length: 30 }, (_, index) => index)
/** Tables name nodes, the ten first. */
const mostSeries = 12
/** What a container with a memory limit tells, whatever this machine has. */
const container = {
  ascp_container_memory_limit_bytes: 100 * 2 ** 20,
  ascp_container_memory_usage_bytes: 50 * 2 ** 20,
  ascp_container_memory_unreclaimable_bytes: 40 * 2 ** 20,
}
const series = [
  ...readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => !(line.replace(/ .*/, '') in container)),
  ...Object.entries(container).map(([name, bytes]) => `${name} ${bytes}`),
]
  .filter((line) => line !== '' && !line.startsWith('#'))
  .flatMap((line) => {
    const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
    const others = labels.split(/,(?=\w+=)/).filter((label) => label !== '' && !label.startsWith('node='))
    return nodes.map((node) => {
      const own = [`instance="10.0.0.${node}:8989"`, 'job="provider"']
      const whole = name === 'ascp_build_info' ? [...own, `node="node-${node}"`] : own
      return { series: `${name}{${[...others, ...whole].join(',')}}`, values: `${Number(value)}x90` }
    })
  })

const at = '80m'
const failing = rules.find(({ expr }) => expr.includes('or vector(0)) /'))
const test = {
  rule_files: ['rules.yaml'],
  evaluation_interval: '1m',
  tests: [
    {
      interval: '1m',
      input_series: series,
      promql_expr_test: [
        // What is no number differs from itself.
        ...rules.map(({ record }) => ({ expr: `${record} != ${record}`, eval_time: at, exp_samples: [] })),
        ...rules.map(({ record }) => ({
          expr: `count(${record}) > ${mostSeries}`,
          eval_time: at,
          exp_samples: [],
        })),
        {
          expr: `${failing?.record}`,
          eval_time: at,
          exp_samples: [{ labels: `${failing?.record}{}`, value: 0 }],
        },
      ],
    },
  ],
}
writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: [{ name: 'dashboard', rules }] }))
writeFileSync(join(folder, 'test.yaml'), stringify(test))
