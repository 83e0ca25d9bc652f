import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFailure } from '../aws/failures/failure.ts'
import { createPrometheusMetrics } from './prometheus.ts'

const create = () => createPrometheusMetrics({ version: '1.0.0', runtime: 'node' })
const call = { service: 'secretsmanager', operation: 'GetSecretValue', region: 'us-east-1' } as const
const end = { warm: true, seconds: 0.2, shared: 0, stageSeconds: new Map() } as const

async function pageOf(metrics: ReturnType<typeof create>): Promise<readonly string[]> {
  return (await metrics.scrape(undefined)).body.split('\n')
}

const events: readonly [
  sentence: string,
  happen: (metrics: ReturnType<typeof create>) => void,
  lines: readonly string[],
][] = [
  [
    'a mount by outcome, code and session',
    (metrics) => {
      metrics.mountEnded({ ...end, code: 'OK', shared: 2, stageSeconds: new Map([['fetch', 0.1]]) })
      metrics.mountEnded({ ...end, code: 'ACCESS_DENIED', warm: false })
    },
    [
      'ascp_mounts_total{outcome="success",code="OK"} 1',
      'ascp_mounts_total{outcome="error",code="ACCESS_DENIED"} 1',
      'ascp_mount_duration_seconds_bucket{le="0.25",outcome="success",session="warm"} 1',
      'ascp_mount_duration_seconds_count{outcome="error",session="cold"} 1',
      'ascp_mount_stage_duration_seconds_count{stage="fetch"} 1',
      'ascp_mount_queue_wait_seconds_count 2',
      'ascp_shared_reads_total 2',
    ],
  ],
  [
    'each try of a request, and that it was tried again',
    (metrics) => {
      metrics.failed(call, new AwsFailure(call, 'throttling', 'ThrottlingException', 'no'), 10)
      metrics.retrying?.(call, new AwsFailure(call, 'throttling', 'ThrottlingException', 'no'))
      metrics.answered(call, 20)
    },
    [
      'ascp_aws_requests_total{service="secretsmanager",operation="GetSecretValue",region="us-east-1",outcome="throttling"} 1',
      'ascp_aws_requests_total{service="secretsmanager",operation="GetSecretValue",region="us-east-1",outcome="success"} 1',
      'ascp_aws_request_duration_seconds_count{service="secretsmanager",operation="GetSecretValue",region="us-east-1"} 2',
      'ascp_aws_retries_total{service="secretsmanager",region="us-east-1",reason="throttling"} 1',
    ],
  ],
  [
    'a breaker that opens and closes',
    (metrics) => {
      metrics.breaker(call, true)
      metrics.breaker({ ...call, region: 'us-west-2' }, true)
      metrics.breaker(call, false)
    },
    [
      'ascp_region_breaker_open{service="secretsmanager",region="us-east-1"} 0',
      'ascp_region_breaker_open{service="secretsmanager",region="us-west-2"} 1',
      'ascp_region_breaker_opened_total{service="secretsmanager",region="us-east-1"} 1',
    ],
  ],
  [
    'breakers of regions without a label of their own as one, which is open while any of them is',
    (metrics) => {
      const invented = (at: number) => ({ ...call, region: `xx-nowhere-${at}` })
      for (let at = 0; at < 13; at += 1) metrics.breaker(invented(at), true)
      for (const at of [11, 12]) metrics.answered(invented(at), 1)
      for (const at of [9, 11]) metrics.breaker(invented(at), false)
      metrics.breaker({ ...invented(12), service: 'ssm' }, true)
      metrics.breaker({ ...invented(12), service: 'ssm' }, false)
    },
    [
      'ascp_region_breaker_open{service="secretsmanager",region="xx-nowhere-8"} 1',
      'ascp_region_breaker_open{service="secretsmanager",region="xx-nowhere-9"} 0',
      'ascp_region_breaker_open{service="secretsmanager",region="other"} 1',
      'ascp_region_breaker_open{service="ssm",region="xx-nowhere-12"} 0',
    ],
  ],
  [
    'the last breaker of those without a label of their own that closes',
    (metrics) => {
      const invented = (at: number) => ({ ...call, region: `xx-nowhere-${at}` })
      for (let at = 0; at < 11; at += 1) metrics.breaker(invented(at), true)
      metrics.breaker(invented(10), false)
    },
    ['ascp_region_breaker_open{service="secretsmanager",region="other"} 0'],
  ],
  [
    'a failover by the region that had nothing',
    (metrics) => {
      metrics.failover({ service: 'ssm', from: 'us-east-1', to: 'us-west-2', used: true, reasons: ['x'] })
      metrics.failover({ service: 'ssm', from: 'us-east-1', to: 'us-west-2', used: false, reasons: ['x'] })
    },
    [
      'ascp_failovers_total{service="ssm",region="us-east-1",mounted="failover"} 1',
      'ascp_failovers_total{service="ssm",region="us-west-2",mounted="primary"} 1',
    ],
  ],
  [
    'files by what was done with them',
    (metrics) => {
      metrics.files({ written: 3, removed: 1, unchanged: 0 })
      metrics.files({ unchanged: 2 })
      metrics.files({ sent: 1 })
    },
    [
      'ascp_files_total{action="written"} 3',
      'ascp_files_total{action="removed"} 1',
      'ascp_files_total{action="unchanged"} 2',
      'ascp_files_total{action="sent"} 1',
    ],
  ],
  [
    'the state of the process when it is asked',
    (metrics) => {
      metrics.watch(() => ({ mountsUnderWay: 3, mountsWaiting: 7, sessions: 5 }))
      metrics.bytesHeld(100)
      metrics.bytesHeld(-40)
    },
    ['ascp_mounts_in_progress 3', 'ascp_mounts_queued 7', 'ascp_sessions 5', 'ascp_mount_held_bytes 60'],
  ],
  [
    'calls to the Kubernetes API and the Pod Identity agent',
    (metrics) => {
      metrics.kubernetes({ verb: 'get', resource: 'serviceaccounts' }, '403', 0.01)
      metrics.podIdentity('POD_IDENTITY_REFUSED', 0.01)
    },
    [
      'ascp_kubernetes_requests_total{verb="get",resource="serviceaccounts",status="403"} 1',
      'ascp_pod_identity_requests_total{code="POD_IDENTITY_REFUSED"} 1',
    ],
  ],
]

for (const [sentence, happen, lines] of events) {
  test(`metrics tell ${sentence}`, async () => {
    const metrics = create()
    happen(metrics)
    const page = await pageOf(metrics)
    for (const line of lines) assert.ok(page.includes(line), line)
  })
}

test('readiness is not told before anybody has asked for it', async () => {
  const metrics = create()
  assert.ok(!(await pageOf(metrics)).some((line) => line.startsWith('ascp_ready')))
  metrics.ready(false)
  assert.ok((await pageOf(metrics)).includes('ascp_ready 0'))
})

test('a page can be read in either format, in any order', async () => {
  const metrics = create()
  const plain = (await metrics.scrape(undefined)).body
  const open = (await metrics.scrape('application/openmetrics-text')).body
  assert.match(open, /# TYPE ascp_mounts counter\nascp_mounts_total\{/)
  const again = (await metrics.scrape(undefined)).body
  assert.match(again, /# TYPE ascp_mounts_total counter\nascp_mounts_total\{/)
  assert.equal(plain.split('\n').length, again.split('\n').length)
})

test('regions that users invent are bounded, and do not hide those that answer', async () => {
  const metrics = create()
  for (let i = 0; i < 1_000; i += 1) {
    const invented = { ...call, region: `xx-nowhere-${i}` }
    metrics.failed(invented, new AwsFailure(invented, 'network', 'ENOTFOUND', 'no'), 1)
  }
  metrics.answered(call, 1)
  for (let i = 0; i < 1_000; i += 1) metrics.answered({ ...call, region: `yy-somewhere-${i}` }, 1)
  const page = await pageOf(metrics)
  const regions = new Set(page.flatMap((line) => /region="([^"]+)"/.exec(line)?.[1] ?? []))
  assert.ok(regions.size <= 41, `${regions.size} regions`)
  assert.ok(regions.has('us-east-1'))
  assert.ok(regions.has('other'))
})
