import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awaitBurst } from './await-burst.ts'

/** Something new for so many turns. @returns How many had come when awaitBurst() was through. */
async function gathered(arrivals: number): Promise<number> {
  let come = 0
  const arrive = () => {
    come += 1
    if (come < arrivals) setImmediate(arrive)
  }
  if (arrivals > 0) arrive()
  await awaitBurst(() => come)
  return come
}

test('awaitBurst() ends after one turn when nothing comes', async () => assert.equal(await gathered(0), 0))

test('awaitBurst() ends when nothing comes any more', async () => assert.equal(await gathered(10), 10))

test('awaitBurst() does not wait for ever', async () => assert.ok((await gathered(1000)) <= 40))
