import { quote } from '../../errors/kind.ts'
import { plainText, writeJson } from '../../json/json-text.ts'
import type { JsonValue } from '../../json/json-value.ts'
import type { PaidText } from '../../json/paid-text.ts'
import { writeYaml } from '../../json/yaml-text.ts'
import type { PlannedFormat } from '../../plan/mount-plan.ts'
import { dockerEnvLine, dockerNameProblem } from './docker-env.ts'
import { shellNameProblem, writeDotenvLine } from './dotenv.ts'
import { FormatFault } from './format-fault.ts'
import { iniLine, iniNameProblem } from './ini.ts'
import { writePropertiesLine } from './properties.ts'
import { writeTomlLine } from './toml.ts'

/** The keys of a file and their values, in their order. */
export type Entries = Iterable<readonly [key: string, value: JsonValue]>

/**
 * Writes one file out of keys and values. Null is left out; what is nested is a structure in json, yaml and toml, else
 * JSON text; numbers are as they stand.
 *
 * @throws FormatFault for what the format cannot say, CostFault and RoomFault; none holds a value.
 */
export function writeFormat(entries: Entries, format: PlannedFormat, text: PaidText): void {
  const { budget } = text
  const named = new Map<string, JsonValue>()
  const seen = new Set<string>()
  for (const [key, value] of entries) {
    budget.spend(1)
    if (value === null) continue
    budget.spendText(key.length + (format.prefix?.length ?? 0))
    const name = nameOf(key, format)
    const problem = nameProblem(name, format)
    if (problem !== undefined) throw new FormatFault(key, problem, true)
    // Names of an ini file are the same in any case.
    const same = format.kind === 'ini' ? name.toLowerCase() : name
    if (seen.has(same)) throw new FormatFault(key, `another key gives the name ${quote(name)} too`, true)
    seen.add(same)
    named.set(name, value)
  }
  if (format.kind === 'json') writeJson(named, text)
  else if (format.kind === 'yaml') writeYaml(named, text)
  else {
    if (format.section !== undefined) text.add(`[${format.section}]\n`)
    for (const [key, value] of named) writeLine(key, value, format, text)
  }
}

function nameOf(key: string, { prefix, uppercase }: PlannedFormat): string {
  const name = `${prefix ?? ''}${key}`
  return uppercase === true ? name.toUpperCase().replace(/[-.]/g, '_') : name
}

function nameProblem(name: string, { kind }: PlannedFormat): string | undefined {
  if (kind === 'dotenv') return shellNameProblem(name)
  if (kind === 'docker-env') return dockerNameProblem(name)
  return kind === 'ini' ? iniNameProblem(name) : undefined
}

function writeLine(key: string, value: JsonValue, { kind }: PlannedFormat, text: PaidText): void {
  if (kind === 'toml') {
    writeTomlLine(key, value, text)
    return
  }
  const plain = plainText(value, text)
  if (kind === 'dotenv') writeDotenvLine(key, plain, text)
  else if (kind === 'properties') writePropertiesLine(key, plain, text)
  else text.add(kind === 'ini' ? iniLine(key, plain) : dockerEnvLine(key, plain))
}
