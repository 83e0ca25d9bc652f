import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOf } from './partition.ts'

for (const [region, partition] of [
  ['us-east-1', 'aws'],
  ['eu-central-2', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['eusc-de-east-1', 'aws-eusc'],
] as const) {
  test(`${region} lies in ${partition}`, () => assert.equal(partitionOf(region), partition))
}
