import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { JsonObject } from '../../json/json-value.ts'
import { PaidText } from '../../json/paid-text.ts'
import { parseJson } from '../../json/parse-json.ts'
import { workBudget } from '../../json/work-budget.ts'
import type { PlannedFormat } from '../../plan/mount-plan.ts'
import { FormatFault } from './format-fault.ts'
import { writeFormat } from './write-format.ts'

function written(json: string, format: PlannedFormat): string {
  const text = new PaidText(workBudget())
  writeFormat(parseJson(json)?.value as JsonObject, format, text)
  return text.made()
}

const value = '{"b":"x y","a":9007199254740993,"t":true,"n":null,"l":[1.10,{"k":null}],"e":""}'
const cases: readonly (readonly [json: string, format: PlannedFormat, text: string])[] = [
  [value, { kind: 'dotenv' }, `b='x y'\na=9007199254740993\nt=true\nl='[1.10,{"k":null}]'\ne=\n`],
  [value, { kind: 'docker-env' }, 'b=x y\na=9007199254740993\nt=true\nl=[1.10,{"k":null}]\ne=\n'],
  [value, { kind: 'properties' }, 'b=x y\na=9007199254740993\nt=true\nl=[1.10,{"k":null}]\ne=\n'],
  [
    value,
    { kind: 'ini', section: 'app' },
    '[app]\nb = x y\na = 9007199254740993\nt = true\nl = [1.10,{"k":null}]\ne = \n',
  ],
  [value, { kind: 'ini' }, 'b = x y\na = 9007199254740993\nt = true\nl = [1.10,{"k":null}]\ne = \n'],
  [
    value,
    { kind: 'json', prefix: 'p.' },
    '{"p.b":"x y","p.a":9007199254740993,"p.t":true,"p.l":[1.10,{"k":null}],"p.e":""}',
  ],
  [
    value,
    { kind: 'yaml', uppercase: true },
    'B: "x y"\nA: 9007199254740993\nT: true\nL:\n  - 1.10\n  -\n    k: null\nE: ""',
  ],
  [
    '{"a":{"b":[1.0,"x"],"c d":true,"n":null},"e":{},"d":"\\u007f\\n"}',
    { kind: 'toml' },
    'a = { b = [1.0, "x"], "c d" = true }\ne = {}\nd = "\\u007f\\n"\n',
  ],
  ['{"db-user.name":"x"}', { kind: 'dotenv', prefix: 'app_', uppercase: true }, 'APP_DB_USER_NAME=x\n'],
  ['{"1":"x"}', { kind: 'dotenv', prefix: '_' }, '_1=x\n'],
  ['{}', { kind: 'dotenv' }, ''],
  [`{"a":"it's"}`, { kind: 'dotenv' }, `a="it's"\n`],
  [`{"a":"it's $x"}`, { kind: 'dotenv' }, `a="it's \\$x"\n`],
  ['{"a":"C:\\\\new"}', { kind: 'dotenv' }, `a='C:\\new'\n`],
  ['{"a":"C:\\\\"}', { kind: 'dotenv' }, 'a="C:\\\\" #"\n'],
  ['{"a":"1\\n2"}', { kind: 'dotenv' }, `a='1\n2'\n`],
  ['{"a b":" x"}', { kind: 'properties' }, 'a\\ b=\\ x\n'],
  ['{"é":"😀\\t"}', { kind: 'properties' }, '\\u00e9=\\ud83d\\ude00\\t\n'],
]
for (const [json, format, text] of cases) {
  test(`${json.slice(0, 30)} as ${Object.values(format).join(' ')}`, () =>
    assert.equal(written(json, format), text))
}

const faults: readonly (readonly [json: string, format: PlannedFormat, key: string, reason: RegExp])[] = [
  ['{"a-b":"hunter2"}', { kind: 'dotenv' }, 'a-b', /letters, digits and underscores/],
  ['{"1a":"hunter2"}', { kind: 'dotenv', uppercase: true }, '1a', /no digit at its beginning/],
  ['{"":"hunter2"}', { kind: 'dotenv' }, '', /letters/],
  ['{"a":"hunter2\\u0000"}', { kind: 'dotenv' }, 'a', /NUL/],
  ['{"a":"hunter2","A":"x"}', { kind: 'dotenv', uppercase: true }, 'A', /another key gives the name "A"/],
  ['{"a.b":"hunter2","a-b":"x"}', { kind: 'dotenv', uppercase: true }, 'a-b', /another key gives/],
  ['{"a b":"hunter2"}', { kind: 'docker-env' }, 'a b', /white space/],
  ['{"#a":"hunter2"}', { kind: 'docker-env' }, '#a', /comment/],
  ['{"a":"hunter2\\n"}', { kind: 'docker-env' }, 'a', /one line/],
  ['{"a":"hunter2\\r"}', { kind: 'docker-env' }, 'a', /carriage return/],
  [`{"a":"${'x'.repeat(65_533)}"}`, { kind: 'docker-env' }, 'a', /65535 bytes/],
  ['{"a":"hunter2\\u2028"}', { kind: 'ini' }, 'a', /one line/],
  ['{"a":" hunter2"}', { kind: 'ini' }, 'a', /white space/],
  ['{"[a]":"hunter2"}', { kind: 'ini' }, '[a]', /something else/],
  ['{"a=b":"hunter2"}', { kind: 'ini' }, 'a=b', /no =/],
  ['{"a":"hunter2","A":"x"}', { kind: 'ini' }, 'A', /another key/],
  ['{"a":[null]}', { kind: 'toml' }, 'a', /no null/],
  ['{"a":9223372036854775808}', { kind: 'toml' }, 'a', /64 bits/],
]
for (const [json, format, key, reason] of faults) {
  test(`${json.slice(0, 30)} is no ${Object.values(format).join(' ')}`, () => {
    assert.throws(
      () => written(json, format),
      (error: unknown) => {
        assert.ok(error instanceof FormatFault)
        assert.equal(error.key, key)
        assert.match(error.message, reason)
        assert.doesNotMatch(inspect(error, { depth: 9 }), /hunter2/)
        return true
      },
    )
  })
}
