import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClassFile } from '../../class-file/read-class-file.ts'
import { checkFile } from './check-file.ts'

const one = 'objects: |\n  - {objectName: db, objectType: secretsmanager}\n'

/** The parameters begin at line 6, five characters in. */
const rows: readonly (readonly [title: string, parameters: string, expected: readonly string[]])[] = [
  ['nothing that differs', one, []],
  ['a mode on an object', one.replace('}', ', filePermission: "0600"}'), ['7:70 note FILE_MODE_STAYS']],
  [
    'a mode on an extract',
    one.replace('}', ', jmesPath: [{path: a, objectAlias: a, filePermission: "0600"}]}'),
    ['7:107 note FILE_MODE_STAYS'],
  ],
  [
    'owners on an object and an extract',
    one.replace('}', ', fileOwner: "1000", jmesPath: [{path: a, objectAlias: a, fileGroup: "1"}]}'),
    ['7:65 error FILE_OWNER_DRIVER_WRITES', '7:121 error FILE_OWNER_DRIVER_WRITES'],
  ],
  ['a group on the class', `fileGroup: "1000"\n${one}`, ['6:16 error FILE_OWNER_DRIVER_WRITES']],
  [
    'a group on the class that no object takes',
    `fileGroup: "1000"\n${one.replace('}', ', fileGroup: "0"}')}`,
    [],
  ],
  ['root as owner', `fileOwner: "0"\n${one}`, []],
]

for (const [title, parameters, expected] of rows) {
  test(`where the driver writes the files, validate says of ${title} what that changes, and else nothing`, () => {
    const text = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app}
spec:
  parameters:
${parameters.replace(/^(?=.)/gm, '    ')}  provider: aws
`
    const said = (driverWritesSecrets: boolean) =>
      checkFile(readClassFile({ file: 'f', text }), { driverWritesSecrets }).map(
        ({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`,
      )
    assert.deepEqual(said(true), expected)
    assert.deepEqual(said(false), [])
  })
}
