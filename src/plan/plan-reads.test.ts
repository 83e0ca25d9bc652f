import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  files,
  one,
  parameterArn,
  parameterArn2,
  plan,
  secretArn,
  secretArn2,
  sm,
  ssm,
  two,
} from '../../test/fixtures/plan.ts'
import type { Regions } from './mount-plan.ts'

const readPlans: [string, string, Regions, unknown[]][] = [
  ['by name', `- {objectName: a, ${sm}}`, one, [{ name: 'a' }]],
  [
    'a label',
    `- {objectName: a, ${sm}, objectVersionLabel: "AWSCURRENT"}`,
    one,
    [{ name: 'a', versionLabel: 'AWSCURRENT' }],
  ],
  [
    'version and label of a secret',
    `- {objectName: a, ${sm}, objectVersion: v, objectVersionLabel: l}`,
    one,
    [{ name: 'a', version: 'v', versionLabel: 'l' }],
  ],
  ['a version', `- {objectName: a, ${ssm}, objectVersion: 1}`, one, [{ name: 'a', version: '1' }]],
  ['a parameter ARN', `- objectName: ${parameterArn}`, one, [{ name: parameterArn }]],
  ['a selector stays in the name', `- {objectName: "p:1", ${ssm}}`, one, [{ name: 'p:1' }]],
  ['a selector at an ARN', `- objectName: "${parameterArn}:prod"`, one, [{ name: `${parameterArn}:prod` }]],
  ['an ARN of another region', `- objectName: ${secretArn2}`, ['us-east-2'], [{ name: secretArn2 }]],
  [
    'another partition',
    '- objectName: arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/p',
    ['us-gov-west-1'],
    [{ name: 'arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/p' }],
  ],
  [
    'one name in two regions',
    `- {objectName: a, ${ssm}, objectVersion: 2}`,
    two,
    [
      { name: 'a', version: '2' },
      { name: 'a', version: '2' },
    ],
  ],
  [
    'a replica',
    `- {objectName: "${secretArn}", objectVersionLabel: l}`,
    two,
    [
      { name: secretArn, versionLabel: 'l' },
      { name: secretArn2, versionLabel: 'l' },
    ],
  ],
  [
    'failoverObject as a list of one',
    `- objectName: "${secretArn}"\n  objectAlias: "MyMountedSecret"\n  failoverObject:\n    - objectName: "${secretArn2}"`,
    two,
    [{ name: secretArn }, { name: secretArn2 }],
  ],
  [
    'failoverObject as a map',
    `- objectName: "${secretArn}"\n  objectAlias: "MyMountedSecret"\n  failoverObject:\n    objectName: "${secretArn2}"\n    objectVersionLabel: l`,
    two,
    [{ name: secretArn }, { name: secretArn2, versionLabel: 'l' }],
  ],
  [
    'what failoverObject leaves out',
    `- {objectName: a, ${ssm}, objectAlias: x, objectVersion: 3, failoverObject: {objectName: b}}`,
    two,
    [
      { name: 'a', version: '3' },
      { name: 'b', version: '3' },
    ],
  ],
  [
    'an equal version',
    `- {objectName: a, ${ssm}, objectAlias: x, objectVersion: 3, failoverObject: {objectName: "b:3"}}`,
    two,
    [{ name: 'a', version: '3' }, { name: 'b:3' }],
  ],
  [
    'a selector handed on',
    `- {objectName: "a:3", ${ssm}, objectAlias: x, failoverObject: {objectName: b}}`,
    two,
    [{ name: 'a:3' }, { name: 'b', version: '3' }],
  ],
  [
    'a parameter ARN with failoverObject',
    `- {objectName: "${parameterArn}", objectAlias: x, failoverObject: {objectName: "${parameterArn2}"}}`,
    two,
    [{ name: parameterArn }, { name: parameterArn2 }],
  ],
  [
    'a name for an ARN',
    `- {objectName: "${parameterArn}", ${ssm}, objectAlias: x, failoverObject: {objectName: b}}`,
    two,
    [{ name: parameterArn }, { name: 'b' }],
  ],
]

for (const [name, objects, regions, expected] of readPlans) {
  test(`planMount() plans the reads: ${name}`, () => {
    const planned = plan(objects, regions)
    assert.deepEqual(planned.regions, regions)
    assert.deepEqual(
      planned.objects.map(({ reads }) => reads),
      [expected],
    )
  })
}

test('planMount() takes a quoted or tagged null for text', () => {
  assert.deepEqual(files(plan(`- {objectName: "null", ${sm}}`)), ['null 644'])
  assert.deepEqual(files(plan(`- {objectName: !!str null, ${sm}}`)), ['null 644'])
})

test('planMount() tells the store from the type or the ARN', () => {
  const stores = (text: string) => plan(text).objects.map(({ store }) => store)
  assert.deepEqual(
    stores(`- objectName: ${secretArn}\n- objectName: ${parameterArn}\n- {objectName: a, ${ssm}}`),
    ['secretsmanager', 'ssmparameter', 'ssmparameter'],
  )
})
