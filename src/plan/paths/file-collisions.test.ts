import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostFaults } from '../../errors/provider-error.ts'
import { atOnce } from '../../process/in-turns.ts'
import { collisionsOf, fileCollisions } from './file-collisions.ts'

const cases: readonly (readonly [paths: string, collisions: string])[] = [
  ['a b a/c', 'a/c wants a of a'],
  ['a/b a', 'a wants a of a/b'],
  ['a/b a/b', 'a/b twice a/b of a/b'],
  ['a/b/c a/b/d a', 'a wants a of a/b/c'],
  ['a/b/c a/b/d a a/b/e', 'a wants a of a/b/c, a/b/e wants a of a'],
  [
    'a/b a/b/c a/b/d a a/b/e',
    'a/b/c wants a/b of a/b, a/b/d wants a/b of a/b, a wants a of a/b, a/b/e wants a of a',
  ],
  ['a/b/c d/e a/b d/e/f', 'a/b wants a/b of a/b/c, d/e/f wants d/e of d/e'],
  ['a ab a.b', ''],
]
for (const [paths, collisions] of cases) {
  test(`of ${paths} ${collisions === '' ? 'none collide' : collisions}`, () => {
    const claims = paths.split(' ').map((path) => ({ path }))
    const found = atOnce(collisionsOf(claims, 10)).map(
      ({ claim, other, path, areTwins }) =>
        `${claim.path} ${areTwins ? 'twice' : 'wants'} ${path} of ${other.path}`,
    )
    assert.equal(found.join(', '), collisions)
  })
}

test('no more faults are made than are told, and others have their turn between all claims and all faults', () => {
  const at = { line: 1, column: 1 }
  const claims = Array.from({ length: 2 * mostFaults }, (_, index) => ({
    ...{ position: index + 1, where: `object ${index}`, at },
    path: 'a',
  }))
  const finding = fileCollisions(claims)
  let pauses = 0
  let step = finding.next()
  for (; step.done !== true; step = finding.next()) pauses += 1
  assert.equal(step.value.length, mostFaults)
  assert.equal(pauses, 2 * mostFaults + 1)
})
