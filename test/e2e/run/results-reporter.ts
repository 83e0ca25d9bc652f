import type { TestEvent } from 'node:test/reporters'

/** What a scenario left for the summary, one a line of JSON. */
export interface Result {
  readonly name: string
  /** Of a scenario, not of its steps. */
  readonly seconds?: number
  readonly failed?: true
  readonly skipped?: string
  /** Something it measured. */
  readonly figure?: string
}

/** Reporter of node --test. */
// biome-ignore lint/style/noDefaultExport: node --test takes reporters in this form alone
export default async function* results(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const result = read(event)
    if (result !== undefined) yield `${JSON.stringify(result)}\n`
  }
}

function read(event: TestEvent): Result | undefined {
  if (event.type === 'test:diagnostic') {
    const { file, message } = event.data
    // What a scenario measured begins with a number.
    return file !== undefined && /^\d/.test(message) ? { name: '', figure: message } : undefined
  }
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined
  const { name, nesting, skip, details } = event.data
  if (skip !== undefined && skip !== false) return { name, skipped: skip === true ? 'skipped' : skip }
  if (nesting > 0) return undefined
  const seconds = Math.round(details.duration_ms / 1000)
  return { name, seconds, ...(event.type === 'test:fail' ? { failed: true as const } : {}) }
}
