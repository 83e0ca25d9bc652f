/** Quotes of word processors. */
const curly = '\u2018\u2019\u201c\u201d\u201e'

/** Whether a string has curly quotes in it, which YAML takes for letters. */
export function hasCurlyQuotes(text: string): boolean {
  return Array.from(curly).some((quote) => text.includes(quote))
}

/** A string without quotes and white space at its ends. */
export function withoutQuotes(text: string): string {
  const isOutside = (character = '') => /\s/.test(character) || `"'\`${curly}`.includes(character)
  let [start, end] = [0, text.length]
  while (start < end && isOutside(text[start])) start += 1
  while (end > start && isOutside(text[end - 1])) end -= 1
  return text.slice(start, end)
}
