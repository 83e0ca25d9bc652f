import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { extract } from '../../src/jmespath/extract.ts'
import { canBeText, checkExpression } from '../../src/jmespath/syntax.ts'
import { readJsonDocument } from '../../src/json/json-document.ts'
import { workBudget } from '../../src/json/work-budget.ts'
import { Sensitive } from '../../src/process/sensitive.ts'
import type { FuzzTarget } from './harness/target.ts'

/** Stands in every value, and must stand in no message. */
const secret = 'hunter2'
const document = JSON.stringify({
  user: secret,
  list: [{ k: 'a', v: 1, deep: { x: [1, 2, [3]] } }, { k: 'b', v: 2.5 }, null, secret],
  words: ['b', 'a', secret],
  numbers: [3, 1, 2],
  nested: { 'with-dash': true, __proto__: secret, constructor: { length: 0 } },
})

/**
 * A jmesPath expression, on a document of ours or, after an empty line, on one of its own: it gives a value or a fault
 * of our own without the value, within its budget; and the check that `validate` makes agrees with it.
 */
export const target: FuzzTarget = {
  seeds: [
    'user',
    'list[0].deep.x[2][0]',
    'list[?v > `1`].k | [0]',
    "list[?k == 'a'].deep.x[] | [1:3:-1]",
    'sort_by(list[:2], &k)[*].{a: k, b: v}',
    'max_by(list[:2], &v).k || user && !list',
    'join(`"-"`, words)',
    'to_string(@)',
    'nested."with-dash"',
    'map(&v, list[:2])',
    '[@,@]|[@,@]|length(to_string(@))',
    'reverse(sort(numbers)) | to_array([0]) | merge({a: `{"b": 1}`}.a, `{}`)',
    'a.b\n\n{"a":{"b":"c"}}',
  ],
  words: [
    ...[
      '@',
      '*',
      '[*]',
      '[?',
      ']',
      '[]',
      '[::2]',
      '.',
      '|',
      '||',
      '&&',
      '!',
      '&',
      '==',
      '!=',
      '<=',
      '{a: ',
      '}',
      '(',
      ')',
      ',',
    ],
    ...[
      '`',
      '"',
      "'",
      '`[1,"x"]`',
      '\\',
      '-1',
      '99999999999',
      'user',
      'list',
      'words',
      'numbers',
      'nested',
      'k',
      'v',
    ],
    ...[
      'abs(',
      'avg(',
      'contains(',
      'ceil(',
      'ends_with(',
      'join(',
      'keys(',
      'length(',
      'map(&',
      'max_by(',
      'merge(',
    ],
    ...[
      'not_null(',
      'reverse(',
      'sort(',
      'sort_by(',
      'sum(',
      'to_array(',
      'to_number(',
      'to_string(',
      'type(',
      'values(',
    ],
    '\n\n',
  ],
  tryInput(input) {
    const [expression = '', own] = input.toString().split('\n\n', 2)
    const content = new Sensitive<Uint8Array>(Buffer.from(own ?? document))
    const extracted = extract({ object: 'o', expression, file: 'f' }, readJsonDocument(content), workBudget())
    const wrong = checkExpression(expression)
    if ('value' in extracted) {
      assert.equal(wrong, undefined)
      const isText = typeof extracted.value === 'string'
      if (isText) assert.equal(canBeText(expression), true)
      return `gives ${isText ? 'a string' : typeof extracted.value}`
    }
    const { code, message } = extracted.fault
    assert.equal(code === 'EXTRACT_EXPRESSION_INVALID', wrong !== undefined)
    if (!expression.includes(secret))
      assert.doesNotMatch(inspect(extracted.fault, { depth: 9 }), new RegExp(secret))
    const reasons = [
      'is not closed',
      'not understood',
      'not expected',
      'is not an operator',
      'ends too early',
      'is empty',
    ]
    const more = [
      'needs a digit',
      'there is no function',
      'argument',
      'too much work',
      'too deeply',
      'takes a',
      'needs keys',
    ]
    return `${code} ${[...reasons, ...more].find((reason) => message.includes(reason)) ?? ''}`
  },
}
