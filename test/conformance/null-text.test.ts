import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { mountAs, readVolume, textsOf } from '../harness/driver.ts'
import { startProvider } from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'

let emulator: Emulator

before(async () => {
  emulator = await startEmulator({ world: examplesWorld() })
})
after(() => emulator.close())

const parameters = {
  region: 'us-east-1',
  objects: objectsText({
    objectName: 'DatabaseLogin',
    objectType: 'secretsmanager',
    jmesPath: [{ path: 'to_string(misspelt)', objectAlias: 'port' }],
  }),
}

test('to_string() of what is missing mounts its four letters, and the log warns', async () => {
  const provider = await startProvider(emulator)
  const { status, message, targetPath } = await mountAs(emulator, provider, { parameters })
  assert.equal(status, 'OK', message)
  assert.equal(textsOf(readVolume(targetPath)).port, 'null')
  await provider.stop()
  const warned = provider.lines().find(({ msg }) => msg === 'check the SecretProviderClass')
  assert.match(JSON.stringify(warned?.warnings), /EXTRACT_NULL_TEXT.*to_string\(misspelt\)/)
})

test('--strict-extracts refuses it', async () => {
  const provider = await startProvider(emulator, { flags: ['--strict-extracts'] })
  const { status, message } = await mountAs(emulator, provider, { parameters })
  assert.equal(status, 'INVALID_ARGUMENT')
  assert.match(message, /^EXTRACT_NULL_TEXT: .*to_string\(misspelt\).*"port".*a && to_string\(a\)/)
  await provider.stop()
})
