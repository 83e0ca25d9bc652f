import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { skipWithout } from '../harness/cached-tool.ts'
import { installPythonPackages } from './packages.ts'
import { createVolume, type Volume } from './volume.ts'

/** How often a program finds the one secret of a volume, and where. docs/reading-files.md says the same. */
interface Finder {
  readonly name: string
  /** A shell script; it has the volume in $V, an empty folder in $TO, and prints a line for each find. */
  readonly script: string
  readonly needs?: string
  readonly finds: number
  /** Every find lies below the hidden dated folder. */
  readonly hidden?: true
}

const counts = ['not at all', 'once', 'twice', 'three times']

const finders: readonly Finder[] = [
  { name: 'ls', script: 'ls "$V"', finds: 1 },
  { name: 'a glob of the shell', script: 'for f in "$V"/*; do [ -f "$f" ] && echo "$f"; done', finds: 1 },
  { name: 'find -type f', script: 'find "$V" -type f', finds: 1, hidden: true },
  { name: 'find -L -type f', script: 'find -L "$V" -type f', finds: 3 },
  {
    name: 'find on the top level, following links',
    script: 'find "$V" -mindepth 1 -maxdepth 1 ! -name "..*" -xtype f',
    finds: 1,
  },
  { name: 'grep -r', script: 'grep -rl hunter2 "$V"', finds: 1, hidden: true },
  { name: 'grep -R', script: 'grep -Rl hunter2 "$V"', finds: 3 },
  { name: 'rg', script: 'rg -l hunter2 "$V"', needs: 'rg', finds: 0 },
  { name: 'rg --follow', script: 'rg --follow -l hunter2 "$V"', needs: 'rg', finds: 1 },
  { name: 'fd --type f', script: 'fdfind --type f . "$V"', needs: 'fdfind', finds: 0 },
  { name: 'fd --follow --type f', script: 'fdfind --follow --type f . "$V"', needs: 'fdfind', finds: 1 },
  { name: 'cp -rL of the directory', script: 'cp -rL "$V" "$TO" && grep -rl hunter2 "$TO"', finds: 3 },
  { name: 'cp -L of what is in it', script: 'cp -L "$V"/* "$TO" && grep -rl hunter2 "$TO"', finds: 1 },
  {
    name: 'rsync -r',
    script: 'rsync -rq "$V/" "$TO" && grep -rl hunter2 "$TO"',
    needs: 'rsync',
    finds: 1,
    hidden: true,
  },
  { name: 'rsync -rL', script: 'rsync -rLq "$V/" "$TO" && grep -rl hunter2 "$TO"', needs: 'rsync', finds: 3 },
  {
    name: "rsync -rL --exclude='..*'",
    script: 'rsync -rLq --exclude="..*" "$V/" "$TO" && grep -rl hunter2 "$TO"',
    needs: 'rsync',
    finds: 1,
  },
  { name: 'tar -h', script: 'tar -C "$V" -chf - . | tar -tf - | grep password', finds: 3 },
  { name: 'tar -h, contents', script: 'tar -C "$V" -chf - . | tar -tvf - | grep "^-.*password"', finds: 1 },
  {
    name: 'zip -r',
    script: 'cd "$V" && zip -qr "$TO/a.zip" . && unzip -Z1 "$TO/a.zip" | grep password',
    needs: 'zip',
    finds: 3,
  },
  {
    name: "Python's os.walk",
    script: `python3 -c 'import os, sys; [print(os.path.join(d, f)) for d, _, fs in os.walk(sys.argv[1]) for f in fs]' "$V" | grep password`,
    needs: 'python3',
    finds: 2,
  },
  {
    name: "Python's Path.iterdir with is_file",
    script: `python3 -c 'import pathlib, sys; [print(p) for p in pathlib.Path(sys.argv[1]).iterdir() if p.is_file()]' "$V"`,
    needs: 'python3',
    finds: 1,
  },
  {
    name: "Java's Files.walk with isRegularFile",
    script: 'java "$HERE/FilesWalk.java" walk "$V"',
    needs: 'java',
    finds: 2,
  },
  {
    name: "Java's Files.list with isRegularFile",
    script: 'java "$HERE/FilesWalk.java" list "$V"',
    needs: 'java',
    finds: 1,
  },
]

describe('a program that looks for files', () => {
  let volume: Volume

  before(async () => {
    volume = createVolume()
    await volume.write({ password: 'hunter2' })
  })
  after(() => volume?.remove())

  for (const [index, { name, script, needs, finds, hidden }] of finders.entries()) {
    const skip = needs === undefined ? false : skipWithout(needs, 'sh', ['-c', `command -v ${needs}`])
    const where = hidden === true ? ', below the hidden folder' : ''
    test(`${name} finds it ${counts[finds]}${where}`, { skip }, () => {
      const to = join(volume.scratch, `${index}`)
      const { stdout, stderr } = spawnSync('sh', ['-c', `mkdir "$TO" && ${script}`], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, V: volume.path, TO: to, HERE: import.meta.dirname },
      })
      const lines = stdout.split('\n').filter(Boolean)
      assert.equal(lines.length, finds, stdout + stderr)
      if (hidden === true)
        assert.ok(
          lines.every((line) => /\/\.\.2\d{3}_/.test(line)),
          stdout,
        )
    })
  }

  test("Node's readdir with withFileTypes finds no file, because links are none", () => {
    const entries = readdirSync(volume.path, { withFileTypes: true })
    assert.deepEqual(
      entries.filter((entry) => entry.isFile()),
      [],
    )
  })

  test("Node's readdir with stat finds it once", () => {
    const names = readdirSync(volume.path).filter((name) => statSync(join(volume.path, name)).isFile())
    assert.deepEqual(names, ['password'])
  })

  test("Node's glob finds it once", () => assert.deepEqual(globSync('*', { cwd: volume.path }), ['password']))

  const python = skipWithout('Python 3 with venv', 'python3', ['-c', 'import venv, ensurepip'])
  test('pydantic-settings reads it as a setting', { skip: python }, () => {
    const program = join(volume.scratch, 'settings.py')
    writeFileSync(
      program,
      'import sys\nfrom pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    password: str\nprint(S(_secrets_dir=sys.argv[1]).password)\n',
    )
    const { stdout, stderr } = spawnSync(installPythonPackages(), [program, volume.path], {
      encoding: 'utf8',
    })
    assert.equal(stdout, 'hunter2\n', stderr)
  })
})
