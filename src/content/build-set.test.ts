import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { one, plan } from '../../test/fixtures/plan.ts'
import { MountFaults, ProviderError } from '../errors/provider-error.ts'
import { pathProblem } from '../plan/paths/file-name.ts'
import { atOnce } from '../process/in-turns.ts'
import { Sensitive } from '../process/sensitive.ts'
import { buildFiles } from './build-files.ts'

/** Names below a path as AWS allows them, and as it does not: `/` between any characters. */
const piece = fc.oneof(
  fc.constantFrom('a', 'b', '.', '..', '..data', '', 'p:1', '__proto__', 'x'.repeat(300)),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const below = fc.array(piece, { minLength: 1, maxLength: 40 }).map((pieces) => pieces.join('/'))

const refusals = new Set(['SET_NAME_UNUSABLE', 'EXPANDED_COLLISION'])

function built(names: readonly string[], fields: object, pathTranslation?: string) {
  const object = { objectName: '/r', objectType: 'ssmparameterpath', ...fields }
  const members = names.map((name) => ({
    name: `/r/${name}`,
    below: name,
    value: { version: '1', region: 'us-east-1', content: new Sensitive(Buffer.from(name)) },
  }))
  const planned = plan(JSON.stringify([object]), one, pathTranslation)
  try {
    return atOnce(buildFiles(planned, [{ members }], 2 ** 20, () => undefined))
  } catch (error) {
    assert.ok(error instanceof ProviderError)
    const faults = error instanceof MountFaults ? error.faults : [error]
    for (const { code } of faults) assert.ok(refusals.has(code), `${code}: ${error.message}`)
    return undefined
  }
}

test('whatever names AWS gives, each file has a place of its own inside of the volume, or the mount is refused', () => {
  let mounted = 0
  fc.assert(
    fc.property(
      fc.uniqueArray(below, { minLength: 1, maxLength: 6 }),
      fc.record(
        { keepPath: fc.boolean(), objectAlias: fc.constantFrom('conf', 'x/y') },
        { requiredKeys: [] },
      ),
      fc.constantFrom(undefined, '-', 'False'),
      (names, fields, pathTranslation) => {
        const files = built(names, fields, pathTranslation)
        if (files === undefined) return
        mounted += 1
        const paths = files.map(({ path }) => path)
        assert.equal(new Set(paths).size, names.length)
        const between = pathTranslation === 'False' ? '/' : (pathTranslation ?? '_')
        const directory =
          fields.objectAlias === undefined ? '' : `${fields.objectAlias.split('/').join(between)}/`
        for (const [at, path] of paths.entries()) {
          assert.equal(pathProblem(path), undefined)
          assert.ok(path.startsWith(directory))
          assert.ok(!paths.some((other) => other.startsWith(`${path}/`)), 'a file is no directory')
          const name = names[at] ?? ''
          const own =
            fields.keepPath === true ? name.replace(/^\/+/, '') : name.slice(name.lastIndexOf('/') + 1)
          assert.equal(path, `${directory}${own}`)
          assert.equal(`${Buffer.from(files[at]?.content.reveal() ?? [])}`, `${Buffer.from(name)}`)
        }
      },
    ),
    { numRuns: 1_000 },
  )
  assert.ok(mounted > 100, `${mounted} of 1000 were mounted`)
})
