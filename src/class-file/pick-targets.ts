import { join } from 'node:path'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import { isKubernetesName } from '../request/kubernetes-name.ts'
import { type ClassDocument, isForAws } from './class-document.ts'
import { type ClassFile, type ClassText, readClassFile } from './read-class-file.ts'

/** A class to mount, and the directory its files go to. */
export interface MountTarget {
  readonly document: ClassDocument
  /** Absolute; undefined for a dry run without one. */
  readonly directory: string | undefined
  /** Why its name cannot be that of a directory, where it would have to be. */
  readonly nameFault?: ProviderError
}

/**
 * Picks what to mount of a file: the class of that name, or all for the provider aws; several go to a directory of
 * their name each.
 *
 * @throws {ProviderError} CLASS_MISSING and CLASS_AMBIGUOUS.
 */
export function pickTargets(
  { file, classes }: ClassFile,
  name: string | undefined,
  directory: string | undefined,
): readonly MountTarget[] {
  const ours = classes.filter(isForAws)
  const picked = name === undefined ? ours : ours.filter((each) => isNamed(each, name))
  const [first, ...more] = picked
  if (first === undefined) {
    throw classMissing({ file, classes }, name)
  }
  if (name !== undefined && more.length > 0) throw fault('CLASS_AMBIGUOUS', { name })
  if (more.length === 0) return [{ document: first, directory }]
  const taken = new Set<string>()
  return picked.map((document) => {
    // It becomes a directory: nothing but what Kubernetes takes for a name.
    if (!isKubernetesName(document.name)) {
      const nameFault = fault('CLASS_NAME_MALFORMED', { received: document.name })
      return { document, directory: undefined, nameFault }
    }
    const place = directory === undefined ? `${document.namespace}/${document.name}` : document.name
    if (taken.has(place)) throw fault('CLASS_AMBIGUOUS', { name: document.name })
    taken.add(place)
    return { document, directory: directory === undefined ? undefined : join(directory, document.name) }
  })
}

/** The error of input that has no class for the provider aws. */
export function nothingToDo(input: ClassText): ProviderError {
  return input.text.trim() === ''
    ? fault('INPUT_EMPTY', { file: input.file })
    : classMissing(readClassFile(input), undefined)
}

function classMissing(
  { file, classes }: Pick<ClassFile, 'file' | 'classes'>,
  name: string | undefined,
): ProviderError {
  const found = classes.map((each) => `${each.name} (provider ${each.provider.text || 'missing'})`)
  return fault('CLASS_MISSING', { file, name, found })
}

function isNamed({ name, namespace }: ClassDocument, wanted: string): boolean {
  return wanted === name || wanted === `${namespace}/${name}`
}
