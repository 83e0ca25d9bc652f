import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProviderError } from '../errors/provider-error.ts'
import type { MountRequest } from '../request/mount-request.ts'
import { planInSteps, planMount } from './plan-mount.ts'
import { rememberPlans as rememberWithin } from './remember-plans.ts'

const { signal } = new AbortController()

/** One that waits for nothing. */
function rememberPlans(...given: Parameters<typeof rememberWithin>): typeof planMount {
  const plan = rememberWithin(...given)
  return (input, regions) => {
    const found = plan(input, regions, signal)
    return found instanceof Promise ? assert.fail('waits') : found
  }
}

const request: MountRequest = {
  pod: { name: 'till-0', namespace: 'shop', uid: '1', serviceAccount: 'till' },
  tokens: new Map(),
  targetPath: '/volume',
  defaultMode: 0o644,
  identityKind: 'irsa',
  addressType: 'auto',
  objects: '- {objectName: a/b, objectType: secretsmanager}',
}

test('a remembered plan is the one that planMount makes', () => {
  const plan = rememberPlans()
  plan(request, ['us-east-1'])
  assert.deepEqual(plan(request, ['us-east-1']), planMount(request, ['us-east-1']))
})

test('what reads a text waits for its turn once, and a refusal of that turn is not remembered', async () => {
  let asked = 0
  const plan = rememberWithin(planInSteps, async ({ read }) => {
    asked += 1
    if (asked === 1) throw new ProviderError('OBJECTS_EXCEED_MEMORY', 'no room', 'INTERNAL')
    return read()
  })
  await assert.rejects(async () => plan(request, ['us-east-1'], signal), { code: 'OBJECTS_EXCEED_MEMORY' })
  await plan(request, ['us-east-1'], signal)
  assert.deepEqual(await plan(request, ['us-east-1'], signal), planMount(request, ['us-east-1']))
  assert.equal(asked, 2)
})

test('a text is as large as what its aliases stand for, about', () => {
  const sizes: number[] = []
  const plan = rememberPlans(planInSteps, ({ characters, read }) => {
    sizes.push(characters)
    return read()
  })
  const aliases = (count: number) =>
    `- &a {objectName: a, objectType: secretsmanager, expandKeys: true}\n${'- *a\n'.repeat(count)}`
  for (const objects of [request.objects, aliases(63)]) plan({ ...request, objects }, ['us-east-1'])
  assert.equal(sizes[0], request.objects.length)
  assert.ok((sizes[1] ?? 0) > 32 * 1_024, String(sizes[1]))
})

test('pods that wait for the turn of one text read it once', async () => {
  let read = 0
  const plan = rememberWithin(
    (...given) => {
      read += 1
      return planInSteps(...given)
    },
    async ({ read }) => read(),
  )
  const [first, second] = await Promise.all([
    plan(request, ['us-east-1'], signal),
    plan(request, ['us-east-1'], signal),
  ])
  assert.equal(first, second)
  assert.equal(read, 1)
})

test('a text that is read in turns makes the same plan, known to all once it is read', async () => {
  const many = {
    ...request,
    objects: Array.from(
      { length: 3_000 },
      (_, at) => `- {objectName: a${at}, objectType: secretsmanager}`,
    ).join('\n'),
  }
  const plan = rememberWithin(planInSteps, ({ readInTurns }, within) => readInTurns(within))
  const reading = plan(many, ['us-east-1'], signal)
  let turns = 0
  const others = setInterval(() => {
    turns += 1
  })
  const read = await reading
  clearInterval(others)
  assert.ok(turns > 1, `others had ${turns} turns meanwhile`)
  assert.deepEqual(read, planMount(many, ['us-east-1']))
  assert.equal(plan(many, ['us-east-1'], signal), read)
})

test('who goes away while a text is read leaves nothing behind, and the next reads it', async () => {
  const { objects } = { objects: `[${'{objectName: a},'.repeat(2_000)}]` }
  const plan = rememberWithin(planInSteps, ({ readInTurns }, within) => readInTurns(within))
  const abort = new AbortController()
  const first = plan({ ...request, objects }, ['us-east-1'], abort.signal)
  abort.abort(new Error('gone'))
  await assert.rejects(async () => first, { message: 'gone' })
  await assert.rejects(async () => plan({ ...request, objects }, ['us-east-1'], signal), ProviderError)
})

test('texts that differ by halves of characters alone are two', () => {
  const plan = rememberPlans()
  const named = (half: string) => ({
    ...request,
    objects: `- {objectName: "a${half}", objectType: secretsmanager}`,
  })
  const refusals = ['\ud800', '\ud801', '\ufffd'].map((half) => {
    try {
      return plan(named(half), ['us-east-1'])
    } catch (error) {
      return error
    }
  })
  assert.equal(new Set(refusals).size, 3)
})

test('the same text is read once, whichever pod asks', () => {
  const plan = rememberPlans()
  const other: MountRequest = {
    ...request,
    pod: { ...request.pod, namespace: 'other', serviceAccount: 'other' },
  }
  assert.equal(plan(request, ['us-east-1']), plan(other, ['us-east-1']))
})

// Whatever planMount looks at must be in the key: else a pod gets another class's files.
const others: readonly (readonly [
  what: string,
  request: MountRequest,
  regions: readonly [string] | readonly [string, string],
])[] = [
  ['objects', { ...request, objects: '- {objectName: a/c, objectType: secretsmanager}' }, ['us-east-1']],
  ['pathTranslation', { ...request, pathTranslation: 'False' }, ['us-east-1']],
  ['the default mode', { ...request, defaultMode: 0o600 }, ['us-east-1']],
  ['batchReads', { ...request, batchReads: true }, ['us-east-1']],
  ['the owner', { ...request, fileOwner: 1 }, ['us-east-1']],
  ['the group', { ...request, fileGroup: 1 }, ['us-east-1']],
  ['the region', request, ['us-east-2']],
  ['the failover region', request, ['us-east-1', 'us-east-2']],
]

for (const [what, other, regions] of others) {
  test(`a change of ${what} makes another plan`, () => {
    const plan = rememberPlans()
    plan(request, ['us-east-1'])
    assert.deepEqual(plan(other, regions), planMount(other, regions))
    assert.notDeepEqual(plan(other, regions), plan(request, ['us-east-1']))
  })
}

test('a text that is refused is read once, and refused again in the same words', () => {
  let read = 0
  const plan = rememberPlans((...given) => {
    read += 1
    return planInSteps(...given)
  })
  const refused = () => plan({ ...request, objects: '- {}\n- {objectName: a}' }, ['us-east-1'])
  const refusals = [1, 2].map(() => {
    try {
      refused()
    } catch (error) {
      assert.ok(error instanceof ProviderError)
      return [error.code, error.message, error.status, error.log]
    }
    return assert.fail()
  })
  assert.deepEqual(refusals[0], refusals[1])
  assert.equal(read, 1)
})

test('a refusal of thousands of mistakes is remembered as far as it is told', () => {
  const plan = rememberPlans()
  const objects = '- {}\n'.repeat(3_000)
  assert.throws(
    () => plan({ ...request, objects }, ['us-east-1']),
    (error: unknown) => error instanceof ProviderError && error.message.length < 6 * 1024,
  )
})

test('what plans take is counted by what they are, not by their text', () => {
  let read = 0
  const plan = rememberPlans((...given) => {
    read += 1
    return planInSteps(...given)
  })
  // A long name that thousands of objects share by a merge key, in few characters.
  const objects = (mark: string) =>
    [
      `- &x {objectName: ${mark.repeat(1_500)}, objectType: secretsmanager, objectAlias: f}`,
      ...Array.from({ length: 1_000 }, (_, at) => `- {<<: *x, objectAlias: f${at}}`),
    ].join('\n')
  for (const mark of ['a', 'b', 'a']) plan({ ...request, objects: objects(mark) }, ['us-east-1'])
  assert.equal(read, 3)
})

const large = 'x'.repeat(60_000)
const comment = (letter: string) => (nth: number) =>
  `- {objectName: a${nth}, objectType: secretsmanager} # ${letter.repeat(100_000)}`
const heavy: readonly (readonly [what: string, count: number, objectsOf: (nth: number) => string])[] = [
  [
    'the text of a composed file',
    40,
    (nth) =>
      `- {objectType: composed, objectAlias: f${nth}, text: ${large}, parts: {p: {objectName: a, objectType: secretsmanager}}}`,
  ],
  [
    'a structure of many small values',
    16,
    (nth) =>
      `- objectType: composed\n  objectAlias: f${nth}\n  parts: {p: {objectName: a, objectType: secretsmanager}}\n  json: [${'1,'.repeat(7_000)}1]`,
  ],
  ['a text of one byte a letter', 45, comment('é')],
  ['a text of two bytes a letter', 24, comment('ł')],
]
for (const [what, count, objectsOf] of heavy) {
  test(`remembered plans are weighed with ${what}`, () => {
    let made = 0
    const plan = rememberPlans((...given) => {
      made += 1
      return planInSteps(...given)
    })
    const ask = (nth: number) => plan({ ...request, objects: objectsOf(nth) }, ['us-east-1'])
    for (let nth = 0; nth < count; nth += 1) ask(nth)
    ask(count - 1)
    assert.equal(made, count)
    ask(0)
    assert.equal(made, count + 1)
  })
}
