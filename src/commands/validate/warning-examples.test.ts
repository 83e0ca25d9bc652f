import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClassFile } from '../../class-file/read-class-file.ts'
import { type OwnWarningCode, warningKinds } from '../../class-file/warning-kinds.ts'
import { checkFile } from './check-file.ts'

const plain = '- {objectName: db, objectType: secretsmanager}'
const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf'

function classText(objects = plain, parameters = '', spec = ''): string {
  return `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: shop}
spec:
  provider: aws
${spec}  parameters:
${parameters.replace(/^(?=.)/gm, '    ')}    objects: |
${objects.replace(/^/gm, '      ')}
`
}

function syncText(sourcePath: string, parameters = 'region: us-east-1\n'): string {
  const sync = `apiVersion: secret-sync.x-k8s.io/v1alpha1
kind: SecretSync
metadata: {name: shop}
spec: {secretProviderClassName: shop, secretObject: {data: [{sourcePath: "${sourcePath}", targetKey: K}]}}`
  return `${classText(plain.replace('}', ', objectAlias: login.json}'), parameters)}---\n${sync}\n`
}

function many(count: number): string {
  return Array.from({ length: count }, (_, at) => `- {objectName: s${at}, objectType: secretsmanager}`).join(
    '\n',
  )
}

/** What each example of the documentation is said of, in its order. */
const said: Readonly<Record<OwnWarningCode, readonly string[]>> = {
  API_VERSION_DEPRECATED: [classText().replace('/v1', '/v1alpha1')],
  API_VERSION_UNKNOWN: [
    classText().replace(/^apiVersion: .*/, 'apiVersion: v1'),
    classText().replace(/^apiVersion: .*\n/, ''),
  ],
  KIND_MISSPELT: [classText().replace('kind: Secret', 'kind: Secrets')],
  PROVIDER_MISSPELT: [classText().replace('provider: aws', 'provider: AWS')],
  PROVIDER_SKIPPED: [
    classText().replace('provider: aws', 'provider: vault'),
    classText().replace('provider: aws', 'provider: "{{ .Values.provider }}"'),
  ],
  FAILOVER_WITHOUT_REGION: [classText(plain, 'failoverRegion: us-east-1\n')],
  REGION_ASSUMED: [classText(`- {objectName: "${arn}"}`)],
  REGION_UNKNOWN: [classText(plain, 'region: eu-west-9\n')],
  ADDRESS_TYPE_UNKNOWN: [classText(plain, 'preferredAddressType: v6\n')],
  OBJECTS_FOLDED: [classText().replace('objects: |', 'objects: >')],
  REQUEST_MAY_BE_TOO_LARGE: [classText(`# ${'&'.repeat(20_600)}\n${plain}`)],
  MANY_FILES: [classText(many(1001))],
  FILE_MODE_STAYS: [classText(plain.replace('}', ', filePermission: "0600"}'))],
  RESPONSE_MAY_BE_TOO_LARGE: [classText(many(65))],
  VOLUME_MAY_BE_TOO_LARGE: [classText(many(1001))],
  REPEATED_FIELD: [classText(plain.replace('}', ', ObjectName: x}'))],
  OBJECT_NAME_IMPOSSIBLE: [
    classText(plain.replace('db', '“shop/db”')),
    classText(plain.replace('db', '"{{ .Values.name }}"')),
  ],
  OBJECT_VERSION_IMPOSSIBLE: [
    classText(plain.replace('}', ', objectVersion: AWSCURRENT}')),
    classText('- {objectName: db, objectType: ssmparameter, objectVersion: latest}'),
  ],
  OBJECT_OF_OTHER_ACCOUNT: [
    classText(`- {objectName: "${arn}"}`, 'assumeRoleArn: arn:aws:iam::444455556666:role/shop\n'),
  ],
  PATTERN_MATCHES_NOTHING: [
    classText('- {objectName: /app, objectType: ssmparameterpath, include: ["db/*"]}'),
  ],
  PARTITIONS_DIFFER: [classText(plain, 'region: us-east-1\nfailoverRegion: cn-north-1\n')],
  ALIAS_HIDES_NAME: [
    classText(
      `${plain.replace('}', ', objectAlias: x}')}\n${plain.replace('db', 'other').replace('}', ', objectAlias: db}')}`,
    ),
  ],
  ALIAS_QUOTED: [classText(plain.replace('}', ', objectAlias: “db”}'))],
  JMES_PATH_DOTTED: [classText(plain.replace('}', ', jmesPath: [{path: tls.crt, objectAlias: x}]}'))],
  SECRET_OBJECT_WITHOUT_FILE: [
    classText(
      plain,
      '',
      '  secretObjects: [{secretName: s, type: Opaque, data: [{objectName: bd, key: k}]}]\n',
    ),
  ],
  SYNC_CANNOT_WORK: [syncText('a b')],
  SYNC_SOURCE_MISSING: [syncText('login.jsn')],
  SYNC_WITHOUT_REGION: [syncText('login.json', '')],
}

for (const [code, texts] of Object.entries(said)) {
  test(`the documentation shows ${code} as validate says it`, () => {
    const { examples, severity, also } = warningKinds[code as OwnWarningCode]
    const found = texts.flatMap((text) =>
      checkFile(readClassFile({ file: 'f', text }), { driverWritesSecrets: true }).filter(
        (each) => each.code === code,
      ),
    )
    assert.deepEqual(
      found.map(({ message }) => message),
      examples,
    )
    for (const each of found) assert.ok([severity, also].includes(each.severity as 'error'), each.severity)
  })
}
