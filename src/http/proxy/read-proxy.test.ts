import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProxy } from './read-proxy.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

const good: readonly [text: string, expected: ReturnType<typeof readProxy>][] = [
  ['http://proxy:3128', { secure: false, hostname: 'proxy', port: 3128 }],
  ['proxy:3128', { secure: false, hostname: 'proxy', port: 3128 }],
  ['proxy', { secure: false, hostname: 'proxy', port: 80 }],
  ['10.0.0.1:3128', { secure: false, hostname: '10.0.0.1', port: 3128 }],
  ['http://[fd00::1]:3128/', { secure: false, hostname: 'fd00::1', port: 3128 }],
  ['https://proxy.example', { secure: true, hostname: 'proxy.example', port: 443 }],
  ['HTTP://proxy:3128', { secure: false, hostname: 'proxy', port: 3128 }],
  [
    'http://user:p%40ss@proxy:3128',
    { secure: false, hostname: 'proxy', port: 3128, authorization: basic('user:p@ss') },
  ],
  [
    'user:pass@proxy:3128',
    { secure: false, hostname: 'proxy', port: 3128, authorization: basic('user:pass') },
  ],
  ['http://user@proxy', { secure: false, hostname: 'proxy', port: 80, authorization: basic('user:') }],
  ['http://u:50%@proxy', { secure: false, hostname: 'proxy', port: 80, authorization: basic('u:50%') }],
]
for (const [text, expected] of good) {
  test(`readProxy() reads ${text}`, () => assert.deepEqual(readProxy(text), expected))
}

for (const text of [
  'socks5://proxy:1080',
  'socks5h://proxy',
  'ftp://proxy',
  'http://',
  'http://proxy:99999',
  '://',
  '',
]) {
  test(`readProxy() takes ${JSON.stringify(text)} for no proxy that we can use`, () => {
    assert.equal(readProxy(text), undefined)
  })
}
