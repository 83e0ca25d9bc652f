import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundle, insistOnAscii } from './bundle.ts'

const root = join(import.meta.dirname, '..')
const bundled = await bundle(root)

test("the daemon's text has nothing in it of the shell's commands, of the SDK and of OpenTelemetry", () => {
  const { daemonInputs } = bundled
  const shellOnly = daemonInputs.filter((path) =>
    /^src\/(commands|doctor|class-file)\/|node_modules\/(commander|@aws-sdk|@smithy|@opentelemetry)\//.test(
      path,
    ),
  )
  assert.ok(daemonInputs.includes('src/mount/mount.ts'), 'what the test looks at')
  assert.deepEqual(shellOnly, [])
})

test('no package that only builds or tests is in the texts, which licences and bill of materials are made from', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const folders = new Set(
    bundled.inputs.map((path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? ''),
  )
  folders.delete('')
  assert.ok(folders.has('node_modules/@grpc/grpc-js'), 'what the test looks at')
  assert.equal(packages['node_modules/@yao-pkg/pkg'].dev, true)
  assert.deepEqual(
    [...folders].filter((folder) => packages[folder] === undefined || packages[folder].dev === true),
    [],
  )
})

test('a text that the executable would read as other characters ends the build, with its place', () => {
  insistOnAscii('const quotes = /[\\u201c]/\n')
  assert.throws(() => insistOnAscii('const a = 1\nconst quotes = /[\u201c]/\n'), /line 2: .*const quotes/)
})
