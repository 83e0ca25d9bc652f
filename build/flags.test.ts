import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { lateFlags, startFlags } from './flags.ts'

const run = promisify(execFile)

/** What V8 compares before it takes compiled code: its version and most flags. */
async function codeTag(...flags: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...flags, '-p', 'v8.cachedDataVersionTag()'], { env: {} })
  return stdout.trim()
}

test('the flags at the start leave Node its compiled modules', async () => {
  assert.equal(await codeTag(...startFlags), await codeTag())
})

test('flags come late only where Node would lose its compiled modules otherwise', async () => {
  const usual = await codeTag()
  const early = []
  for (const flag of lateFlags) if ((await codeTag(flag)) === usual) early.push(flag)
  assert.deepEqual(early, [])
})
