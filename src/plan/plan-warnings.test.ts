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
      '4:3 FIELD_UNKNOWN',
      '5:3 FIELD_UNKNOWN',
      '7:40 FIELD_UNKNOWN',
    ],
  )
  assert.match(
    warnings[2]?.message ?? '',
    /object 1: field "objectAlais" is unknown.*did you mean objectAlias\?/,
  )
  assert.match(warnings[3]?.message ?? '', /known fields are objectName, /)
})
