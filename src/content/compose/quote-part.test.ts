import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { hostileValue } from '../../../test/fixtures/hostile-values.ts'
import { PaidText } from '../../json/paid-text.ts'
import { parseJson } from '../../json/parse-json.ts'
import { workBudget } from '../../json/work-budget.ts'
import type { Quoting } from '../../plan/compose/template.ts'
import { quotePart } from './quote-part.ts'

function quoted(json: string, quoting?: Quoting): string {
  const text = new PaidText(workBudget())
  const reason = quotePart(parseJson(json)?.value ?? null, quoting, text)
  return reason === undefined ? text.made() : `refused: ${reason}`
}

const cases: readonly (readonly [json: string, quoting: Quoting | undefined, text: string])[] = [
  ['"a b"', undefined, 'a b'],
  ['1.10', undefined, '1.10'],
  ['"a\\"b"', 'json', '"a\\"b"'],
  ['9007199254740993', 'json', '9007199254740993'],
  ['{"b":1,"a":[true]}', 'json', '{"b":1,"a":[true]}'],
  ['"no"', 'yaml', '"no"'],
  ['{"a":["\\u2028"]}', 'yaml', '{"a":["\\u2028"]}'],
  ['"it\'s"', 'sh', "'it'\\''s'"],
  ['""', 'sh', "''"],
  ['"a\\u0000"', 'sh', 'refused: a shell cannot hold a NUL character'],
  ['"<&>\\"\'\\n"', 'xml', '&#60;&#38;&#62;&#34;&#39;&#10;'],
  ['"\\u0001"', 'xml', 'refused: it has a character that XML 1.0 cannot hold'],
  ['"p@ss/w:?#[]!\'()*é"', 'url', 'p%40ss%2Fw%3A%3F%23%5B%5D%21%27%28%29%2A%C3%A9'],
  ['"a-b._~"', 'url', 'a-b._~'],
]
for (const [json, quoting, text] of cases) {
  test(`${json} as ${quoting ?? 'it is'}`, () => assert.equal(quoted(json, quoting), text))
}

/** What each place is read by, and how it reads a hostile value back. */
const places: readonly (readonly [quoting: Quoting, read: (text: string) => string])[] = [
  ['json', (text) => JSON.parse(`{"a":${text},"b":1}`).a],
  ['yaml', (text) => parse(`a: ${text}\nb: 1\n`).a],
  ['url', (text) => decodeURIComponent(new URL(`postgres://${text}:${text}@host/db`).username)],
  ['xml', (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))],
]
for (const [quoting, read] of places) {
  test(`no value gets out of its place: ${quoting}`, () => {
    fc.assert(
      fc.property(hostileValue, (value) => {
        const text = quoted(JSON.stringify(value), quoting)
        if (text.startsWith('refused: ')) return
        assert.equal(read(text), value)
        if (quoting === 'xml') assert.doesNotMatch(text, /[<>"'\n]/)
      }),
    )
  })
}

test('no value gets out of its place: sh', () => {
  fc.assert(
    fc.property(fc.array(hostileValue, { minLength: 1, maxLength: 8 }), (values) => {
      const words = values.map((value) => quoted(JSON.stringify(value), 'sh')).join(' ')
      const { stdout, status } = spawnSync('sh', ['-c', `printf '%s\\0' ${words}`])
      assert.equal(status, 0)
      assert.deepEqual(stdout.toString().split('\0').slice(0, -1), values)
    }),
    { numRuns: 100 },
  )
})
