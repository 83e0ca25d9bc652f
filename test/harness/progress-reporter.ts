import { relative, resolve } from 'node:path'
import { Transform } from 'node:stream'
import type { TestEvent } from 'node:test/reporters'
import { spec } from 'node:test/reporters'

/** Whatever happens, somebody who waits reads something every ten seconds. */
const patienceMs = 10_000
const slowestShown = 10

/**
 * Reporter of node --test: a line for each file when it is done, and one every ten seconds when none is. At the end
 * what was skipped, the slowest tests, and counts and failures as node's own reporter prints them.
 */
// biome-ignore lint/style/noDefaultExport: node --test takes reporters in this form alone
export default createProgressReporter()

/** `cwd` is what files are named from. Each call counts anew. */
export function createProgressReporter(cwd = process.cwd()): Transform {
  const began = Date.now()
  const running = new Map<string, { tests: number; failed: number }>()
  const finished: { readonly name: string; readonly ms: number }[] = []
  const skipped: string[] = []
  const forNode: TestEvent[] = []
  let saidAt = began

  const reporter = new Transform({
    writableObjectMode: true,
    transform(event: TestEvent, _encoding, done) {
      take(event)
      done()
    },
    flush(done) {
      clearInterval(timer)
      if (skipped.length > 0) say(`\nskipped:\n${skipped.map((line) => `  ${line}\n`).join('')}`)
      const slowest = finished.toSorted((one, other) => other.ms - one.ms).slice(0, slowestShown)
      say(`\nslowest:\n${slowest.map(({ name, ms }) => `${seconds(ms).padStart(9)}  ${name}\n`).join('')}\n`)
      sayAsNodeDoes(forNode, say).then(() => done(), done)
    },
  })
  const timer = setInterval(() => {
    if (Date.now() - saidAt < patienceMs) return
    const files = [...running.keys()].map((file) => relative(cwd, file)).join(', ')
    say(`… ${seconds(Date.now() - began)}, ${finished.length} tests are done; under way: ${files}\n`)
  }, patienceMs / 20)
  timer.unref()
  return reporter

  function take(event: TestEvent): void {
    switch (event.type) {
      case 'test:dequeue':
        if (isFile(event.data)) running.set(resolve(cwd, event.data.name), { tests: 0, failed: 0 })
        break
      case 'test:complete':
        if (isFile(event.data)) finishFile(event.data)
        else if (event.data.details.type !== 'suite') finishTest(event.data)
        break
      case 'test:stdout':
      case 'test:stderr':
        say(event.data.message)
        break
      case 'test:diagnostic':
        if (event.data.file === undefined) forNode.push(event)
        break
      case 'test:fail':
      case 'test:coverage':
      case 'test:interrupted':
        forNode.push(event)
    }
  }

  /** node --test reports a file as a test that is named by its path, from `cwd` or from the root. */
  function isFile({ name, file }: { readonly name: string; readonly file?: string }): boolean {
    return file !== undefined && resolve(cwd, name) === file
  }

  function finishTest({ name, file = '', details, skip }: CompleteEvent): void {
    const counts = running.get(file)
    if (counts !== undefined) {
      counts.tests++
      if (!details.passed) counts.failed++
    }
    finished.push({ name: `${relative(cwd, file)}: ${name}`, ms: details.duration_ms })
    if (skip) skipped.push(`${relative(cwd, file)}: ${name}${skip === true ? '' : ` (${skip})`}`)
  }

  function finishFile({ file = '', details }: CompleteEvent): void {
    const { tests = 0, failed = 0 } = running.get(file) ?? {}
    running.delete(file)
    const good = details.passed && failed === 0
    const all = `${tests} test${tests === 1 ? '' : 's'}`
    const count = failed > 0 ? `${failed} of ${all} failed` : all
    say(`${good ? '✔' : '✖'} ${relative(cwd, file)}  ${count}, ${seconds(details.duration_ms)}\n`)
  }

  function say(text: string): void {
    saidAt = Date.now()
    reporter.push(text)
  }
}

type CompleteEvent = Extract<TestEvent, { type: 'test:complete' }>['data']

/** Counts, then failures in full. */
async function sayAsNodeDoes(events: readonly TestEvent[], say: (text: string) => void): Promise<void> {
  const node = new spec()
  for (const event of events.toSorted((one, other) => rank(one) - rank(other))) node.write(event)
  node.end()
  for await (const text of node) say(String(text))
}

function rank({ type }: TestEvent): number {
  return type === 'test:diagnostic' ? 0 : 1
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
