import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNoProxy } from './no-proxy.ts'

const sts = 'sts.us-east-1.amazonaws.com'

/** What Go's httpproxy makes of each, on port 443 unless told. */
const table: readonly [noProxy: string, host: string, isDirect: boolean, port?: number][] = [
  ['', sts, false],
  ['amazonaws.com', sts, true],
  ['amazonaws.com', 'amazonaws.com', true],
  ['amazonaws.com', 'notamazonaws.com', false],
  ['AmazonAWS.com', sts, true],
  ['amazonaws.com', 'STS.US-EAST-1.AMAZONAWS.COM', true],
  ['us-east-1.amazonaws.com', sts, true],
  ['us-east-1.amazonaws.com', 'sts.us-east-2.amazonaws.com', false],
  ['.amazonaws.com', sts, true],
  ['.amazonaws.com', 'amazonaws.com', false],
  ['*.amazonaws.com', sts, true],
  ['*.amazonaws.com', 'amazonaws.com', false],
  ['sts.*.amazonaws.com', sts, false],
  ['*amazonaws.com', sts, false],
  ['*', sts, true],
  ['x.example, *', '10.1.2.3', true],
  ['com', sts, true],
  ['example.com,amazonaws.com', sts, true],
  [' example.com ,  amazonaws.com ', sts, true],
  ['example.com amazonaws.com', sts, false],
  [',,', sts, false],
  ['amazonaws.com:443', sts, true],
  ['amazonaws.com:443', sts, false, 8443],
  ['amazonaws.com:8443', sts, false],
  ['.amazonaws.com:443', sts, true],
  ['*.amazonaws.com:443', sts, true],
  [':443', sts, false],
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['10.0.0.0/8', sts, false],
  ['10.0.0.0/33', '10.0.0.0', false],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.30', false],
  ['10.1.2.3:443', '10.1.2.3', true],
  ['10.1.2.3:443', '10.1.2.3', false, 80],
  ['fd00:ec2::/32', 'fd00:ec2::23', true],
  ['fd00:ec2::/32', 'fd01::1', false],
  ['fd00:ec2::23', 'fd00:ec2:0::23', true],
  ['[fd00:ec2::23]:443', 'fd00:ec2::23', true],
  ['[fd00:ec2::23]:80', 'fd00:ec2::23', false],
  ['bücher.example', 'www.xn--bcher-kva.example', true],
  ['', 'localhost', true],
  ['', '127.0.0.1', true],
  ['', '127.8.9.10', true],
  ['', '::1', true],
  ['', 'localhost.example', false],
]

for (const [noProxy, hostname, isDirect, port = 443] of table) {
  test(`NO_PROXY=${JSON.stringify(noProxy)}: ${hostname}:${port} is reached ${isDirect ? 'directly' : 'by the proxy'}`, () => {
    assert.equal(createNoProxy(noProxy)({ hostname, port }), isDirect)
  })
}
