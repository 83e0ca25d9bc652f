/** What is put for every `/` of a name; false leaves them, so that names make directories. */
export type PathTranslation = string | false

/** Reads the pathTranslation parameter; undefined when it is neither one code point nor "False"; empty is the default. */
export function readPathTranslation(text = ''): PathTranslation | undefined {
  if (text === '') return '_'
  if (text.toLowerCase() === 'false') return false
  const isOne = text.length <= 2 && Array.from(text).length === 1
  return isOne && text !== '/' && text.isWellFormed() ? text : undefined
}

/** The path in the volume of a file of that name or alias; not checked yet. */
export function filePath(name: string, translation: PathTranslation): string {
  return translation === false ? name.replace(/^\/+/, '') : name.split('/').join(translation)
}

/**
 * Says why a path cannot stand in a volume, for "… gives the file name x, which <reason>".
 *
 * The driver takes relative, clean paths alone, of at most 4096 bytes, and removes the whole volume when it
 * is given "."; Linux takes 255 bytes an element. Names that begin with ".." are the writer's own.
 */
export function pathProblem(path: string): string | undefined {
  if (usualName.test(path)) return undefined
  if (path === '') return 'is empty'
  if (path === '.') return 'is the volume itself'
  if (path.includes('\0')) return 'holds a NUL character'
  if (!path.isWellFormed()) return 'holds half of a character'
  if (path.startsWith('..')) return 'begins with ".."'
  if (Buffer.byteLength(path) > 4096) return 'is longer than 4096 bytes'
  for (const element of path.split('/')) {
    if (element === '') return 'has an empty element (a leading, doubled or trailing "/")'
    if (element === '.' || element === '..') return `has an element "${element}"`
    if (Buffer.byteLength(element) > 255) return 'has an element longer than 255 bytes'
  }
  return undefined
}

/** Nearly all are so, and each is looked at in each mount. */
const usualName = /^[\w-][\w.-]{0,254}$/
