import { AwsFailure } from '../src/aws/failures/failure.ts'
import { createPrometheusMetrics } from '../src/observe/prometheus.ts'

/** Prints the metrics page of a provider to which everything has happened once. */
const metrics = createPrometheusMetrics({ version: '0.0.0', runtime: 'node', node: 'node-1' })
const call = { service: 'ssm', operation: 'GetParameters', region: 'us-east-1' } as const
const failure = new AwsFailure(call, 'server', 'HTTP 503', 'no')
metrics.mountEnded({
  code: 'OK',
  warm: true,
  seconds: 0.1,
  shared: 1,
  stageSeconds: new Map([['fetch', 0.1]]),
})
metrics.bytesHeld(1)
metrics.session('opened')
metrics.podIdentity('OK', 0.1)
metrics.kubernetes({ verb: 'get', resource: 'serviceaccounts' }, '200', 0.1)
metrics.breaker(call, true)
metrics.failover({ service: 'ssm', from: 'us-east-1', to: 'us-west-2', used: true, reasons: [] })
metrics.files({ written: 1 })
metrics.answered(call, 10)
metrics.failed(call, failure, 10)
metrics.retrying?.(call, failure)
metrics.eventLoopLag(0)
metrics.ready(true)
process.stdout.write((await metrics.scrape(undefined)).body)
