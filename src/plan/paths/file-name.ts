/** Bytes of a path, for the driver. */
const longestPath = 4_096
/** Levels of directories with the file; the hierarchies of Parameter Store have fifteen. */
const mostLevels = 32

/** What is put for every `/` of a name; false leaves them, so that names make directories. */
export type PathTranslation = string | false

/** Reads the pathTranslation parameter; undefined when it is neither one code point nor "False"; empty is the default. */
export function readPathTranslation(text = ''): PathTranslation | undefined {
  if (text === '') return '_'
  if (text.toLowerCase() === 'false') return false
  const isOne = text.length <= 2 && Array.from(text).length === 1
  return isOne && text !== '/' && text.isWellFormed() ? text : undefined
}

/** The path in the volume of a file of that name or alias; not checked yet. One that is far too long is not translated, and stays so. */
export function filePath(name: string, translation: PathTranslation): string {
  if (name.length > longestPath) return name
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
  if (path.length > longestPath || Buffer.byteLength(path) > longestPath)
    return `is longer than ${longestPath} bytes`
  const elements = path.split('/')
  if (elements.length > mostLevels) return `has more than ${mostLevels} levels`
  for (const element of elements) {
    if (element === '') return 'has an empty element (a leading, doubled or trailing "/")'
    if (element === '.' || element === '..') return `has an element "${element}"`
    if (Buffer.byteLength(element) > 255) return 'has an element longer than 255 bytes'
  }
  return undefined
}

/** Nearly all are so, and each is looked at in each mount. */
const usualName = /^[\w-][\w.-]{0,254}$/
