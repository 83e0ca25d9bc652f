import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readContext } from '../../../test/fixtures/read-context.ts'
import { AwsFailure } from '../../aws/failures/failure.ts'
import type { PathSet } from '../../plan/mount-plan.ts'
import type { ReadContext } from '../read-context.ts'
import { readParameterPath } from './read-parameter-path.ts'

/** AWS's pages of all parameters, in any order and cut anywhere, empty ones and the last among them. */
function contextOver(names: readonly string[], cuts: readonly number[]): ReadContext {
  const getParametersByPath = async (_: string, { NextToken = '0' }: { readonly NextToken?: string }) => {
    const page = Number(NextToken)
    const [from, to] = [cuts[page - 1] ?? 0, cuts[page] ?? names.length]
    const Parameters = names.slice(from, to).map((Name) => ({ Name, Value: `of ${Name}`, Version: 3 }))
    return { Parameters, ...(page < cuts.length ? { NextToken: `${page + 1}` } : {}), requestId: undefined }
  }
  return readContext({ getParametersByPath })
}

const piece = fc.constantFrom('a', 'b', 'ab', 'a.b', '$&', '..')
const below = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('/'))
const pattern = fc
  .array(fc.oneof(piece, fc.constantFrom('*', '**', '/')), { minLength: 1, maxLength: 5 })
  .map((pieces) => `/r/${pieces.join('')}`)
const patterns = fc.array(pattern, { maxLength: 2 })

/** The same as a regular expression says. */
function isLike(name: string, text: string): boolean {
  const words = text.split('*').map((each) => each.replace(/[.$&]/g, '\\$&'))
  return new RegExp(`^${words.join('.*')}$`).test(name)
}

test('a path gives what patterns take of all its pages, once and in order, or says that it is too much or nothing', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(below, { maxLength: 12 }),
      fc.array(fc.nat(12), { maxLength: 6 }),
      patterns,
      patterns,
      fc.integer({ min: 1, max: 8 }),
      async (parts, places, include, exclude, limit) => {
        const names = parts.map((part) => `/r/${part}`)
        const cuts = places.map((place) => Math.min(place, names.length)).toSorted((a, b) => a - b)
        const set: PathSet = { kind: 'path', recursive: true, include, exclude, limit }
        const wanted = names
          .filter((name) => include.length === 0 || include.some((each) => isLike(name, each)))
          .filter((name) => !exclude.some((each) => isLike(name, each)))
          .toSorted()
        const ended = await readParameterPath({ name: '/r', set }, set, contextOver(names, cuts)).catch(
          (error: unknown) => error,
        )
        if (ended instanceof AwsFailure) {
          assert.equal(ended.code, wanted.length === 0 ? 'SetEmpty' : 'SetTooLarge')
          assert.ok(wanted.length === 0 || wanted.length > limit)
          return
        }
        const { members } = ended as Awaited<ReturnType<typeof readParameterPath>>
        assert.deepEqual(
          members.map((each) => [each.name, each.below, `${Buffer.from(each.value.content.reveal())}`]),
          wanted.map((name) => [name, name.slice('/r/'.length), `of ${name}`]),
        )
        assert.ok(members.length <= limit)
      },
    ),
    { numRuns: 500 },
  ))
