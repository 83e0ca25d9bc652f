import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quote } from './kind.ts'

const token = `eyJ${'a'.repeat(900)}.${'b'.repeat(900)}`

const quoted: readonly (readonly [what: string, given: string, shown: string])[] = [
  ['a short text', 'a "b"\n', '"a \\"b\\"\\n"'],
  ['200 characters', 'é'.repeat(200), `"${'é'.repeat(200)}"`],
  ['a longer text', '😀'.repeat(201), `"${'😀'.repeat(200)}…"`],
  ['a token', `x ${token.slice(0, 600)} y`, '"x <redacted> y"'],
  ['a token that is longer than what is looked at, and what follows', `x ${token} y`, '"x <redacted>…"'],
  [
    'a token that begins at the end of what is shown',
    `${'x'.repeat(195)} ${token}`,
    `"${'x'.repeat(195)} <red…"`,
  ],
  [
    'a text of which no more than the beginning is looked at',
    `${'x'.repeat(100_000)}`,
    `"${'x'.repeat(200)}…"`,
  ],
]
for (const [what, given, shown] of quoted) {
  test(`quote() of ${what}`, () => assert.equal(quote(given), shown))
}
