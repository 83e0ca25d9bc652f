import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { checkDocs } from '../../scripts/check-docs.ts'
import { headingAnchors } from '../../scripts/docs/read-markdown.ts'

const project: Readonly<Record<string, string>> = {
  'package.json': '{"scripts": {"lint": "true"}}',
  Makefile: 'NAME := x\ndemo: packages\n\ttrue\n',
  'src/settings.ts': "const flag = 'health-port'\nconst variable = 'NODE_NAME'\nreadSettings()\n",
  'docs/other.md': '# Other page\n\n## A `code` heading, with (words)\n\n## Twice\n\n## Twice\n',
}

const table: readonly (readonly [title: string, page: string, problems: readonly string[]])[] = [
  ['a link to a page that is there', '[a](docs/other.md)', []],
  [
    'a link to a page that is not there',
    'one\n\n[a](docs/none.md)',
    ['README.md:3: link docs/none.md leads to nothing'],
  ],
  ['a link to a heading', '[a](docs/other.md#a-code-heading-with-words) [b](docs/other.md#twice-1)', []],
  [
    'a link to a heading that is not there',
    '[a](docs/other.md#none)',
    ['README.md:1: link docs/other.md#none: there is no heading #none'],
  ],
  [
    'a link to a heading of its own page',
    '# Here\n[a](#here) [b](#there)',
    ['README.md:2: link #there: there is no heading #there'],
  ],
  [
    'a link out of the project',
    '[a](../secret.md)',
    ['README.md:1: link ../secret.md leads out of the project'],
  ],
  ['a link to another site', '[a](https://aws.amazon.com/x#y)', []],
  ['a definition of a link', '[a]: docs/none.md', ['README.md:1: link docs/none.md leads to nothing']],
  ['a link in code', '`[a](docs/none.md)`\n\n```text\n[a](docs/none.md)\n```', []],
  ['a path', '`src/settings.ts` `src/` `src/*.ts` `src/none.ts`', ['README.md:1: there is no src/none.ts']],
  ['a make target', '`make demo` `make none`', ['README.md:1: there is no make target none']],
  [
    'a command in a block',
    '```sh\nmake none\nnpm run none\nnpm run lint\n```',
    ['README.md:2: there is no make target none', 'README.md:3: there is no npm script none'],
  ],
  ['a flag', '`--health-port` `--none=1`', ['README.md:1: `--none=1` occurs nowhere in the code']],
  [
    'a name of code',
    '`readSettings` `readNothing()`',
    ['README.md:1: `readNothing()` occurs nowhere in the code'],
  ],
  ['a variable', '`NODE_NAME` `NO_NAME`', ['README.md:1: `NO_NAME` occurs nowhere in the code']],
]

for (const [title, page, problems] of table) {
  test(`${title}: ${problems.length === 0 ? 'no problem' : 'problems are told with their lines'}`, () => {
    const root = mkdtempSync(join(tmpdir(), 'check-docs-'))
    try {
      for (const [file, text] of Object.entries({ ...project, 'README.md': page })) {
        mkdirSync(dirname(join(root, file)), { recursive: true })
        writeFileSync(join(root, file), text)
      }
      const found = checkDocs(root).filter((problem) => !problem.endsWith('no page links to this one'))
      assert.deepEqual(found, problems)
    } finally {
      rmSync(root, { recursive: true })
    }
  })
}

test('a page that no other page links to is told, and a name that no page has', () => {
  const root = mkdtempSync(join(tmpdir(), 'check-docs-'))
  try {
    mkdirSync(join(root, 'docs'))
    writeFileSync(join(root, 'package.json'), '{}')
    writeFileSync(join(root, 'README.md'), '[a](docs/linked.md#top)\n')
    writeFileSync(join(root, 'docs/linked.md'), '# Top\n')
    writeFileSync(join(root, 'docs/lost.md'), '# Lost\n\n[itself](lost.md)\n')
    assert.deepEqual(checkDocs(root, ['Linked', '--lost-flag', 'Top']), [
      'docs/lost.md:1: no page links to this one',
      'docs/: no page names Linked',
      'docs/: no page names --lost-flag',
    ])
  } finally {
    rmSync(root, { recursive: true })
  }
})

test('anchors are those of GitHub', () => {
  const headings =
    '# Sessions & keys\n## `a.b` – c\n## What runs where?\n### Über_uns\n<a id="own"></a>\n```\n# no heading\n```\n'
  assert.deepEqual(
    [...headingAnchors(headings)],
    ['sessions--keys', 'ab--c', 'what-runs-where', 'über_uns', 'own'],
  )
})
