import assert from 'node:assert/strict'
import type { lookup as systemLookup } from 'node:dns'
import { test } from 'node:test'
import { createSharedLookup } from './shared-lookup.ts'

type Answer = (error: NodeJS.ErrnoException | null, address: string, family: number) => void

/** A look-up that answers when it is told. */
function stage() {
  const asked: { hostname: string; answer: Answer }[] = []
  const system = ((hostname: string, _: unknown, answer: Answer) =>
    asked.push({ hostname, answer })) as unknown as typeof systemLookup
  const lookup = createSharedLookup(system)
  const ask = (hostname: string, all = false) =>
    new Promise<unknown>((resolve, reject) =>
      lookup(hostname, { all }, (error, address) => (error ? reject(error) : resolve(address))),
    )
  return { asked, ask }
}

test('a name is asked for once at a time, and all who ask meanwhile get the answer', async () => {
  const { asked, ask } = stage()
  const answers = [ask('a.example'), ask('a.example'), ask('b.example'), ask('a.example', true)]
  assert.deepEqual(
    asked.map(({ hostname }) => hostname),
    ['a.example', 'b.example', 'a.example'],
  )
  for (const [at, { answer }] of asked.entries()) answer(null, `10.0.0.${at}`, 4)
  assert.deepEqual(await Promise.all(answers), ['10.0.0.0', '10.0.0.0', '10.0.0.1', '10.0.0.2'])
})

test('an answer is not kept, nor is a failure', async () => {
  const { asked, ask } = stage()
  const both = Promise.allSettled([ask('a.example'), ask('a.example')])
  asked[0]?.answer(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 0)
  for (const each of await both) assert.equal((each as PromiseRejectedResult).reason.code, 'ENOTFOUND')
  const again = ask('a.example')
  asked[1]?.answer(null, '10.0.0.1', 4)
  assert.equal(await again, '10.0.0.1')
})
