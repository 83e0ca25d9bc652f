import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClassFile } from '../../class-file/read-class-file.ts'
import { checkFile } from './check-file.ts'

/** A class and a SecretSync of it. */
function fileOf(
  parameters: Readonly<Record<string, string>>,
  sourcePaths: readonly string[],
  namespace = '',
): string {
  const objects =
    '[{objectName: /app/url, objectType: ssmparameter}, {objectName: db, objectType: secretsmanager, objectAlias: login.json}]'
  const provider = {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name: 'shop', namespace: 'here' },
    spec: { provider: 'aws', parameters: { objects, ...parameters } },
  }
  const data = sourcePaths.map((sourcePath, at) => ({ sourcePath, targetKey: `KEY${at}` }))
  const sync = {
    apiVersion: 'secret-sync.x-k8s.io/v1alpha1',
    kind: 'SecretSync',
    metadata: { name: 'shop', ...(namespace === '' ? {} : { namespace }) },
    spec: {
      serviceAccountName: 'shop',
      secretProviderClassName: 'shop',
      secretObject: { type: 'Opaque', data },
    },
  }
  return `${JSON.stringify(provider)}\n---\n${JSON.stringify(sync)}\n`
}

function found(text: string): readonly string[] {
  const diagnostics = checkFile(readClassFile({ file: 'x', text }), {})
  return diagnostics.map(({ severity, code, line, message }) => `${line} ${severity} ${code}: ${message}`)
}

const region = { region: 'us-east-1' }

test('a SecretSync that can work has no finding', () => {
  assert.deepEqual(found(fileOf(region, ['login.json'])), [])
})

test('a sourcePath that the controller refuses is an error at its line', () => {
  for (const path of ['_app_url', '/app/url', 'app/url', 'a b', 'a..b', 'login.json.'])
    assert.match(
      found(fileOf(region, [path]))[0] ?? '',
      /^3 error SYNC_CANNOT_WORK: sourcePath .*objectAlias/,
      path,
    )
})

test('a sourcePath that is no file of the class is told, with the nearest', () => {
  assert.match(
    found(fileOf(region, ['login.jsn']))[0] ?? '',
    /^3 warning SYNC_SOURCE_MISSING: .*did you mean "login.json"/,
  )
  assert.match(found(fileOf(region, ['db']))[0] ?? '', /SYNC_SOURCE_MISSING/)
})

test('Pod Identity cannot work, and a region must be known', () => {
  assert.match(
    found(fileOf({ ...region, usePodIdentity: 'true' }, ['login.json']))[0] ?? '',
    /error SYNC_CANNOT_WORK: .*Pod Identity/,
  )
  assert.ok(found(fileOf({}, ['login.json'])).some((each) => /warning SYNC_WITHOUT_REGION/.test(each)))
})

test('a SecretSync of another namespace is of another class; files that values decide are not held against it', () => {
  assert.deepEqual(found(fileOf(region, ['nope'], 'elsewhere')), [])
  const objects = '[{objectName: db, objectType: secretsmanager, expandKeys: true}]'
  assert.deepEqual(found(fileOf({ ...region, objects }, ['any'])), [])
})
