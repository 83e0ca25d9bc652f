import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { createProgressReporter } from './progress-reporter.ts'

/** Feeds events, as node --test sends them, and gives what was written. */
async function report(events: readonly object[]): Promise<string> {
  const reporter = createProgressReporter('/src')
  for (const event of events) reporter.write(event)
  reporter.end()
  return (await reporter.toArray()).join('')
}

const begin = (file: string) => ({ type: 'test:dequeue', data: { name: file, file } })
const end = (file: string, name: string, ms: number, more: object = {}) => ({
  type: 'test:complete',
  data: { name, file, details: { duration_ms: ms, passed: true, type: 'test' }, ...more },
})
const failing = { details: { duration_ms: 5, passed: false, type: 'test', error: new Error('no') } }

test('a file is said when it is done, with its tests, and suites are no tests', async () => {
  const suite = { details: { duration_ms: 1, passed: true, type: 'suite' } }
  const text = await report([
    begin('/src/a.ts'),
    end('/src/a.ts', 'one', 1),
    end('/src/a.ts', 'both', 1, suite),
    end('/src/a.ts', '/src/a.ts', 1234),
  ])
  assert.match(text, /^✔ a\.ts {2}1 test, 1\.2 s$/m)
})

test('a file with a failure is said as failed, and the failure in full at the end', async () => {
  const text = await report([
    begin('/src/a.ts'),
    end('/src/a.ts', 'one', 1),
    end('/src/a.ts', 'two', 5, failing),
    end('/src/a.ts', '/src/a.ts', 9),
    { type: 'test:fail', data: { name: 'two', nesting: 0, file: '/src/a.ts', ...failing } },
    { type: 'test:diagnostic', data: { nesting: 0, message: 'pass 1', level: 'info' } },
  ])
  assert.match(text, /^✖ a\.ts {2}1 of 2 tests failed, 0\.0 s$/m)
  assert.match(text, /^ℹ pass 1$[\s\S]*failing tests:[\s\S]*✖ two/m)
})

test('a file may be named from the working directory', async () => {
  const relative = ({ type, data }: { readonly type: string; readonly data: object }) => ({
    type,
    data: { ...data, name: 'a.ts' },
  })
  const text = await report([
    relative(begin('/src/a.ts')),
    end('/src/a.ts', 'one', 1),
    relative(end('/src/a.ts', '', 1)),
  ])
  assert.match(text, /^✔ a\.ts {2}1 test, /m)
})

test('a file that ends before any test is failed', async () => {
  const text = await report([begin('/src/a.ts'), end('/src/a.ts', '/src/a.ts', 9, failing)])
  assert.match(text, /^✖ a\.ts {2}0 tests/m)
})

test('what was skipped is listed with its reason, and of the slowest ten', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `test ${at} of twelve`)
  const text = await report([
    ...names.map((name, at) => end('/src/a.ts', name, at * 1000)),
    end('/src/a.ts', 'elsewhere', 0, { skip: 'needs Go' }),
  ])
  assert.match(text, /skipped:\n {2}a\.ts: elsewhere \(needs Go\)\n/)
  assert.match(text, /slowest:\n +11\.0 s {2}a\.ts: test 11 of twelve\n/)
  assert.equal(text.match(/of twelve/g)?.length, 10)
})

test('a line comes every ten seconds while nothing ends', async () => {
  mock.timers.enable({ apis: ['setInterval', 'Date'] })
  try {
    const reporter = createProgressReporter('/src')
    reporter.write(begin('/src/a.ts'))
    await new Promise((resolve) => setImmediate(resolve))
    mock.timers.tick(9_000)
    assert.equal(reporter.read(), null)
    mock.timers.tick(1_500)
    assert.match(String(reporter.read()), /^… 10\.\d s, 0 tests are done; under way: a\.ts\n$/)
    mock.timers.tick(9_000)
    assert.equal(reporter.read(), null)
    mock.timers.tick(1_500)
    assert.notEqual(reporter.read(), null)
    reporter.destroy()
  } finally {
    mock.timers.reset()
  }
})
