import { isForAws } from '../../class-file/class-document.ts'
import { nothingToDo } from '../../class-file/pick-targets.ts'
import { type ClassText, readClassFile, readInput } from '../../class-file/read-class-file.ts'
import { fault } from '../../errors/provider-error.ts'
import { isRegionName } from '../../request/region-name.ts'
import { docsOption, noteDocs } from '../docs-address.ts'
import type { Colour, Register, Screen } from '../screen.ts'
import { checkFile } from './check-file.ts'
import { type Diagnostic, type Severity, showDiagnostics } from './diagnostic.ts'
import { toSarif } from './sarif.ts'

interface ValidateOptions {
  readonly region?: string
  readonly driverWritesSecrets?: boolean
  readonly strict?: boolean
  readonly allowNone?: boolean
  readonly json?: boolean
  readonly sarif?: boolean
  readonly docsUrl: string
}

const description = `check SecretProviderClass files without asking AWS

Reports everything that would reject a mount before AWS is asked, and warns about what is probably a mistake:
unknown fields and parameters, names that no secret can have, secretObjects without a file, …
Files may hold many documents; other kinds are skipped, so what helm or kustomize print can be piped in.

Each finding is a line "file:line:column: severity: CODE: sentence" on standard output, with the line of the
file below it.
Exit codes: 0 no errors (warnings do not count, unless --strict), 1 errors, 2 usage error, or there was no
SecretProviderClass for aws to check.`

/** `validate FILES…`. */
export const registerValidate: Register = (program, { screen, finish }) => {
  program
    .command('validate')
    .summary('check SecretProviderClass files without asking AWS')
    .description(description)
    .argument('<files...>', 'YAML or JSON files; "-" reads standard input')
    .option('--region <region>', 'region of the nodes, for classes that name none')
    .option('--driver-writes-secrets', 'check for a provider that runs with this flag')
    .option('--strict', 'count warnings as errors')
    .option(
      '--allow-none',
      'accept input without any SecretProviderClass for aws, for hooks that get every file',
    )
    .option('--json', 'print the findings as JSON')
    .option('--sarif', 'print the findings as SARIF 2.1.0')
    .addOption(docsOption())
    .action(async (files: readonly string[], options: ValidateOptions) =>
      finish(await validate(files, options, screen)),
    )
}

async function validate(
  files: readonly string[],
  { region, driverWritesSecrets = false, strict, allowNone, json, sarif, docsUrl }: ValidateOptions,
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
  // All are read before anything is said: a name that is wrong is a usage error of the whole command.
  const inputs = await Promise.all(Array.from(new Set(files), readInput))
  const checked = inputs.map(readClassFile)
  const classes = checked.reduce((sum, each) => sum + each.classes.filter(isForAws).length, 0)
  const isNone = classes === 0 && checked.every(({ faults }) => faults.length === 0)
  const found = [
    ...checked.flatMap((each) =>
      checkFile(each, { driverWritesSecrets, ...(region === undefined ? {} : { region }) }),
    ),
    ...(isNone && allowNone !== true ? inputs.map(nothingIn) : []),
  ]
  const diagnostics = strict === true ? found.map(stricter) : found
  if (json === true) screen.write(`${JSON.stringify(diagnostics, null, 2)}\n`)
  else if (sarif === true) screen.write(`${JSON.stringify(toSarif(diagnostics, docsUrl), null, 2)}\n`)
  else showDiagnostics(diagnostics, new Map(inputs.map(({ file, text }) => [file, text])), screen)
  summarize(diagnostics, classes, screen)
  const codes = diagnostics.map(({ code }) => code)
  noteDocs(screen, docsUrl, codes)
  if (isNone && allowNone !== true) return 2
  return diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0
}

/** What a program that failed prints is nothing, and nothing must not pass for good. */
function nothingIn({ file, text }: ClassText): Diagnostic {
  const { code, message } = nothingToDo({ file, text })
  return { file, line: 1, column: 1, code, severity: 'error', message }
}

function stricter(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.severity === 'warning' ? { ...diagnostic, severity: 'error' } : diagnostic
}

function summarize(diagnostics: readonly Diagnostic[], classes: number, screen: Screen): void {
  const count = (wanted: Severity) => diagnostics.filter(({ severity }) => severity === wanted).length
  const [errors, warnings] = [count('error'), count('warning')]
  const colour: Colour = errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'dim'
  const notes = count('note') > 0 ? `, ${plural(count('note'), 'note')}` : ''
  const checked = `checked ${plural(classes, 'SecretProviderClass', 'es')}`
  screen.note(`${checked}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}${notes}`, colour)
}

function plural(count: number, word: string, ending = 's'): string {
  return `${count} ${word}${count === 1 ? '' : ending}`
}
