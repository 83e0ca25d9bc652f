/**
 * Whether a sentence says already what a remedy says: it has most of its words. Sentences of mounts end with what to do
 * where that can be said in a few words, and the remedies of their codes would say it again.
 */
export function isSaidAlready(sentence: string, remedy: string): boolean {
  const said = new Set(words(sentence))
  const wanted = words(remedy)
  return wanted.filter((word) => said.has(word)).length * 3 >= wanted.length * 2
}

/** Those that carry meaning, about: of four letters or more, without the endings of plurals and verbs. */
function words(text: string): readonly string[] {
  const found = text.toLowerCase().match(/[-\w]{4,}/g) ?? []
  return Array.from(new Set(found.map((word) => word.replace(/(?:ies|es|s|ing|ed)$/, ''))))
}
