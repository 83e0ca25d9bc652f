import { quote } from '../../errors/kind.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'

/** What sentences call an object: by its objectName as written, else by its position. */
export function objectLabel(object: { readonly position: number; readonly objectName: FieldRead }): string {
  const name = textOf(object.objectName)
  return name === undefined ? `object ${object.position}` : `object ${quote(name)}`
}

/** What sentences call an entry of an object's jmesPath: by its objectAlias, else by its path. */
export function entryLabel(
  object: string,
  entry: { readonly position: number; readonly objectAlias: FieldRead; readonly path: FieldRead },
): string {
  const name = textOf(entry.objectAlias) ?? textOf(entry.path)
  return `${object}, jmesPath entry ${entry.position}${name === undefined ? '' : ` (${quote(name)})`}`
}

/** What sentences call the failoverObject of an object. */
export function failoverLabel(object: string): string {
  return `${object}, failoverObject`
}

/** The string of a field, where it has a usable one. */
export function textOf(field: FieldRead): string | undefined {
  return field === undefined || field === 'malformed' ? undefined : field.text
}
