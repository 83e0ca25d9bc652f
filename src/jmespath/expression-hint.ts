import { renderFirst, unrendered } from '../errors/unrendered.ts'

/** What people write in a path that is not JMESPath, and what they mean. */
const mistakes: readonly (readonly [pattern: RegExp, hint: (expression: string) => string])[] = [
  [
    /^[.$@]$/,
    () => 'the whole value is mounted as a file of its own anyway: remove this entry, or name a key',
  ],
  [/^\$\.?\w/, (path) => `this is JSONPath: write ${path.replace(/^\$\.?/, '')}`],
  [/^\.\w/, (path) => `write ${path.slice(1)} without the dot before it`],
  [/^\/[\w/]+$/, (path) => `keys are joined by dots: write ${path.slice(1).replaceAll('/', '.')}`],
  [/^\{\{.*\}\}$/, () => `this is ${unrendered}: ${renderFirst}`],
  // A name with other characters than letters, digits and _, or with a digit first.
  [/^[\p{L}\p{N}_][^"'`[\](){}|&=<>!,*?\\]*$/u, quoted],
]

/** A word on how to write what an expression that is not JMESPath probably means. */
export function expressionHint(expression: string): string | undefined {
  const text = expression.trim().slice(0, 200)
  return mistakes.find(([pattern]) => pattern.test(text))?.[1](text)
}

function quoted(key: string): string {
  return `a key with other characters than letters, digits and _ is quoted: write path: '"${key}"'`
}
