import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { ProviderError } from '../../src/errors/provider-error.ts'
import type { Regions } from '../../src/plan/mount-plan.ts'
import { pathProblem } from '../../src/plan/paths/file-name.ts'
import { planMount } from '../../src/plan/plan-mount.ts'
import type { MountRequest } from '../../src/request/mount-request.ts'
import { isReadAlike } from '../fixtures/plain-yaml.ts'
import type { FuzzTarget } from './harness/target.ts'

const regions: readonly Regions[] = [['us-east-1'], ['us-east-1', 'us-east-2']]

/**
 * YAML of `objects`: whatever it is, it becomes a plan whose every file stays in the volume and is there once, or errors
 * of our own with lines that people can read.
 */
export const target: FuzzTarget = {
  maxBytes: 16_384,
  seeds: [
    '- objectName: MySecret\n  objectType: secretsmanager\n',
    '- objectName: p\n  objectType: ssmparameter\n  objectVersion: 3\n  filePermission: 0600\n',
    '[{objectName: a/b, objectType: secretsmanager, objectAlias: c}, {objectName: d, objectType: ssmparameter}]',
    '- &x {objectName: a, objectType: secretsmanager, jmesPath: [{path: k, objectAlias: f}]}\n- {<<: *x, objectAlias: b, jmesPath: }\n',
    '- objectName: s\n  objectType: secretsmanager\n  jmesPath:\n  - path: a.b\n    objectAlias: x\n    filePermission: "0400"\n',
    '- objectName: s\n  objectAlias: a\n  objectType: secretsmanager\n  failoverObject:\n  - objectName: t\n',
    '- objectName: arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf\n',
    '- objectName: s\n  objectType: secretsmanager\n  expandKeys: {prefix: p_, include: ["a*"], depth: 2}\n',
    '- {objectName: /app, objectType: ssmparameterpath, include: ["/app/*"], keepPath: true, limit: 5, optional: true}\n',
    '- {objectType: secretsmanagerquery, objectAlias: q, filters: [{key: name, values: [a, "!b"]}], exclude: [a*]}\n',
    `- {objectType: composed, objectAlias: c, text: "x\${p|url}", parts: {p: {objectName: s, objectType: secretsmanager}}}\n`,
    '- {objectName: arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf, objectAlias: e, objectRegion: eu-west-1}\n',
    '- "\\u0041"\n- >\n  folded\n- |\n  block\n',
    '%YAML 1.1\n---\n- a\n...\n---\n- b\n',
  ],
  words: [
    ...[
      'objectName: ',
      'objectType: ',
      'objectAlias: ',
      'objectVersion: ',
      'objectVersionLabel: ',
      'filePermission: ',
      'fileOwner: ',
      'fileGroup: ',
    ],
    ...[
      'jmesPath: ',
      'failoverObject: ',
      'expandKeys: ',
      'path: ',
      'format: ',
      'optional: ',
      'objectEncoding: ',
      'objectFormat: ',
    ],
    ...[
      'objectRegion: ',
      'filters: ',
      'key: ',
      'values: ',
      'include: ',
      'exclude: ',
      'recursive: ',
      'keepPath: ',
      'limit: ',
      'parts: ',
      'text: ',
      'json: ',
      `\${p}`,
    ],
    ...[
      'secretsmanager',
      'ssmparameter',
      'ssmparameterpath',
      'secretsmanagerquery',
      'composed',
      'eu-west-1',
      '/app/*',
      'arn:aws:ssm:us-east-1:111122223333:parameter/a',
      'p:1',
      '0644',
      'true',
      '~',
    ],
    ...[
      '\n- ',
      '\n  ',
      '\t',
      '\r\n',
      '? ',
      ': ',
      '&a ',
      '*a',
      '<<: ',
      '<<: [*a, *a]',
      '!!str ',
      '!x ',
      '--- ',
      '...\n',
    ],
    ...[
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '|\n',
      '>-\n',
      '#',
      '%a\n',
      '..',
      '/',
      '\\',
      '\ufeff',
      '__proto__: ',
    ],
  ],
  tryInput(input, random) {
    isReadAlike(input.toString())
    const request = {
      objects: input.toString(),
      defaultMode: 0o644,
      ...random.one([{}, { pathTranslation: 'False' }]),
    }
    try {
      const { objects } = planMount(request as MountRequest, random.one(regions))
      const files = objects.flatMap(({ file, extracts }) => [
        ...(file === undefined ? [] : [file]),
        ...extracts.map((each) => each.file),
      ])
      for (const { path, mode, owner = 1, group = 1 } of files) {
        assert.equal(pathProblem(path), undefined, path)
        assert.ok(mode >= 0 && mode <= 0o777)
        for (const id of [owner, group]) assert.ok(id > 0 && id < 2 ** 31 && Number.isInteger(id))
      }
      assert.equal(new Set(files.map(({ path }) => path)).size, files.length)
      return `planned ${Math.min(objects.length, 5)} objects, ${Math.min(files.length, 5)} files`
    } catch (error) {
      assert.ok(error instanceof ProviderError, inspect(error))
      for (const line of error.message.split('\n')) assert.ok(line.length < 3_000)
      const { codes = [error.code] } = error.log as { codes?: readonly string[] }
      return codes.slice(0, 3).join(' ')
    }
  },
}
