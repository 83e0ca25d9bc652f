import { quote } from '../../errors/kind.ts'
import { jsonText, scalarText } from '../../json/json-text.ts'
import type { JsonValue } from '../../json/json-value.ts'
import type { WorkBudget } from '../../json/work-budget.ts'
import { yamlText } from '../../json/yaml-text.ts'
import type { PlannedFormat } from '../../plan/mount-plan.ts'
import { dockerEnvLine, dockerNameProblem } from './docker-env.ts'
import { dotenvLine, shellNameProblem } from './dotenv.ts'
import { FormatFault } from './format-fault.ts'
import { iniLine, iniNameProblem } from './ini.ts'
import { propertiesLine } from './properties.ts'
import { tomlLine } from './toml.ts'

/** The keys of a file and their values, in their order. */
export type Entries = Iterable<readonly [key: string, value: JsonValue]>

/**
 * One file out of keys and values. Null is left out; what is nested is a structure in json, yaml and toml, else
 * JSON text; numbers are as they stand.
 *
 * @throws FormatFault for what the format cannot say, and CostFault; neither holds a value.
 */
export function writeFormat(entries: Entries, format: PlannedFormat, budget: WorkBudget): string {
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
  if (format.kind === 'json') return jsonText(named, budget)
  if (format.kind === 'yaml') return yamlText(named, budget)
  const lines = Array.from(named, ([key, value]) => line(key, value, format, budget))
  return (format.section === undefined ? '' : `[${format.section}]\n`) + lines.join('')
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

function line(key: string, value: JsonValue, { kind }: PlannedFormat, budget: WorkBudget): string {
  if (kind === 'toml') return tomlLine(key, value, budget)
  const text = scalarText(value) ?? jsonText(value, budget)
  budget.spendText(text.length)
  if (kind === 'dotenv') return dotenvLine(key, text)
  if (kind === 'docker-env') return dockerEnvLine(key, text)
  return kind === 'ini' ? iniLine(key, text) : propertiesLine(key, text)
}
