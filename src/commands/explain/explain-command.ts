import { existsSync } from 'node:fs'
import { isForAws } from '../../class-file/class-document.ts'
import { nothingToDo } from '../../class-file/pick-targets.ts'
import { type ClassFile, readClassFile, readInput } from '../../class-file/read-class-file.ts'
import { fault } from '../../errors/provider-error.ts'
import { isRegionName } from '../../request/region-name.ts'
import type { Register, Screen } from '../screen.ts'
import { type Diagnostic, showDiagnostics } from '../validate/diagnostic.ts'
import { type ExplainedClass, explainClass } from './explain-class.ts'
import { explainCodes, readCodes } from './explain-codes.ts'
import { assumePolicyOf, type NeededRead, policyOf } from './needed-policy.ts'
import { showClass } from './show-class.ts'
import { assumedNote, showPolicies } from './show-policies.ts'

interface ExplainOptions {
  readonly region?: string
  readonly account?: string
  readonly kmsKey?: readonly string[]
  readonly policy?: boolean
  readonly json?: boolean
}

const description = `print what a mount would read and the IAM policy that it needs, without asking AWS; or what a code means

With files: lists the calls of each SecretProviderClass with region, action and resource, the files that result, and
a policy that allows exactly these reads. A class names no account: without --account the policy leaves it open, unless
assumeRoleArn says it.
Objects under a KMS key of your own need --kms-key with its ARN.

With codes, such as OBJECT_TYPE_MISSING: prints an example of each, its cause, and what to do.

Exit codes: 0 done, 1 a class has errors (see validate), 2 usage error.`

/** `explain FILES…`. */
export const registerExplain: Register = (program, { screen, finish }) => {
  program
    .command('explain')
    .summary('print what a mount would read and the IAM policy for it, or what a code means')
    .description(description)
    .argument('<files...>', 'YAML or JSON files, or codes; "-" reads standard input')
    .option('--region <region>', 'region of the nodes, for classes that name none')
    .option('--account <id>', 'account of objects that are named without ARN, unless assumeRoleArn says it')
    .option('--kms-key <arn...>', 'key that objects are encrypted with')
    .option('--policy', 'print the policy alone, one for all classes, which must read as one role')
    .option('--json', 'print all as JSON')
    .action(async (files: readonly string[], options: ExplainOptions) =>
      finish(await explain(files, options, screen)),
    )
}

async function explain(
  files: readonly string[],
  { region, account = '*', kmsKey: keys = [], policy, json }: ExplainOptions,
  screen: Screen,
): Promise<number> {
  checkOptions({ region, account, keys, policy, json })
  const codes = readCodes(files, existsSync)
  if (codes !== undefined) {
    const given = policy === true ? '--policy' : json === true ? '--json' : undefined
    if (given !== undefined)
      throw fault('OPTIONS_DISAGREE', { reason: `${given} goes with files, not with codes` })
    explainCodes(codes, screen)
    return 0
  }
  const inputs = await Promise.all(Array.from(new Set(files), readInput))
  const explained: ExplainedClass[] = []
  const errors: Diagnostic[] = []
  const read = inputs.map(readClassFile)
  const [first] = inputs
  // A policy that allows nothing would be attached as if somebody needed no more.
  if (first !== undefined && read.every(isWithoutClass)) throw nothingToDo(first)
  for (const { file, classes, faults } of read) {
    for (const {
      fault: { code, message },
      at,
    } of faults) {
      errors.push({ file, ...at, code, severity: 'error', message })
    }
    for (const each of classes) {
      if (!isForAws(each)) continue
      const result = explainClass(each, { account, ...(region === undefined ? {} : { region }) })
      if ('errors' in result) errors.push(...result.errors)
      else explained.push(result)
    }
  }
  showDiagnostics(errors, new Map(inputs.map(({ file, text }) => [file, text])), screen, 'error')
  if (errors.length > 0) {
    // A policy of some of the classes would be attached as if it were that of all.
    screen.note('nothing is printed of the other classes: correct these, or leave them out', 'dim')
    return 1
  }
  const roles = explained.flatMap(({ assumedRole }) => assumedRole ?? [])
  const assuming = roles.length === 0 ? undefined : assumePolicyOf(roles)
  const readers = Map.groupBy(explained, ({ assumedRole }) => assumedRole?.roleArn)
  const policies = Array.from(readers, ([role, some]) => ({ role, policy: policyOf(readsOf(some), keys) }))
  const [only] = policies
  if (only === undefined) return 0
  if (policies.length > 1 && (policy === true || json === true)) {
    const names = policies.map(({ role = "the workload's own" }) => role).join(', ')
    const reason = `the classes read as different roles (${names}), each of which needs a policy of its own: give ${policy === true ? '--policy' : '--json'} the classes of one role at a time`
    throw fault('OPTIONS_DISAGREE', { reason })
  }
  if (json === true) {
    const all = { policy: only.policy, ...(assuming === undefined ? {} : { assumePolicy: assuming }) }
    screen.write(`${JSON.stringify({ classes: explained, ...all }, null, 2)}\n`)
    return 0
  }
  if (policy === true) {
    screen.write(`${JSON.stringify(only.policy, null, 2)}\n`)
    if (assuming !== undefined) screen.note(assumedNote(assuming), 'dim')
    return 0
  }
  for (const each of explained) showClass(each, screen)
  showPolicies(policies, assuming, screen)
  return 0
}

function readsOf(some: readonly ExplainedClass[]): readonly NeededRead[] {
  return some.flatMap(({ reads }) => reads)
}

function isWithoutClass({ classes, faults }: ClassFile): boolean {
  return faults.length === 0 && !classes.some(isForAws)
}

function checkOptions({
  region,
  account,
  keys,
  policy,
  json,
}: {
  readonly region: string | undefined
  readonly account: string
  readonly keys: readonly string[]
  readonly policy: boolean | undefined
  readonly json: boolean | undefined
}): void {
  const invalid = (setting: string, received: string, expected: string) =>
    fault('SETTING_INVALID', { setting, received, expected })
  if (policy === true && json === true) {
    throw fault('OPTIONS_DISAGREE', { reason: '--policy and --json exclude each other: use one of them' })
  }
  if (region !== undefined && !isRegionName(region))
    throw invalid('--region', region, 'an AWS region such as us-east-1')
  if (!/^(?:\*|\d{12})$/.test(account)) throw invalid('--account', account, 'twelve digits')
  for (const key of keys) {
    if (!/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(key)) {
      throw invalid('--kms-key', key, 'the ARN of a key, such as arn:aws:kms:us-east-1:111122223333:key/…')
    }
  }
}
