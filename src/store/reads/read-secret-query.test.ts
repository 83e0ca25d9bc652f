import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readContext } from '../../../test/fixtures/read-context.ts'
import { readSecretQuery } from './read-secret-query.ts'

/** How many secrets each page asks for, of a set of 40 whose values have so many bytes. */
async function pagesOf(bytes: number): Promise<readonly number[]> {
  const pages: number[] = []
  const batchGetSecretValue = async (
    _: string,
    { MaxResults = 0, NextToken = '0' }: { MaxResults?: number; NextToken?: string },
  ) => {
    pages.push(MaxResults)
    const from = Number(NextToken)
    const SecretValues = Array.from({ length: MaxResults }, (_, at) => ({
      Name: `s${from + at}`,
      VersionId: 'v',
      SecretString: 'x'.repeat(bytes),
    }))
    const next = from + MaxResults
    return { SecretValues, ...(next < 40 ? { NextToken: `${next}` } : {}), requestId: undefined }
  }
  const context = readContext({ batchGetSecretValue })
  await readSecretQuery({ kind: 'query', filters: [], include: [], exclude: [], limit: 40 }, context)
  return pages
}

test('pages are of twenty secrets, and of five behind one whose values are large', async () => {
  assert.deepEqual(await pagesOf(1_000), [20, 20])
  assert.deepEqual(await pagesOf(60_000), [20, 5, 5, 5, 5])
})
