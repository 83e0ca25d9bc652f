import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { maxKeys } from '../src/content/expand-keys.ts'
import { errorKinds } from '../src/errors/provider-error.ts'
import { maxFiles } from '../src/plan/objects/object-list.ts'
import { maxRequestBytes } from '../src/request/request-size.ts'
import { readServeSettings } from '../src/settings/serve-settings.ts'
import { maxNodes } from '../src/yaml/tree-builder.ts'

/** Codes that no test names, and how they are reached all the same, or why not. */
const explained: Readonly<Record<string, string>> = {
  FORMAT_VALUE_UNUSABLE: 'test/conformance/values.test.ts asserts its words',
  SYNC_WITH_POD_IDENTITY: 'its words are asserted where the sync controller is tested',
  INTERRUPTED: 'src/commands/mount/mount-command.test.ts asserts the exit code 130 that it is for',
  MEMORY_ROOM_TOO_SMALL: 'doctor in a container that is nearly full; what it reads is tested in src/process',
  ...tellingWords('test/conformance/object-region.test.ts', [
    'OBJECT_REGION_MALFORMED',
    'OBJECT_REGION_NEEDS_ARN',
    'OBJECT_REGION_WITH_FAILOVER',
  ]),
  ...tellingWords('test/conformance/parameter-paths.test.ts', ['SET_PATH_MALFORMED']),
}

function tellingWords(file: string, codes: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(codes.map((code) => [code, `${file} asserts its words`]))
}

test('every code of an error is reached by a test that names it, or it is explained', () => {
  const root = new URL('..', import.meta.url)
  const files = globSync(['src/**/*.test.ts', 'test/**/*.ts', 'build/**/*.test.ts'], {
    cwd: root,
    exclude: ['test/bench/**', 'test/fuzz/**', 'test/error-codes.test.ts'],
  })
  const tests = files.map((file) => readFileSync(new URL(file, root), 'utf8')).join('\n')
  const named = new Set(tests.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g))
  const unnamed = Object.keys(errorKinds).filter((code) => !named.has(code))
  assert.deepEqual(unnamed.toSorted(), Object.keys(explained).toSorted())
})

test('the limits in the examples of errors are those of the product', () => {
  const { maxVolumeBytes, maxResponseBytes } = readServeSettings({}, {})
  const { REQUEST_TOO_LARGE, VOLUME_TOO_LARGE, RESPONSE_TOO_LARGE, TOO_MANY_FILES, EXPANDED_TOO_MANY } =
    errorKinds
  assert.deepEqual(
    {
      request: REQUEST_TOO_LARGE.examples.map(({ maxBytes }) => maxBytes),
      volume: VOLUME_TOO_LARGE.examples.map(({ maxBytes }) => maxBytes),
      response: RESPONSE_TOO_LARGE.examples.map(({ maxBytes }) => maxBytes),
      files: TOO_MANY_FILES.examples.map(({ limit }) => limit),
      keys: EXPANDED_TOO_MANY.examples.map(({ most }) => most),
    },
    {
      request: [maxRequestBytes],
      volume: [maxVolumeBytes],
      response: [maxResponseBytes],
      files: [maxFiles],
      keys: [maxKeys],
    },
  )
  assert.match(
    JSON.stringify(errorKinds.OBJECTS_TOO_LARGE.examples),
    new RegExp(`more than ${maxNodes} values`),
  )
})
