import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { createCgroup, haveCgroups } from '../bench/cgroup.ts'
import { startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { isUntouched, mountAs, readVolume } from '../harness/driver.ts'
import { isPackaged, providerCommand, startProvider } from '../harness/provider.ts'

const skip =
  (!haveCgroups() && 'skipped: needs root, for control groups') ||
  (!isPackaged() && 'skipped: needs the packaged executable, whose heap is bounded')
const limit = 100 * 2 ** 20

/** So many files of one secret, each of a few bytes: a page and what goes with it. */
function classOf(files: number): string {
  const entries = Array.from({ length: files - 1 }, (_, at) => `  - {<<: *x, objectAlias: f${at}}`)
  return [
    '- objectName: DatabaseLogin',
    '  objectType: secretsmanager',
    '  jmesPath:',
    '  - &x {path: username, objectAlias: x}',
    ...entries.slice(1),
  ].join('\n')
}

/** Over the limit the kernel ends the provider in the middle of a write, and the pod starts with an empty volume. */
test('volumes that do not fit into the memory limit are refused, with figures, and nothing is killed', {
  skip,
}, async () => {
  const cgroup = createCgroup({ memoryBytes: limit })
  const emulator = await startEmulator({ world: examplesWorld(), verifySignatures: false })
  const command = [
    'sh',
    '-c',
    `${cgroup.doors.map((door) => `echo $$ > ${door}`).join('; ')}; exec "$@"`,
    'sh',
  ]
  const provider = await startProvider(emulator, { command: [...command, ...providerCommand()] })
  // As pods' volumes are: memory, charged to whoever writes.
  const volumes: string[] = []
  const mount = (files: number) => {
    const targetPath = mkdtempSync('/dev/shm/volume-')
    volumes.push(targetPath)
    return mountAs(emulator, provider, { targetPath, parameters: { objects: classOf(files) } })
  }
  try {
    const refused: string[] = []
    for (let round = 0; round < 10; round += 1) {
      const { status, message, targetPath } = await mount(2_000)
      if (status === 'OK') assert.equal(readVolume(targetPath).size, 2_000)
      else {
        assert.match(
          message,
          /^VOLUME_EXCEEDS_MEMORY: 2000 files take 13\.\d MiB, .* memory limit of 100\.0 MiB .*--driver-writes-secrets/,
        )
        assert.ok(isUntouched(targetPath))
        refused.push(message)
      }
    }
    assert.ok(refused.length > 0 && refused.length < 10, `${refused.length} of 10 refused`)
    assert.equal(new Set(refused).size, 1, 'the same failure has the same words')
    const small = await mount(2)
    assert.equal(small.status, 'OK', small.message)
    assert.equal(cgroup.kills(), 0)
    assert.ok(cgroup.peakBytes() <= limit)
  } finally {
    await provider.stop()
    await emulator.close()
    for (const volume of volumes) rmSync(volume, { recursive: true, force: true })
    await cgroup.remove()
  }
})
