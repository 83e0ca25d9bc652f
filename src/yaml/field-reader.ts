import { quote } from '../errors/kind.ts'
import type { SourcePosition } from './finding.ts'
import { nearestName } from './nearest-name.ts'
import type { WarningSink } from './warnings.ts'
import type { YamlItem, YamlMap } from './yaml-node.ts'

/** A field's string and where it stands. */
export interface Field {
  readonly text: string
  readonly at: SourcePosition
}

/** A field's string and position; undefined when unset or empty; 'malformed' when a fault was found already. */
export type FieldRead = Field | 'malformed' | undefined

/** Names of fields, prepared once for many maps. */
export interface KnownNames {
  readonly names: readonly string[]
  /** By themselves, and by themselves in small letters. */
  readonly bySpelling: ReadonlyMap<string, string>
}

/** Prepares names of fields for readers of maps. `refused`: names that are read, for an error, and advised to nobody. */
export function knownNames(names: readonly string[], refused: readonly string[] = []): KnownNames {
  const spelled = (name: string): readonly [string, string][] => [
    [name, name],
    [name.toLowerCase(), name],
  ]
  return { names, bySpelling: new Map([...names, ...refused].flatMap(spelled)) }
}

/**
 * Finds the known fields of a map: keys match in any case, the exact spelling wins, of several others the
 * last counts. Unknown and hidden ones are warned of.
 */
export class FieldReader {
  readonly #found = new Map<string, YamlItem>()

  /** `elsewhere`: names that are known in another place, and which. */
  constructor(
    map: YamlMap,
    known: KnownNames,
    where: string,
    warn: WarningSink,
    elsewhere: ReadonlyMap<string, string> = new Map(),
  ) {
    for (const { message, ...odd } of map.warnings) warn({ ...odd, message: () => `${where}: ${message}` })
    for (const [key, { at, value }] of map.entries) {
      const name = known.bySpelling.get(key) ?? known.bySpelling.get(key.toLowerCase())
      if (name === undefined) {
        const message = () => unknownField(key, known.names, where, elsewhere)
        warn({ code: 'FIELD_UNKNOWN', message, ...at })
        continue
      }
      const exact = map.entries.get(name)
      if (this.#found.has(name) || (exact !== undefined && key !== name)) {
        const message = () =>
          `${where}: field ${quote(key)} is another spelling of ${name}, which is there as well: only one of them counts`
        warn({ code: 'REPEATED_FIELD', message, ...at })
      }
      this.#found.set(name, exact?.value ?? value)
    }
  }

  item(name: string): YamlItem | undefined {
    return this.#found.get(name)
  }
}

function unknownField(
  key: string,
  known: readonly string[],
  where: string,
  elsewhere: ReadonlyMap<string, string>,
): string {
  const place = elsewhere.get(key)
  if (place !== undefined) return `${where}: field ${quote(key)} is ignored here: ${key} ${place}`
  const nearest = nearestName(key, known)
  const advice = nearest === undefined ? `known fields are ${known.join(', ')}` : `did you mean ${nearest}?`
  return `${where}: field ${quote(key)} is unknown and ignored; ${advice}`
}
