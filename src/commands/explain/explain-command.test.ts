// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders and policy variables
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from '../../../test/fixtures/run-command.ts'

function classText(objects: string, parameters = 'region: us-east-1'): string {
  return `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: shop}
spec:
  provider: aws
  parameters:
    ${parameters.replaceAll('\n', '\n    ')}
    objects: |
${objects.replace(/^/gm, '      ')}
`
}

const objects = `- {objectName: db, objectType: secretsmanager, objectAlias: db, jmesPath: [{path: user, objectAlias: user}]}
- {objectName: db, objectType: secretsmanager, objectVersionLabel: AWSPREVIOUS, objectAlias: old}
- objectName: arn:aws:secretsmanager:us-east-1:111122223333:secret:api-AbCdEf
  expandKeys: true
- {objectName: "/app/url:3", objectType: ssmparameter}
- {objectName: /app/all/, objectType: ssmparameterpath}
- objectType: composed
  objectAlias: dsn
  parts: {host: {objectName: host, objectType: ssmparameter}}
  text: "\${host}"`

async function policyOf(input: string, ...options: string[]) {
  const { code, stdout, stderr } = await runCommand(['explain', '-', '--policy', ...options], { input })
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

test('explain --policy allows what is read and nothing else, each once', async () => {
  assert.deepEqual(await policyOf(classText(objects), '--account', '111122223333'), {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadSecrets',
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: [
          'arn:aws:secretsmanager:us-east-1:111122223333:secret:api-AbCdEf',
          'arn:aws:secretsmanager:us-east-1:111122223333:secret:db-??????',
        ],
      },
      {
        Sid: 'ReadParameters',
        Effect: 'Allow',
        Action: 'ssm:GetParameters',
        Resource: [
          'arn:aws:ssm:us-east-1:111122223333:parameter/app/url',
          'arn:aws:ssm:us-east-1:111122223333:parameter/host',
        ],
      },
      {
        Sid: 'ReadPaths',
        Effect: 'Allow',
        Action: 'ssm:GetParametersByPath',
        Resource: ['arn:aws:ssm:us-east-1:111122223333:parameter/app/all'],
      },
    ],
  })
})

test('explain --policy covers both regions, keys and other partitions', async () => {
  const { Statement } = await policyOf(
    classText(
      '- {objectName: a, objectType: secretsmanager, objectAlias: a, failoverObject: {objectName: b}}',
      'region: cn-north-1\nfailoverRegion: cn-northwest-1',
    ),
    '--kms-key',
    'arn:aws-cn:kms:cn-north-1:111122223333:key/1234',
  )
  assert.deepEqual(
    Statement.map((each: { Resource: unknown; Condition?: unknown }) => [each.Resource, each.Condition]),
    [
      [
        [
          'arn:aws-cn:secretsmanager:cn-north-1:*:secret:a-??????',
          'arn:aws-cn:secretsmanager:cn-northwest-1:*:secret:b-??????',
        ],
        undefined,
      ],
      [
        ['arn:aws-cn:kms:cn-north-1:111122223333:key/1234'],
        {
          StringEquals: {
            'kms:ViaService': [
              'secretsmanager.cn-north-1.amazonaws.com.cn',
              'secretsmanager.cn-northwest-1.amazonaws.com.cn',
            ],
          },
        },
      ],
    ],
  )
})

test('explain --policy names the region that an object has of its own', async () => {
  const { Statement } = await policyOf(
    classText('- {objectName: /app/db, objectType: ssmparameterpath, objectRegion: eu-west-1}'),
    '--account',
    '111122223333',
  )
  assert.deepEqual(
    Statement.map((each: { Action: string; Resource: unknown }) => [each.Action, each.Resource]),
    [['ssm:GetParametersByPath', ['arn:aws:ssm:eu-west-1:111122223333:parameter/app/db']]],
  )
})

const queries: readonly (readonly [what: string, fields: string, secrets: readonly string[]])[] = [
  ['names that it looks for', 'filters: [{key: name, values: [team-a/, b]}]', ['b*', 'team-a/*']],
  ['anything', 'filters: [{key: tag-key, values: [team]}]', ['*']],
  ['names that are not', 'filters: [{key: name, values: ["!a"]}]', ['*']],
  [
    'patterns before names',
    'filters: [{key: name, values: [a]}], include: [a/db, "a/c$*"]',
    ['a/c${$}*', 'a/db-??????'],
  ],
]
for (const [what, fields, secrets] of queries) {
  test(`explain --policy for a query by ${what} names what it may find, and both calls on *`, async () => {
    const input = classText(`- {objectType: secretsmanagerquery, ${fields}}`)
    const key = 'arn:aws:kms:us-east-1:111122223333:key/1234'
    const { Statement } = await policyOf(input, '--account', '111122223333', '--kms-key', key)
    const [found, ...all] = Statement
    assert.deepEqual(
      found.Resource,
      secrets.map((each) => `arn:aws:secretsmanager:us-east-1:111122223333:secret:${each}`),
    )
    assert.deepEqual(
      all
        .slice(0, 2)
        .map(({ Action, Resource }: { Action: string; Resource: unknown }) => [Action, Resource]),
      [
        ['secretsmanager:BatchGetSecretValue', ['*']],
        ['secretsmanager:ListSecrets', ['*']],
      ],
    )
    assert.deepEqual(all[2].Condition, {
      StringEquals: { 'kms:ViaService': ['secretsmanager.us-east-1.amazonaws.com'] },
    })
  })
}

const batches: readonly (readonly [what: string, objects: string, isAsked: boolean])[] = [
  [
    'two secrets',
    '- {objectName: a, objectType: secretsmanager}\n- {objectName: b, objectType: secretsmanager}',
    true,
  ],
  [
    'one secret',
    '- {objectName: a, objectType: secretsmanager}\n- {objectName: b, objectType: ssmparameter}',
    false,
  ],
  [
    'one secret and a version',
    '- {objectName: a, objectType: secretsmanager}\n- {objectName: b, objectType: secretsmanager, objectVersionLabel: x}',
    false,
  ],
  [
    'parts',
    '- {objectAlias: f, objectType: composed, text: x, parts: {a: {objectName: a, objectType: secretsmanager}, b: {objectName: b, objectType: secretsmanager}}}',
    true,
  ],
]
for (const [what, text, isAsked] of batches) {
  test(`explain --policy with batchReads and ${what} ${isAsked ? 'allows' : 'needs no'} BatchGetSecretValue`, async () => {
    const { Statement } = await policyOf(classText(text, 'region: us-east-1\nbatchReads: "true"'))
    const found = Statement.filter(({ Action }: { Action: string }) =>
      Action.endsWith(':BatchGetSecretValue'),
    )
    assert.deepEqual(
      found.map(({ Resource }: { Resource: unknown }) => Resource),
      isAsked ? [['*']] : [],
    )
  })
}

test('explain gives no policy for a name that would widen it', async () => {
  const input = classText('- {objectName: "a*", objectType: secretsmanager}')
  const { code, stdout, stderr } = await runCommand(['explain', '-', '--policy'], { input })
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /OBJECT_NAME_IMPOSSIBLE: objectName "a\*"/)
})

test('explain tells of calls, files and the policy, and of both roles where one is assumed', async () => {
  const reader = 'arn:aws:iam::444455556666:role/reader'
  const input = classText(objects, `region: us-east-1\nassumeRoleArn: ${reader}`)
  const { code, stdout, stderr } = await runCommand(['explain', '-'], { input })
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^shop:\nreads as arn:aws:iam::444455556666:role\/reader\nREGION +ACTION +RESOURCE\n/)
  assert.match(
    stdout,
    /us-east-1 +ssm:GetParameters +arn:aws:ssm:us-east-1:444455556666:parameter\/app\/url\n/,
  )
  assert.match(
    stdout,
    /^files: db, user, old, _app_url:3, dsn\nand one for each key of object "arn:.*:api-AbCdEf"\nand one for each parameter below "\/app\/all\/"\n\n/m,
  )
  assert.match(
    stdout,
    /"Action": "sts:AssumeRole",\n +"Resource": \[\n +"arn:aws:iam::444455556666:role\/reader"/,
  )
  const alone = await runCommand(['explain', '-', '--policy'], { input })
  assert.doesNotThrow(() => JSON.parse(alone.stdout))
  assert.match(alone.stderr, /own role needs sts:AssumeRole/)
  const json = JSON.parse((await runCommand(['explain', '-', '--json'], { input })).stdout)
  assert.equal(json.classes[0].reads.length, 5)
  assert.equal(json.assumePolicy.Statement[0].Action, 'sts:AssumeRole')
})

const assumed: readonly (readonly [identity: string, actions: readonly string[]])[] = [
  ['false', ['sts:AssumeRole']],
  ['true', ['sts:AssumeRole', 'sts:TagSession']],
]
for (const [usePodIdentity, actions] of assumed) {
  test(`explain with assumeRoleArn and usePodIdentity ${usePodIdentity} needs ${actions.join(', ')}`, async () => {
    const reader = 'arn:aws:iam::444455556666:role/reader'
    const input = classText(
      objects,
      `region: us-east-1\nassumeRoleArn: ${reader}\nusePodIdentity: "${usePodIdentity}"`,
    )
    // The account of the role counts: what it has is what is read.
    const words = ['explain', '-', '--account', '111122223333']
    const json = JSON.parse((await runCommand([...words, '--json'], { input })).stdout)
    assert.deepEqual(
      json.assumePolicy.Statement.map(({ Action, Resource }: { Action: string; Resource: unknown }) => [
        Action,
        Resource,
      ]),
      actions.map((action) => [action, [reader]]),
    )
    assert.deepEqual(
      json.policy.Statement.flatMap(({ Resource }: { Resource: readonly string[] }) => Resource),
      [
        // Named by its ARN.
        'arn:aws:secretsmanager:us-east-1:111122223333:secret:api-AbCdEf',
        'arn:aws:secretsmanager:us-east-1:444455556666:secret:db-??????',
        'arn:aws:ssm:us-east-1:444455556666:parameter/app/url',
        'arn:aws:ssm:us-east-1:444455556666:parameter/host',
        'arn:aws:ssm:us-east-1:444455556666:parameter/app/all',
      ],
    )
    const { stderr } = await runCommand([...words, '--policy'], { input })
    assert.match(stderr, new RegExp(`own role needs ${actions.join(' and ')} on it`))
    const { stdout } = await runCommand(words, { input })
    assert.match(
      stdout,
      new RegExp(`trust policy of ${reader} must allow the workload's own role ${actions.join(' and ')} too`),
    )
  })
}

test('explain says whose files are that are not root’s', async () => {
  const owned = `- {objectName: db, objectType: secretsmanager, fileOwner: 70, objectAlias: key}
- {objectName: other, objectType: secretsmanager, fileGroup: 0}
- {objectName: __proto__, objectType: secretsmanager, fileGroup: 0}`
  const input = classText(owned, 'region: us-east-1\nfileGroup: "5000"')
  const { stdout, stderr } = await runCommand(['explain', '-'], { input })
  assert.match(stdout, /^files: key \(of 70:5000\), other, __proto__$/m, stderr)
  const json = JSON.parse((await runCommand(['explain', '-', '--json'], { input })).stdout)
  assert.deepEqual(json.classes[0].files, ['key', 'other', '__proto__'])
  assert.deepEqual(json.classes[0].owners, { key: '70:5000' })
})

test('explain gives no policy when a class has errors', async () => {
  const input = `${classText(objects)}---\n${classText('- {objectName: x, objectType: y}')}`
  const { code, stdout, stderr } = await runCommand(['explain', '-', '--policy'], { input })
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /OBJECT_TYPE_UNKNOWN/)
})

for (const options of [
  ['--account', '12'],
  ['--kms-key', 'alias/x'],
  ['--region', 'x'],
  ['--policy', '--json'],
]) {
  test(`explain ${options.join(' ')} is a wrong use`, async () => {
    assert.equal((await runCommand(['explain', '-', ...options], { input: classText(objects) })).code, 2)
  })
}
