import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { volumeFolder } from '../../test/fixtures/volume-folder.ts'
import type { VolumeFile } from '../content/volume-file.ts'
import { Sensitive } from '../process/sensitive.ts'
import { touchIfEqual } from './touch-if-equal.ts'

const root = volumeFolder()
const elsewhere = fs.mkdtempSync(join(root, 'elsewhere-'))
after(() => fs.rmSync(root, { recursive: true, force: true }))

const answer = [file('a'), file('d/b')]

function file(path: string, content = path, mode = 0o644): VolumeFile {
  return { path, mode, version: '1', content: new Sensitive(Buffer.from(content)) }
}

/** A volume as the driver's writer leaves it, long ago. */
function driverVolume(): string {
  const target = fs.mkdtempSync(join(root, 'volume-'))
  const payload = join(target, '..2024_01_02_03_04_05.123456789')
  fs.mkdirSync(join(payload, 'd'), { recursive: true })
  for (const { path, content, mode } of answer) {
    fs.writeFileSync(join(payload, path), content.reveal())
    fs.chmodSync(join(payload, path), mode)
  }
  fs.symlinkSync('..2024_01_02_03_04_05.123456789', join(target, '..data'))
  fs.symlinkSync('..data/a', join(target, 'a'))
  fs.symlinkSync('..data/d', join(target, 'd'))
  return target
}

/** A volume of plain files, as drivers before the atomic writer left them. */
function plainVolume(): string {
  const target = fs.mkdtempSync(join(root, 'plain-'))
  fs.mkdirSync(join(target, 'd'))
  for (const { path, mode } of answer) {
    fs.writeFileSync(join(target, path), path)
    fs.chmodSync(join(target, path), mode)
  }
  return target
}

/** All that can be seen of a volume, but for the time of its root. */
function snapshot(target: string): unknown {
  return fs
    .readdirSync(target, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { mode, size, mtimeMs, ino } = fs.lstatSync(join(target, path))
      return { path, mode, size, mtimeMs, ino }
    })
}

type Case = readonly [
  name: string,
  make: () => string,
  meddle: (target: string) => void,
  files: readonly VolumeFile[],
  touched: boolean,
]
const nothing = () => {}
const cases: readonly Case[] = [
  ['the driver’s own set', driverVolume, nothing, answer, true],
  ['plain files', plainVolume, nothing, answer, true],
  ['another content', driverVolume, nothing, [file('a', 'b'), file('d/b')], false],
  ['another mode alone', driverVolume, nothing, [file('a', 'a', 0o600), file('d/b')], true],
  ['a file more in the answer', driverVolume, nothing, [...answer, file('c')], false],
  ['a file less in the answer', driverVolume, nothing, [file('a')], false],
  ['a visible name gone', driverVolume, (target) => fs.rmSync(join(target, 'a')), answer, false],
  [
    '..data that leads out',
    driverVolume,
    (target) => relink(join(target, '..data'), elsewhere),
    answer,
    false,
  ],
  [
    'a payload file that is a link',
    driverVolume,
    (target) => relink(join(target, '..data/a'), '/etc/hostname'),
    answer,
    false,
  ],
  ['plain files of another content', plainVolume, nothing, [file('a', 'b'), file('d/b')], false],
  [
    'a plain directory that is a link',
    plainVolume,
    (target) => relink(join(target, 'd'), elsewhere),
    answer,
    false,
  ],
  ['no files', plainVolume, nothing, [], false],
  ['no volume', () => join(root, 'missing'), nothing, answer, false],
  ['a volume that is a file', () => process.execPath, nothing, answer, false],
]

function relink(path: string, to: string): void {
  fs.rmSync(path, { recursive: true })
  fs.symlinkSync(to, path)
}

for (const [name, make, meddle, files, touched] of cases) {
  test(`${touched ? 'touches' : 'leaves alone'}: ${name}`, async () => {
    const target = make()
    meddle(target)
    const inRoot = target.startsWith(root) && fs.existsSync(target)
    if (inRoot) fs.utimesSync(target, 1, 1)
    const before = inRoot ? snapshot(target) : undefined
    assert.equal(await touchIfEqual(target, files), touched)
    if (!inRoot) return
    assert.deepEqual(snapshot(target), before)
    assert.equal(fs.statSync(target).mtimeMs !== 1000, touched)
  })
}

test('for an answer without files an empty volume is equal, and one with files is not', async () => {
  assert.equal(await touchIfEqual(fs.mkdtempSync(join(root, 'empty-')), []), true)
  assert.equal(await touchIfEqual(plainVolume(), []), false)
  assert.equal(await touchIfEqual(driverVolume(), []), false)
})
