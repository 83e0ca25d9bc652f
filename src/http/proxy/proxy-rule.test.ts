import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProxyRule } from './proxy-rule.ts'

const variables = { HTTPS_PROXY: 'secure:1', HTTP_PROXY: 'plain:2', NO_PROXY: 'inside.example' }

const table: readonly [url: string, proxy: string | undefined][] = [
  ['https://ssm.us-east-1.amazonaws.com/', 'secure'],
  ['http://ssm.us-east-1.amazonaws.com/', 'plain'],
  ['https://api.inside.example/', undefined],
  ['http://inside.example:8080/', undefined],
  ['http://127.0.0.1:4566/', undefined],
]
for (const [url, proxy] of table) {
  test(`${url} goes ${proxy === undefined ? 'directly' : `by the proxy ${proxy}`}`, () => {
    assert.equal(createProxyRule(variables)(new URL(url))?.hostname, proxy)
  })
}

test('without variables everything goes directly', () => {
  assert.equal(createProxyRule({})(new URL('https://ssm.us-east-1.amazonaws.com/')), undefined)
})
