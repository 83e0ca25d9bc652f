import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, runTool } from '../harness/cached-tool.ts'

/** Installs the pinned packages of npm, once. Gives the folder whose node_modules has them. */
export function installNpmPackages(): string {
  const pins = ['chokidar@5.0.0', 'node-watch@0.7.4', 'watchpack@2.6.4']
  return once('npm', pins.join(' '), (folder) => {
    mkdirSync(folder, { recursive: true })
    runTool('npm', ['install', '--prefix', folder, '--no-package-lock', '--ignore-scripts', ...pins])
  })
}

/** The same for PyPI, in a virtual environment. Gives its python. */
export function installPythonPackages(): string {
  const requirements = join(import.meta.dirname, 'requirements.txt')
  const folder = once('python', readFileSync(requirements, 'utf8'), (venv) => {
    runTool('python3', ['-m', 'venv', venv])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
    runTool(join(venv, 'bin/python'), pip)
  })
  return join(folder, 'bin/python')
}

/** A half-made folder is made anew. */
function once(kind: string, pins: string, install: (folder: string) => void): string {
  const key = createHash('sha256').update(pins).digest('hex').slice(0, 12)
  const folder = join(cacheFolder, 'readers', `${kind}-${key}`)
  const complete = join(folder, 'complete')
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true })
    install(folder)
    writeFileSync(complete, '')
  }
  return folder
}
