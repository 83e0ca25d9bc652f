import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundle } from './bundle.ts'

test("the daemon's text has nothing of the shell's commands in it", async () => {
  const { daemonInputs } = await bundle(join(import.meta.dirname, '..'))
  const shellOnly = daemonInputs.filter((path) =>
    /^src\/(commands|doctor|class-file)\/|node_modules\/(commander|@aws-sdk|@smithy)\//.test(path),
  )
  assert.ok(daemonInputs.includes('src/mount/mount.ts'), 'what the test looks at')
  assert.deepEqual(shellOnly, [])
})
