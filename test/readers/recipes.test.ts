import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { skipWithout } from '../harness/cached-tool.ts'
import { installPythonPackages } from './packages.ts'
import { createVolume } from './volume.ts'

const page = readFileSync(new URL('../../docs/reading-files.md', import.meta.url), 'utf8')
const python = skipWithout('Python 3 with venv', 'python3', ['-c', 'import venv, ensurepip'])

for (const [language, extension, skip, interpreter] of [
  ['js', 'mjs', false, () => process.execPath],
  ['python', 'py', python, installPythonPackages],
] as const) {
  test(`the recipe in ${language} reads the value of each rotation`, { skip }, async () => {
    const [, recipe = ''] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(page) ?? []
    assert.notEqual(recipe, '')
    const volume = createVolume()
    const program = join(volume.scratch, `recipe.${extension}`)
    writeFileSync(program, recipe)
    await volume.write({ password: 'a' })
    const child = spawn(interpreter(), [program], {
      env: { ...process.env, SECRETS: volume.path },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    try {
      for (let length = 1; length <= 4; length += 1) {
        if (length > 1) await volume.write({ password: 'a'.repeat(length) })
        const begun = performance.now()
        while (!output.endsWith(`read ${length} characters\n`)) {
          assert.ok(performance.now() - begun < 20_000, `not read within 20 s; so far: ${output}`)
          await sleep(50)
        }
        // watchfiles begins to watch a moment after the first read, and has nothing to say of that.
        if (length === 1) await sleep(1_000)
      }
    } finally {
      const end = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await end
      volume.remove()
    }
  })
}
