import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectRead } from '../../plan/mount-plan.ts'
import { bareName, parameterName, parameterPath } from './parameter-name.ts'

const arn = 'arn:aws:ssm:us-east-1:111122223333:parameter'

const table: readonly (readonly [read: ObjectRead, base: string, selector: string])[] = [
  [{ name: 'p' }, 'p', ''],
  [{ name: '/app/db/url' }, '/app/db/url', ''],
  [{ name: 'p', version: '3' }, 'p', ':3'],
  [{ name: 'p', versionLabel: 'prod' }, 'p', ':prod'],
  [{ name: 'p:3' }, 'p', ':3'],
  [{ name: `${arn}/p` }, `${arn}/p`, ''],
  [{ name: `${arn}/p:3` }, `${arn}/p`, ':3'],
  [{ name: `${arn}/app/db/url:prod` }, `${arn}/app/db/url`, ':prod'],
  [{ name: `${arn}/p`, version: '3' }, `${arn}/p`, ':3'],
]

for (const [read, base, selector] of table) {
  test(`${JSON.stringify(read)} is asked for as ${base}${selector}`, () => {
    assert.deepEqual(parameterName(read), { base, selector })
  })
}

for (const [base, name] of [
  ['p', 'p'],
  ['/app/url', '/app/url'],
  [`${arn}/p`, 'p'],
  [`${arn}/app/url`, '/app/url'],
] as const) {
  test(`the name behind ${base} is ${name}`, () => assert.equal(bareName(base), name))
}

for (const [name, path] of [
  ['/app/db', '/app/db'],
  ['/app/db/', '/app/db'],
  ['/', '/'],
] as const) {
  test(`what lies below ${name} is asked for as ${path}`, () => assert.equal(parameterPath(name), path))
}
