import { readClassFile, readInput } from '../../class-file/read-class-file.ts'
import { fault } from '../../errors/provider-error.ts'
import { isRegionName } from '../../request/region-name.ts'
import type { Colour, Register, Screen } from '../screen.ts'
import { checkClass } from './check-class.ts'
import { type Diagnostic, diagnosticLine, type Severity } from './diagnostic.ts'
import { toSarif } from './sarif.ts'

interface ValidateOptions {
  readonly region?: string
  readonly strict?: boolean
  readonly json?: boolean
  readonly sarif?: boolean
}

const description = `check SecretProviderClass files without asking AWS

Finds everything that would reject a mount before AWS is asked, and warns of what is probably not meant:
unknown fields and parameters, jmesPath that cannot be a string, secretObjects without file, …
Files may hold many documents; other kinds are skipped, so what helm or kustomize print can be piped in.

Each finding is a line "file:line:column: CODE: sentence" on standard output.
Exit codes: 0 no errors (warnings do not count, unless --strict), 1 errors, 2 usage error.`

/** `validate FILES…`. */
export const registerValidate: Register = (program, { screen, finish }) => {
  program
    .command('validate')
    .summary('check SecretProviderClass files without asking AWS')
    .description(description)
    .argument('<files...>', 'YAML or JSON files; "-" reads standard input')
    .option('--region <region>', 'region of the nodes, for classes that name none')
    .option('--strict', 'count warnings as errors')
    .option('--json', 'print the findings as JSON')
    .option('--sarif', 'print the findings as SARIF 2.1.0')
    .action(async (files: readonly string[], options: ValidateOptions) =>
      finish(await validate(files, options, screen)),
    )
}

async function validate(
  files: readonly string[],
  { region, strict, json, sarif }: ValidateOptions,
  screen: Screen,
): Promise<number> {
  if (json === true && sarif === true) {
    throw fault('OPTIONS_DISAGREE', { reason: '--json and --sarif exclude each other: use one of them' })
  }
  if (region !== undefined && !isRegionName(region)) {
    throw fault('SETTING_INVALID', {
      setting: '--region',
      received: region,
      expected: 'an AWS region such as us-east-1',
    })
  }
  // All are read before anything is said: a name that is wrong is a wrong use of the whole command.
  const inputs = await Promise.all(Array.from(new Set(files), readInput))
  const checked = inputs.map(readClassFile)
  const found = checked.flatMap(({ file, classes, faults }): Diagnostic[] => [
    ...faults.map(({ fault: { code, message }, at }) => ({
      file,
      ...at,
      code,
      severity: 'error' as const,
      message,
    })),
    ...classes.flatMap((each) => checkClass(each, region === undefined ? {} : { region })),
  ])
  const diagnostics = strict === true ? found.map(stricter) : found
  if (json === true) screen.write(`${JSON.stringify(diagnostics, null, 2)}\n`)
  else if (sarif === true) screen.write(`${JSON.stringify(toSarif(diagnostics), null, 2)}\n`)
  else for (const each of diagnostics) screen.print(diagnosticLine(each).replaceAll('\n', ' '))
  const classes = checked.reduce((sum, each) => sum + each.classes.length, 0)
  summarize(diagnostics, classes, screen)
  return diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0
}

function stricter(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.severity === 'warning' ? { ...diagnostic, severity: 'error' } : diagnostic
}

function summarize(diagnostics: readonly Diagnostic[], classes: number, screen: Screen): void {
  const count = (wanted: Severity) => diagnostics.filter(({ severity }) => severity === wanted).length
  const [errors, warnings] = [count('error'), count('warning')]
  const colour: Colour = errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'dim'
  const looked = `looked at ${plural(classes, 'SecretProviderClass', 'es')}`
  screen.note(`${looked}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`, colour)
}

function plural(count: number, word: string, ending = 's'): string {
  return `${count} ${word}${count === 1 ? '' : ending}`
}
