import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeDefect } from '../../errors/describe-defect.ts'
import { toAwsFailure } from '../failures/failure.ts'
import { createSdkLoader } from './loader.ts'
import type { SdkReader } from './reader.ts'

const call = { service: 'ssm', region: 'us-east-1', operation: 'GetParameters' } as const
const full = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })

test('an SDK that could not be loaded is loaded by the next call that needs it', async () => {
  const reader = {} as SdkReader
  let loads = 0
  const sdk = createSdkLoader(async () => {
    loads += 1
    if (loads === 1) throw full
    return reader
  })
  await assert.rejects(sdk())
  assert.equal(await sdk(), reader)
  assert.equal(await sdk(), reader)
  assert.equal(loads, 2)
})

test('an SDK that cannot be loaded is no failure of the network, and the log says why', async () => {
  const error = await createSdkLoader(() => Promise.reject(full))().catch((caught: unknown) => caught)
  assert.throws(
    () => toAwsFailure(error, call),
    (thrown) => thrown === error,
  )
  assert.equal(describeDefect(error).code, 'EMFILE')
})
