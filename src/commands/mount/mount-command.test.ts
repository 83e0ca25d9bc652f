// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of ours
import assert from 'node:assert/strict'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { operator } from '../../../test/emulator/aws-clients.ts'
import { type Emulator, startEmulator } from '../../../test/emulator/emulator.ts'
import { exampleRole } from '../../../test/emulator/world.ts'
import { type CommandOptions, type CommandResult, runCommand } from '../../../test/fixtures/run-command.ts'

let emulator: Emulator
let folder: string
let made = 0

before(async () => {
  emulator = await startEmulator()
  folder = mkdtempSync(join(tmpdir(), 'mount-command-'))
  writeFileSync(join(folder, 'ca.pem'), emulator.certificate)
})

after(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
})

const keys = { AWS_ACCESS_KEY_ID: operator.accessKeyId, AWS_SECRET_ACCESS_KEY: operator.secretAccessKey }

/** AWS as the shell reaches it: through a proxy, with static keys and a region from the environment. */
function awsEnvironment(): Record<string, string> {
  return {
    HTTPS_PROXY: emulator.addresses.proxy,
    AWS_CA_BUNDLE: join(folder, 'ca.pem'),
    AWS_REGION: 'us-east-1',
    ...keys,
  }
}

function run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runCommand(argv, { ...options, environment: { ...awsEnvironment(), ...options.environment } })
}

/** What was asked of the stores; the proxy logs its CONNECT as well. */
function reads(): readonly string[] {
  return emulator
    .calls()
    .filter(({ operation }) => operation.startsWith('Get'))
    .map(({ operation, region }) => `${operation} ${region}`)
}

function fresh(): string {
  made += 1
  return join(folder, `out-${made}`)
}

function classText(name: string, objects: string, rest = ''): string {
  return `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: ${name}}
spec:
  provider: aws
  parameters:
${rest}    objects: |
${objects.replace(/^/gm, '      ')}
`
}

const database = `- objectName: app/database
  objectType: secretsmanager
  filePermission: "0440"
  jmesPath:
    - path: password
      objectAlias: password`
const logLevel = '- {objectName: /app/log-level, objectType: ssmparameter}'

test('mount writes the files of a pod, with their modes, and lists names, versions and sizes', async () => {
  const out = fresh()
  const input = `kind: ConfigMap\n---\n${classText('app', `${database}\n${logLevel}`)}`
  const { code, stdout, stderr } = await run(['mount', '-', '--out', out], { input })
  assert.equal(code, 0, stderr)
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/)),
    [
      ['FILE', 'MODE', 'VERSION', 'BYTES'],
      ['app_database', '0440', '22222222-2222-4222-8222-222222222222', '35'],
      ['password', '0440', '22222222-2222-4222-8222-222222222222', '3'],
      ['_app_log-level', '0644', '1', '4'],
    ],
  )
  assert.equal(readFileSync(join(out, 'password'), 'utf8'), 'now')
  assert.equal(readFileSync(join(out, '_app_log-level'), 'utf8'), 'info')
  assert.equal(statSync(join(out, 'password')).mode & 0o777, 0o440)
  assert.equal(statSync(out).mode & 0o777, 0o700)
  assert.ok(lstatSync(join(out, 'password')).isSymbolicLink())
})

test('mount reads a query, and several secrets a call where the class says so', async () => {
  const out = fresh()
  const objects = `- {objectType: secretsmanagerquery, filters: [{key: name, values: [app/]}], objectAlias: all}
- {objectName: app/database, objectType: secretsmanager}
- {objectName: app/keystore, objectType: secretsmanager}`
  emulator.clearCalls()
  const input = classText('app', objects, '    batchReads: "true"\n')
  const { code, stderr } = await run(['mount', '-', '--out', out], { input })
  assert.equal(code, 0, stderr)
  assert.deepEqual(readFileSync(join(out, 'all/app_keystore')), readFileSync(join(out, 'app_keystore')))
  const calls = emulator.calls({ service: 'secretsmanager' }).map(({ operation }) => operation)
  assert.deepEqual(calls, ['BatchGetSecretValue', 'BatchGetSecretValue'])
})

test('mount again changes nothing and says so; other files stay and are named', async () => {
  const out = fresh()
  mkdirSync(out)
  writeFileSync(join(out, 'notes.txt'), 'mine')
  const file = join(folder, 'again.yaml')
  writeFileSync(file, classText('app', logLevel))
  const first = await run(['mount', file, '--out', out])
  assert.match(
    first.stderr,
    /1 file written to .*\n.*also has "notes\.txt", not of this class: left as it is/,
  )
  const second = await run(['mount', file, '--out', out])
  assert.match(second.stderr, /1 file in .*, unchanged/)
  assert.equal(readFileSync(join(out, 'notes.txt'), 'utf8'), 'mine')
})

test('mount --dry-run fetches, writes nothing, and never prints a value', async () => {
  const out = fresh()
  emulator.clearCalls()
  const { code, stdout, stderr } = await run(['mount', '-', '--out', out, '--dry-run', '--json'], {
    input: classText('app', database),
  })
  assert.equal(code, 0, stderr)
  const { dryRun, classes } = JSON.parse(stdout)
  assert.equal(dryRun, true)
  assert.deepEqual(classes[0].files[1], {
    path: 'password',
    mode: '0440',
    version: '22222222-2222-4222-8222-222222222222',
    bytes: 3,
    source: { object: 'app/database', position: 1, jmesPath: 'password' },
  })
  assert.equal(statSync(out, { throwIfNoEntry: false }), undefined)
  assert.deepEqual(reads(), ['GetSecretValue us-east-1'])
  assert.doesNotMatch(stdout + stderr, /now|username/)
})

test('mount --dry-run says where each file comes from', async () => {
  const composed =
    '- objectType: composed\n  objectAlias: dsn\n  parts:\n    user: {objectName: app/database, objectType: secretsmanager, jmesPath: username}\n  text: pg://${user|url}'
  const keys = '- {objectName: app/database, objectType: secretsmanager, expandKeys: {prefix: k-}}'
  const format =
    '- {objectName: app/database, objectType: secretsmanager, objectAlias: env, objectFormat: dotenv}'
  const { code, stdout } = await run(['mount', '-', '--out', fresh(), '--dry-run'], {
    input: classText('app', `${database}\n${composed}\n${keys}\n${format}`),
  })
  assert.equal(code, 0)
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  assert.deepEqual(
    rows.map((row) => [row[0], row.at(-1)]),
    [
      ['FILE', 'SOURCE'],
      ['app_database', 'object "app/database"'],
      ['password', 'object "app/database", jmesPath "password"'],
      ['k-username', 'object "app/database", key "username"'],
      ['k-password', 'object "app/database", key "password"'],
      ['env', 'object "app/database", as dotenv'],
      ['dsn', 'composed of "app/database"'],
    ],
  )
})

test('mount says whose files are, and gives them away where it is root', async () => {
  const out = fresh()
  const input = classText('app', `${database.replace('filePermission', 'fileOwner: 70\n  filePermission')}`)
  const { code, stdout, stderr } = await run(['mount', '-', '--out', out], { input })
  assert.equal(code, 0, stderr)
  const rows = stdout.trim().split('\n')
  assert.deepEqual(rows[0]?.split(/ +/), ['FILE', 'MODE', 'OWNER', 'VERSION', 'BYTES'])
  assert.match(rows[2] ?? '', /^password +0440 +70:0 /)
  const isRoot = process.geteuid?.() === 0
  assert.equal(statSync(join(out, 'password')).uid, isRoot ? 70 : process.geteuid?.())
  assert.equal(/the files stay yours here/.test(stderr), !isRoot)
  const json = await run(['mount', '-', '--dry-run', '--json'], { input })
  const [file] = JSON.parse(json.stdout).classes[0].files
  assert.deepEqual([file.owner, file.group], [70, undefined])
})

test('mount puts several classes into a directory each; one that fails does not stop the others', async () => {
  const out = fresh()
  const missing =
    '- {objectName: app/missing, objectType: secretsmanager}\n- {objectName: app/gone, objectType: secretsmanager}'
  const input = `${classText('good', logLevel)}---\n${classText('bad', missing)}---\n${classText('other', logLevel)}`
  const { code, stderr } = await run(['mount', '-', '--out', out], { input })
  assert.equal(code, 1)
  assert.deepEqual(readdirSync(out).toSorted(), ['good', 'other'])
  assert.match(
    stderr,
    /^OBJECT_NOT_FOUND: Secrets Manager in us-east-1 does not have object "app\/missing": /m,
  )
  assert.match(stderr, /^OBJECT_NOT_FOUND: Secrets Manager in us-east-1 does not have object "app\/gone": /m)
})

test('mount --name picks one class, whose files go to the directory itself', async () => {
  const out = fresh()
  const input = `${classText('good', logLevel)}---\n${classText('bad', '- {objectName: x}')}`
  const { code, stderr } = await run(['mount', '-', '--out', out, '--name', 'good'], { input })
  assert.equal(code, 0, stderr)
  assert.equal(readFileSync(join(out, '_app_log-level'), 'utf8'), 'info')
})

test('mount reads as a role by a service account token', async () => {
  const token = join(folder, 'token')
  const minted = emulator.mintToken({
    namespace: 'default',
    serviceAccount: 'app',
    audience: 'sts.amazonaws.com',
  })
  writeFileSync(token, `${minted}\n`)
  const out = fresh()
  const asRole = ['--role-arn', exampleRole, '--web-identity-token-file', token]
  const allowed = await run(['mount', '-', '--out', out, ...asRole], { input: classText('app', logLevel) })
  assert.equal(allowed.code, 0, allowed.stderr)
  const denied = await run(
    ['mount', '-', '--out', out, '--role-arn', `${exampleRole}-other`, ...asRole.slice(2)],
    {
      input: classText('app', logLevel),
    },
  )
  assert.equal(denied.code, 1)
  assert.match(denied.stderr, /^STS_ACCESS_DENIED: .*subject system:serviceaccount:default:app/m)
  assert.ok(!(allowed.stderr + denied.stderr).includes(minted.slice(-20)))
})

const regionOrder = [
  ['the class before --region', 'us-west-2', ['--region', 'us-east-1'], { AWS_REGION: 'us-east-1' }],
  ['--region before AWS_REGION', '', ['--region', 'us-west-2'], { AWS_REGION: 'us-east-1' }],
  [
    'AWS_REGION before AWS_DEFAULT_REGION',
    '',
    [],
    { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-east-1' },
  ],
  ['AWS_DEFAULT_REGION before the profile', '', [], { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-west-2' }],
  ['the region of the profile at last', '', [], { AWS_REGION: '', AWS_PROFILE: 'west' }],
  [
    'that of --profile before AWS_PROFILE',
    '',
    ['--profile', 'west'],
    { AWS_REGION: '', AWS_PROFILE: 'east' },
  ],
] as const

for (const [title, region, flags, environment] of regionOrder) {
  test(`mount takes ${title}`, async () => {
    const config = join(folder, 'config')
    const profile = (name: string, where: string) =>
      `[profile ${name}]\nregion = ${where}\naws_access_key_id = ${operator.accessKeyId}\naws_secret_access_key = ${operator.secretAccessKey}\n`
    writeFileSync(config, profile('west', 'us-west-2') + profile('east', 'us-east-1'))
    const rest = region === '' ? '' : `    region: ${region}\n`
    emulator.clearCalls()
    const { code, stderr } = await run(['mount', '-', '--dry-run', ...flags], {
      input: classText('app', logLevel, rest),
      environment: { AWS_CONFIG_FILE: config, ...environment },
    })
    assert.equal(code, 0, stderr)
    assert.deepEqual(reads(), ['GetParameters us-west-2'])
  })
}

test('mount without a region or credentials says where to give them', async () => {
  const input = classText('app', logLevel)
  const noRegion = await run(['mount', '-', '--dry-run'], { input, environment: { AWS_REGION: '' } })
  assert.equal(noRegion.code, 1)
  assert.match(noRegion.stderr, /^SHELL_REGION_MISSING: .*--region/m)
  const noKeys = await run(['mount', '-', '--dry-run'], {
    input,
    environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
  })
  assert.equal(noKeys.code, 1)
  assert.match(
    noKeys.stderr,
    /^SHELL_CREDENTIALS_MISSING: there are no AWS credentials at this shell: .*--profile/m,
  )
})

test('mount that is interrupted leaves the directory as it was and ends with 130', async () => {
  const out = fresh()
  emulator.addFault({ when: { operation: 'GetSecretValue' }, effect: { do: 'hang' } })
  try {
    const { code, stderr } = await run(['mount', '-', '--out', out], {
      input: classText('app', database),
      // Told after a second: by then the call hangs.
      onStderr: (text, kill) => {
        if (text.includes('reading from AWS')) kill('SIGINT')
      },
    })
    assert.equal(code, 130, stderr)
    assert.match(stderr, /^app: reading from AWS \(1 s\)\nINTERRUPTED: interrupted\nnothing was written\n/)
    assert.equal(statSync(out, { throwIfNoEntry: false }), undefined)
  } finally {
    emulator.clearFaults()
  }
})

const good = classText('app', logLevel)
const wrongUses: readonly (readonly [
  title: string,
  argv: readonly string[],
  input: string,
  expected: RegExp,
])[] = [
  ['no --out', ['-'], good, /OPTIONS_DISAGREE: --out DIR is needed/],
  ['no file', [], good, /missing required argument 'file'/],
  ['an unknown flag', ['-', '--ouy', 'x'], good, /unknown option '--ouy'/],
  ['a file that is not there', ['/nonexistent.yaml', '--dry-run'], '', /INPUT_UNREADABLE: .*no such file/],
  ['a file that is a directory', ['/', '--dry-run'], '', /INPUT_UNREADABLE: .*directory/],
  ['no class', ['-', '--dry-run'], 'kind: ConfigMap\n', /CLASS_MISSING/],
  [
    'a class of another provider',
    ['-', '--dry-run'],
    good.replace('aws', 'vault'),
    /CLASS_MISSING: .*"app \(provider vault\)"/,
  ],
  ['a name that is not there', ['-', '--dry-run', '--name', 'x'], good, /CLASS_MISSING: .*named "x"/],
  ['one name twice', ['-', '--dry-run'], `${good}---\n${good}`, /CLASS_AMBIGUOUS/],
  ['--out a file', ['-', '--out', '/dev/null'], good, /OUTPUT_NOT_DIRECTORY/],
  ['a role without token', ['-', '--dry-run', '--role-arn', exampleRole], good, /go together/],
  ['a region that is none', ['-', '--dry-run', '--region', 'evil.com/'], good, /SETTING_INVALID: --region/],
]

for (const [title, argv, input, expected] of wrongUses) {
  test(`mount with ${title} is a wrong use: exit code 2`, async () => {
    const { code, stdout, stderr } = await run(['mount', ...argv], { input })
    assert.match(stderr, expected)
    assert.equal(code, 2)
    assert.equal(stdout, '')
  })
}

test('mount, validate and explain of text that is not YAML end alike: 1, with its place', async () => {
  for (const argv of [
    ['mount', '-', '--dry-run'],
    ['validate', '-'],
    ['explain', '-'],
  ]) {
    const { code, stdout, stderr } = await run(argv, { input: 'a: [' })
    assert.match(
      argv[0] === 'validate' ? stdout : stderr,
      /^<stdin>:1:\d+: error: INPUT_NOT_YAML: (?!.*readable YAML.*readable YAML)/,
    )
    assert.equal(code, 1)
  }
})

test('mount --dry-run reads a class of the same name in each namespace', async () => {
  const input = ['one', 'two'].map((namespace) => classText(`app, namespace: ${namespace}`, logLevel))
  const { code, stderr } = await run(['mount', '-', '--dry-run', '--region', 'us-east-1'], {
    input: input.join('---\n'),
  })
  assert.equal(code, 0, stderr)
})

test('mount reports every fault of a class, as the events of a pod would', async () => {
  const objects = '- {objectName: a}\n- {objectName: b, objectType: ssmparameter, filePermission: "999"}'
  const { code, stderr } = await run(['mount', '-', '--dry-run'], { input: classText('app', objects) })
  assert.equal(code, 1)
  assert.match(stderr, /^<stdin>:8:22: error: OBJECT_TYPE_MISSING: object "a": /)
  assert.match(stderr, /^<stdin>:9:67: error: FILE_PERMISSION_MALFORMED: object "b": /m)
})

test('mount says of a wrong class what validate says: the same codes at the same places', async () => {
  const input = `${classText('App_1', '- {objectName: a}\n- {objectName: b, objectType: ssmparameter, jmesPath: [{path: a/b, objectAlias: c}]}', '    regoin: us-east-1\n')}`
  emulator.clearCalls()
  const validated = await run(['validate', '-'], { input })
  const mounted = await run(['mount', '-', '--dry-run'], { input })
  assert.equal(mounted.code, 1)
  const places = (text: string) => text.match(/^<stdin>:\d+:\d+: \w+: \w+/gm)
  assert.deepEqual(places(mounted.stderr), places(validated.stdout))
  assert.equal(places(mounted.stderr)?.length, 4, mounted.stderr)
  assert.deepEqual(reads(), [])
})

test('mount of several classes, some without a usable name, says what validate says and mounts the others', async () => {
  const out = fresh()
  const input = `${classText('good', logLevel)}---\n${classText('../x', '- {objectName: a}')}---\n${classText('App_1', logLevel)}`
  const validated = JSON.parse((await run(['validate', '-', '--json'], { input })).stdout)
  const { code, stdout, stderr } = await run(['mount', '-', '--out', out, '--json'], { input })
  assert.equal(code, 1, stderr)
  assert.match(stderr, /^<stdin>:12:18: error: CLASS_NAME_MALFORMED: .*\n {2}12 \| metadata: /m)
  const { classes } = JSON.parse(stdout)
  assert.deepEqual(
    classes.flatMap(({ findings = [] }: { findings?: readonly object[] }) => findings),
    validated,
  )
  assert.deepEqual(readdirSync(out), ['good'])
})

test('mount tells the warnings of a class below its name, and each name that nothing reads once', async () => {
  const input = `${classText('bad', '~')}---\n${classText('good', logLevel.replace('}', ', objectTyp: x}'))}`
  const { stderr } = await run(['mount', '-', '--dry-run'], {
    input,
    environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
  })
  assert.match(stderr, /^bad:\n[\s\S]*OBJECTS_MISSING[\s\S]*^good:\n<stdin>:\d+:\d+: warning: FIELD_UNKNOWN/m)
  assert.equal(stderr.match(/FIELD_UNKNOWN: /g)?.length, 1, stderr)
})

test('mount has no directory for a class that has no name yet', async () => {
  const input = `${classText('good', logLevel)}---\n${classText('x', logLevel).replace('name: x', 'generateName: x-')}`
  const { code, stderr } = await run(['mount', '-', '--out', fresh()], { input })
  assert.equal(code, 1, stderr)
  assert.match(stderr, /^<stdin>:10:1: error: CLASS_NAME_MALFORMED: .*is missing/m)
})

test('mount --json tells of a file that is not YAML what validate tells', async () => {
  const input = `${classText('good', '- {objectName: a}')}---\na: [`
  const validated = JSON.parse((await run(['validate', '-', '--json'], { input })).stdout)
  const { code, stdout, stderr } = await run(['mount', '-', '--dry-run', '--json'], { input })
  assert.equal(code, 1, stderr)
  assert.deepEqual(JSON.parse(stdout), { dryRun: true, classes: [], findings: validated })
})

test('mount with a wrong class and no region says what is wrong with the class', async () => {
  const { code, stderr } = await run(['mount', '-', '--dry-run'], {
    input: classText('app', '~'),
    environment: { AWS_REGION: '' },
  })
  assert.equal(code, 1)
  assert.match(stderr, /: error: OBJECTS_MISSING: /)
  assert.doesNotMatch(stderr, /SHELL_REGION_MISSING/)
})

test('mount with a profile that is not there names those that are', async () => {
  const config = join(folder, 'profiles')
  writeFileSync(config, '[profile west]\nregion = us-west-2\n')
  const { code, stderr } = await run(['mount', '-', '--dry-run', '--profile', 'nope'], {
    input: classText('app', logLevel),
    environment: { AWS_CONFIG_FILE: config },
  })
  assert.equal(code, 2)
  assert.match(stderr, /^PROFILE_UNKNOWN: there is no AWS profile "nope": .*"west"/)
})

test('mount lets no escape sequence of a file reach the terminal', async () => {
  const objects =
    '- {objectName: "app/database", objectType: secretsmanager, objectAlias: "a\\e[31m\\u202eb"}'
  const { code, stdout, stderr } = await run(['mount', '-', '--dry-run'], {
    input: classText('app', objects),
  })
  assert.equal(code, 0, stderr)
  assert.match(stdout, /a\\u\{1b\}\[31m\\u\{202e\}b/)
})

const vaultRole = 'arn:aws:iam::444455556666:role/vault'

test('a class with a role to assume is read as that role, with the person’s own credentials or a token’s', async () => {
  const principal = 'arn:aws:iam::111122223333:user/operator'
  emulator.mergeWorld({
    roles: {
      [exampleRole]: { allow: [{ roles: ['*'] }] },
      [vaultRole]: { assumableBy: [{ principals: [principal, exampleRole], externalId: 'a-canary' }] },
    },
    accounts: {
      '444455556666': { regions: { 'us-east-1': { secrets: { 'app/database': { string: 'theirs' } } } } },
    },
  })
  const rest = `    assumeRoleArn: ${vaultRole}\n    assumeRoleExternalId: a-canary\n`
  const object = '- {objectName: app/database, objectType: secretsmanager}'
  const token = join(folder, 'chain-token')
  const mint = { namespace: 'default', serviceAccount: 'app', audience: 'sts.amazonaws.com' }
  writeFileSync(token, emulator.mintToken(mint))
  for (const [argv, session] of [
    [[], 'shell@shell'],
    [['--role-arn', exampleRole, '--web-identity-token-file', token], 'default@app'],
  ] as const) {
    emulator.clearCalls()
    const out = fresh()
    const input = classText('app', object, rest)
    const { code, stderr } = await run(['mount', '-', '--out', out, ...argv], { input })
    assert.equal(code, 0, stderr)
    assert.equal(readFileSync(join(out, 'app_database'), 'utf8'), 'theirs')
    const [read] = emulator.calls({ service: 'secretsmanager', operation: 'GetSecretValue' })
    assert.deepEqual([read?.role, read?.session], [vaultRole, session])
  }
  const { code, stderr } = await run(['mount', '-', '--out', fresh()], {
    input: classText('app', object, `    assumeRoleArn: ${vaultRole}\n`),
  })
  assert.notEqual(code, 0)
  assert.match(
    stderr,
    /trust policy of \S+role\/vault names arn:aws:iam::111122223333:user\/operator as principal/,
  )
})
