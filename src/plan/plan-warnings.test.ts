import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plan, sm } from '../../test/fixtures/plan.ts'

test('planMount() warns of unknown and repeated fields, with the position and the nearest name', () => {
  const { warnings } = plan(
    `- objectName: a\n  ${sm}\n  objectname: b\n  objectAlais: c\n  zzz: d\n  ${sm}\n  jmesPath: [{path: x, objectAlias: y, alias: z}]`,
  )
  assert.deepEqual(
    warnings.map(({ code, line, column }) => `${line}:${column} ${code}`),
    [
      '6:3 REPEATED_FIELD',
      '3:3 REPEATED_FIELD',
      '4:3 UNKNOWN_FIELD',
      '5:3 UNKNOWN_FIELD',
      '7:40 UNKNOWN_FIELD',
    ],
  )
  assert.match(
    warnings[2]?.message ?? '',
    /object 1: field "objectAlais" is unknown.*did you mean objectAlias\?/,
  )
  assert.match(warnings[3]?.message ?? '', /known fields are objectName, /)
})
