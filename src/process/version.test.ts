import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { providerName, version } from './version.ts'

test('version and name are those of package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert.deepEqual({ name: providerName, version }, { name: manifest.name, version: manifest.version })
})
