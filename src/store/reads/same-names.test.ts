import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readContext } from '../../../test/fixtures/read-context.ts'
import { AwsFailure } from '../../aws/failures/failure.ts'
import type { ParameterEntry, SecretEntry, SecretError } from '../../aws/parse-answers.ts'
import type { ObjectRead } from '../../plan/mount-plan.ts'
import { startParameters, startSecrets } from './start-reads.ts'

/*
 * Two accounts that have secrets and parameters of the same names, as AWS answers for them: a name is one of the own
 * account, an ARN of either. Whatever is asked for by one call, each read ends as it would alone.
 */

const own = '111122223333'
const foreign = '999900001111'

interface Thing {
  readonly name: string
  readonly arn: string
}

const secretArn = (account: string, name: string) =>
  `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}`
const secretOf = (account: string, name: string, end: string): Thing => ({
  name,
  arn: secretArn(account, `${name}-${end}`),
})
/** The last of an account has for its name what is the end of the first one's ARN. */
const secrets = [own, foreign].flatMap((account) => [
  secretOf(account, 'shop/db', 'AbCdEf'),
  secretOf(account, 'mail', 'GhIjKl'),
  secretOf(account, 'shop/db-AbCdEf', 'MnOpQr'),
])
const secretIds = [
  ...secrets.map(({ arn }) => arn),
  ...secrets.map(({ arn }) => arn.slice(0, -7)),
  'shop/db',
  'mail',
  'shop/db-AbCdEf',
  'missing',
]

const parameterOf = (account: string, name: string): Thing => ({
  name,
  arn: `arn:aws:ssm:us-east-1:${account}:parameter/${name.replace(/^\//, '')}`,
})
const parameters = [own, foreign].flatMap((account) =>
  ['url', '/url', '/shop/url'].map((name) => parameterOf(account, name)),
)
const parameterIds = [...new Set(parameters.map(({ arn }) => arn)), 'url', '/url', '/shop/url', 'missing']

function find(things: readonly Thing[], id: string): Thing | undefined {
  return (
    things.find(({ arn }) => arn === id) ??
    things.find(({ arn }) => id.startsWith('arn:') && arn.slice(0, -7) === id) ??
    things.find(({ name, arn }) => name === id && arn.includes(own))
  )
}

interface Told {
  readonly position: number
  readonly code: string
}

/** Reads of an AWS in which `denied` may not be read, and `spoil` may change answers. */
function read(
  ids: readonly string[],
  store: 'secrets' | 'parameters',
  denied: readonly Thing[] = [],
  spoil: { batch?: (values: SecretEntry[], errors: SecretError[]) => void; refusal?: AwsFailure } = {},
) {
  const calls: (readonly string[])[] = []
  const told: Told[] = []
  const entryOf = (thing: Thing) => ({
    Name: thing.name,
    ARN: thing.arn,
    VersionId: 'v',
    SecretString: thing.arn + thing.name,
  })
  const batchGetSecretValue = async (
    _: string,
    { SecretIdList = [] }: { SecretIdList?: readonly string[] },
  ) => {
    calls.push(SecretIdList)
    if (spoil.refusal !== undefined) throw spoil.refusal
    const values = new Map<string, SecretEntry>()
    const errors: SecretError[] = []
    for (const SecretId of SecretIdList.toReversed()) {
      const thing = find(secrets, SecretId)
      if (thing === undefined) errors.push({ SecretId, ErrorCode: 'ResourceNotFoundException', Message: '' })
      else if (denied.includes(thing))
        errors.push({ SecretId, ErrorCode: 'AccessDeniedException', Message: '' })
      else values.set(thing.arn, entryOf(thing))
    }
    const entries = [...values.values()]
    spoil.batch?.(entries, errors)
    return { SecretValues: entries, Errors: errors, requestId: undefined }
  }
  const getSecretValue = async (region: string, { SecretId }: { SecretId: string }) => {
    calls.push([SecretId])
    const call = { service: 'secretsmanager', region, operation: 'GetSecretValue' } as const
    const thing = find(secrets, SecretId)
    if (thing === undefined) throw new AwsFailure(call, 'client', 'ResourceNotFoundException', '')
    if (denied.includes(thing)) throw new AwsFailure(call, 'client', 'AccessDeniedException', '')
    return { ...entryOf(thing), requestId: undefined }
  }
  const getParameters = async (_: string, { Names = [] }: { Names?: readonly string[] }) => {
    calls.push(Names)
    if (spoil.refusal !== undefined && Names.length > 1) throw spoil.refusal
    const found = new Map<string, ParameterEntry>()
    const InvalidParameters: string[] = []
    for (const id of Names.toReversed()) {
      const thing = find(parameters, id)
      if (thing === undefined || denied.includes(thing)) InvalidParameters.push(id)
      else
        found.set(thing.arn + thing.name, {
          Name: thing.name,
          ARN: thing.arn,
          Value: entryOf(thing).SecretString,
          Version: 1,
        })
    }
    return { Parameters: [...found.values()], InvalidParameters, requestId: undefined }
  }
  const clients = { batchGetSecretValue, getSecretValue, getParameters }
  const context = readContext(clients, { batchReads: true })
  const reads: readonly ObjectRead[] = ids.map((name) => ({ name }))
  const start = store === 'secrets' ? startSecrets : startParameters
  const started = start(reads, context, (position, { code }) => told.push({ position, code }))
  const ends = Promise.all(
    started.map((each) =>
      each.then(
        (value) => ('members' in value ? 'a set' : Buffer.from(value.content.reveal()).toString()),
        (error: AwsFailure) => error.code,
      ),
    ),
  )
  return { ends, calls, told }
}

/** How a read of this one alone ends. */
function alone(id: string, store: 'secrets' | 'parameters', denied: readonly Thing[]): string {
  const thing = find(store === 'secrets' ? secrets : parameters, id)
  const refused = thing !== undefined && denied.includes(thing)
  if (store === 'parameters')
    return thing === undefined || refused ? 'InvalidParameters' : thing.arn + thing.name
  if (refused) return 'AccessDeniedException'
  return thing === undefined ? 'ResourceNotFoundException' : thing.arn + thing.name
}

for (const [store, ids, things] of [
  ['secrets', secretIds, secrets],
  ['parameters', parameterIds, parameters],
] as const) {
  test(`${store} of the same names in two accounts are read as they would be alone`, async () => {
    const shuffled = fc.shuffledSubarray([...ids], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(shuffled, fc.subarray([...things]), async (asked, denied) => {
        const expected = asked.map((id) => alone(id, store, denied))
        assert.deepEqual(await read(asked, store, denied).ends, expected)
      }),
      { numRuns: 500 },
    )
  })
}

const [ownDb, foreignDb] = [own, foreign].map((account) => secretOf(account, 'shop/db', 'AbCdEf')) as [
  Thing,
  Thing,
]

test('a name and an ARN of that name share no call, and others do', async () => {
  const { ends, calls } = read(['shop/db', foreignDb.arn, 'mail', secretArn(foreign, 'mail')], 'secrets')
  assert.equal((await ends)[0], `${ownDb.arn}shop/db`)
  assert.deepEqual(calls, [
    ['shop/db', 'mail'],
    [foreignDb.arn, secretArn(foreign, 'mail')],
  ])
})

test('a name of which an answer has two secrets is read alone, and so is one with a value and an error', async () => {
  const foreignEntry = { Name: 'shop/db', ARN: foreignDb.arn, VersionId: 'v', SecretString: 'foreign' }
  const batch = (values: SecretEntry[], errors: SecretError[]) => {
    values.push(foreignEntry)
    errors.push({ SecretId: 'mail', ErrorCode: 'InternalServiceError', Message: '' })
  }
  const { ends, calls } = read(['shop/db', 'mail', 'missing'], 'secrets', [], { batch })
  const [db, mail] = await ends
  assert.deepEqual([db, mail?.endsWith('mail')], [`${ownDb.arn}shop/db`, true])
  assert.deepEqual(calls.slice(1).toSorted(), [['mail'], ['shop/db']])
})

const malformed = (service: 'secretsmanager' | 'ssm') =>
  new AwsFailure({ service, region: 'us-east-1', operation: 'any' }, 'client', 'ValidationException', '')

test('a call that is refused for one of its names is no failure of the others', async () => {
  const some = read(['shop/db', 'missing'], 'secrets', [], { refusal: malformed('secretsmanager') })
  await some.ends
  assert.deepEqual(some.told, [{ position: 1, code: 'ResourceNotFoundException' }])
  const more = read(['url', 'missing'], 'parameters', [], { refusal: malformed('ssm') })
  await more.ends
  assert.deepEqual(more.told, [])
})
