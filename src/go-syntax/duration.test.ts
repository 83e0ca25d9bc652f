import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseGoDuration } from './duration.ts'

const durations: readonly [text: string, milliseconds: number | undefined][] = [
  ['2s', 2_000],
  ['100ms', 100],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1_000],
  ['+2s', 2_000],
  ['-2s', -2_000],
  ['0', 0],
  ['-0', 0],
  ['+0', 0],
  ['0s', 0],
  ['250us', 0.25],
  ['250µs', 0.25],
  ['250μs', 0.25],
  ['500000ns', 0.5],
  ['1h1m1s1ms', 3_661_001],
  ['1s1s', 2_000],
  ['2540400h', 9_145_440_000_000],
  ['2562048h', undefined],
  ['', undefined],
  ['2', undefined],
  ['s', undefined],
  ['.s', undefined],
  ['2 s', undefined],
  [' 2s', undefined],
  ['2s\n', undefined],
  ['1d', undefined],
  ['2S', undefined],
  ['1s-1s', undefined],
  ['1..5s', undefined],
  ['1e3s', undefined],
  ['--2s', undefined],
  ['Infinitys', undefined],
  ['٢s', undefined],
]

for (const [text, milliseconds] of durations) {
  test(`${JSON.stringify(text)} is ${milliseconds === undefined ? 'no duration' : `${milliseconds} ms`}`, () => {
    assert.equal(parseGoDuration(text), milliseconds)
  })
}
