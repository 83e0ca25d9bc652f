import type { Answer } from './answer.ts'
import { awsJsonAnswer, Refusal } from './answer.ts'
import { withNewParameterVersion, withParameter } from './edit-world.ts'
import { authorize } from './policy.ts'
import type { StoreRequest } from './store-request.ts'
import type { IndexedParameter } from './world-index.ts'

/** Answers a call of AWS Systems Manager Parameter Store; @throws Refusal. */
export function answerParameterStore(request: StoreRequest): Answer {
  switch (request.operation) {
    case 'GetParameters':
      return getParameters(request)
    case 'GetParametersByPath':
      return getParametersByPath(request)
    case 'PutParameter':
      return putParameter(request)
    default:
      throw new Refusal('UnknownOperationException', '')
  }
}

/** The names a request asks for, for faults and the call log. */
export function parameterNames(input: Readonly<Record<string, unknown>>): string[] {
  const names = input.Names ?? [input.Name ?? input.Path]
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}

const maximumNames = 10

function getParameters(request: StoreRequest): Answer {
  const { input, region } = request
  const names = parameterNames(input)
  if (names.length === 0 || names.length > maximumNames) {
    const bound = names.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${maximumNames}`
    throw new Refusal(
      'ValidationException',
      `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length ${bound}`,
    )
  }
  const decrypt = input.WithDecryption === true
  const found = new Map<string, string>()
  const invalid: string[] = []
  for (const asked of new Set(names)) {
    const { base, selector } = splitSelector(asked)
    const parameter = base.startsWith('arn:')
      ? region.parametersByArn.get(base)
      : region.parametersByName.get(base)
    authorizeParameter(request, parameter?.name ?? nameIn(base), base)
    const answer = parameter && answerFor(parameter, selector, decrypt)
    if (parameter === undefined || answer === undefined) {
      invalid.push(asked)
    } else {
      // A name and its ARN are one and the same answer.
      found.set(`${parameter.order} ${selector}`, answer)
    }
  }
  const sorted = [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, answer]) => answer)
  return awsJsonAnswer(`{"InvalidParameters":${JSON.stringify(invalid)},"Parameters":[${sorted.join(',')}]}`)
}

/** Pages of at most ten; the policy is asked for the path alone, and not for what lies below it. */
function getParametersByPath(request: StoreRequest): Answer {
  const { input, region } = request
  const path = String(input.Path ?? '')
  const most = Number(input.MaxResults ?? maximumNames)
  if (!path.startsWith('/')) {
    throw new Refusal('ValidationException', `The parameter doesn't meet the parameter name requirements.`)
  }
  if (!(most >= 1 && most <= maximumNames)) {
    throw new Refusal(
      'ValidationException',
      `1 validation error detected: Value '${most}' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10`,
    )
  }
  authorizeParameter(request, path, path)
  const root = path.replace(/\/*$/, '/')
  const [filter] = (input.ParameterFilters ?? []) as { Key?: string; Values?: string[] }[]
  const label = filter?.Key === 'Label' ? filter.Values?.[0] : undefined
  const found = [...region.parametersByName.values()]
    .filter(({ name }) => name.startsWith(root))
    .filter(({ name }) => input.Recursive === true || !name.slice(root.length).includes('/'))
    .filter(({ byLabel }) => label === undefined || byLabel.has(label))
    .sort((one, other) => (one.order < other.order ? -1 : 1))
  const start = Number(input.NextToken ?? 0)
  const page = found
    .slice(start, start + most)
    .map((each) => answerFor(each, label === undefined ? '' : `:${label}`, input.WithDecryption === true))
  const next = start + most < found.length ? { NextToken: String(start + most) } : {}
  return awsJsonAnswer(
    `{"Parameters":[${page.join(',')}]${'NextToken' in next ? `,"NextToken":"${next.NextToken}"` : ''}}`,
  )
}

/** `name:3`, `name:label` and the same behind an ARN's parameter name; the selector keeps its colon. */
function splitSelector(asked: string): { base: string; selector: string } {
  const start = asked.startsWith('arn:') ? asked.indexOf(':parameter/') + ':parameter/'.length : 0
  const colon = asked.indexOf(':', start)
  return colon < 0
    ? { base: asked, selector: '' }
    : { base: asked.slice(0, colon), selector: asked.slice(colon) }
}

function nameIn(base: string): string {
  return base.startsWith('arn:') ? base.slice(base.indexOf(':parameter') + ':parameter'.length) : base
}

function authorizeParameter(request: StoreRequest, name: string, base: string): void {
  const { region, index } = request
  const slash = name.startsWith('/') ? '' : '/'
  const resource = base.startsWith('arn:')
    ? base
    : `arn:aws:ssm:${region.name}:${index.account}:parameter${slash}${name}`
  const action = `ssm:${request.operation}`
  authorize(request.caller, { action, region: region.name, kind: 'parameters', name, resource }, index.world)
}

function answerFor(parameter: IndexedParameter, selector: string, decrypt: boolean): string | undefined {
  const version = versionOf(parameter, selector.slice(1))
  const value = version === undefined ? undefined : parameter.versions.get(version)?.value
  if (version === undefined || value === undefined) {
    return undefined
  }
  const secure = parameter.type === 'SecureString'
  if (secure && decrypt && parameter.keyUnusable) {
    throw new Refusal(
      'AccessDeniedException',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)',
    )
  }
  const key = `${secure && !decrypt} ${selector}`
  const known = parameter.answers.get(key)
  if (known !== undefined) {
    return known
  }
  const answer = JSON.stringify({
    ARN: parameter.arn,
    DataType: 'text',
    LastModifiedDate: 1_700_000_000.123,
    Name: parameter.name,
    Selector: selector === '' ? undefined : selector,
    Type: parameter.type,
    Value: secure && !decrypt ? `AQICAH${Buffer.from(parameter.order).toString('base64')}` : value,
    Version: version,
  })
  parameter.answers.set(key, answer)
  return answer
}

function versionOf(parameter: IndexedParameter, selector: string): number | undefined {
  if (selector === '') {
    return parameter.latest
  }
  return /^\d+$/.test(selector) ? Number(selector) : parameter.byLabel.get(selector)
}

function putParameter(request: StoreRequest): Answer {
  const { input, region } = request
  const name = String(input.Name ?? '')
  const value = String(input.Value ?? '')
  authorizeParameter(request, name, name)
  const overwrite = input.Overwrite === true
  if (region.parametersByName.has(name) && !overwrite) {
    throw new Refusal(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    )
  }
  const { Type: type } = input
  const after = request.edit((world) => {
    const known = world.regions?.[region.name]?.parameters?.[name]
    const made = type === 'SecureString' || type === 'StringList' ? ({ type, value } as const) : { value }
    return withParameter(world, region.name, name, known ? withNewParameterVersion(known, value) : made)
  })
  const version = after.regions.get(region.name)?.parametersByName.get(name)?.latest
  return awsJsonAnswer(JSON.stringify({ Tier: 'Standard', Version: version }))
}
