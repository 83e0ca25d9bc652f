import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { stripElf } from './strip-elf.ts'

const whole = readFileSync(process.execPath)
const stripped = stripElf(whole)

test('a stripped program is smaller and still runs', () => {
  assert.ok(stripped.length < whole.length)
  const folder = mkdtempSync(join(tmpdir(), 'strip-elf-'))
  try {
    const program = join(folder, 'node')
    writeFileSync(program, stripped, { mode: 0o755 })
    assert.equal(execFileSync(program, ['--version'], { encoding: 'utf8' }).trim(), process.version)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('stripping a second time changes nothing', () => {
  assert.ok(stripElf(stripped).equals(stripped))
})

test('what is no 64-bit little-endian ELF file is refused', () => {
  assert.throws(() => stripElf(Buffer.from('#!/bin/sh\necho hello\n')), /Not a 64-bit/)
})
