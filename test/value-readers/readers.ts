import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildGoProgram, cacheFolder, runTool, skipWithout } from '../harness/cached-tool.ts'

/** A file that a reader shall read. */
export interface FormattedFile {
  readonly kind: string
  readonly text: string
}

/** What a reader made of a file. */
export interface ReadFile {
  readonly read?: Readonly<Record<string, unknown>>
  readonly error?: string
}

export const skipWithoutPython = skipWithout('Python 3.11 with venv', 'python3', [
  '-c',
  'import venv, ensurepip, tomllib',
])
export const skipWithoutGo = skipWithout('Go', 'go', ['version'])

const generator = '/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator'
export const skipWithoutSystemd = existsSync(generator) ? false : 'skipped: needs systemd'

const hasJava = spawnSync('java', ['--version'], { stdio: 'ignore' }).status === 0
export const skipWithoutJava = hasJava ? false : 'skipped: needs Java 17'

const cache = join(cacheFolder, 'value-readers')

/** The loaders of Python: python-dotenv, configparser, tomllib, PyYAML, javaproperties. */
export function readWithPython(files: readonly FormattedFile[]): readonly ReadFile[] {
  return ask(join(pythonFolder(), 'bin/python'), [join(import.meta.dirname, 'read.py')], files)
}

/** The loaders of Go: godotenv, the env files of docker, BurntSushi/toml, yaml. */
export function readWithGo(files: readonly FormattedFile[]): readonly ReadFile[] {
  const program = buildGoProgram({ folder: join(import.meta.dirname, 'go'), cache, name: 'readers' })
  return ask(program, [], files)
}

/** Java's own java.util.Properties. */
export function readWithJava(files: readonly FormattedFile[]): readonly ReadFile[] {
  const input = files.map(({ text }) => `${Buffer.from(text).toString('base64')}\n`).join('')
  const { stdout, stderr, status } = spawnSync(
    'java',
    ['-Xshare:auto', join(import.meta.dirname, 'ReadProperties.java')],
    { input, maxBuffer: 64 * 1024 * 1024 },
  )
  if (status !== 0) throw new Error(`java: ${stderr}`)
  const plain = (text: string) => Buffer.from(text, 'base64').toString()
  return stdout
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const pairs = line.split(' ').filter((pair) => pair !== '')
      return {
        read: Object.fromEntries(
          pairs.map((pair): [string, string] => {
            const [key = '', value = ''] = pair.split(':')
            return [plain(key), plain(value)]
          }),
        ),
      }
    })
}

/**
 * systemd's parser of environment files. It is asked through environment.d, which expands variables besides, and
 * leaves out what is empty.
 */
export function readWithSystemd(text: string): ReadFile {
  const home = mkdtempSync(join(tmpdir(), 'environment-d-'))
  try {
    mkdirSync(join(home, 'environment.d'))
    writeFileSync(join(home, 'environment.d/50-test.conf'), text)
    const { stdout, stderr, status } = spawnSync(generator, [], {
      env: { XDG_CONFIG_HOME: home, HOME: home },
    })
    if (status !== 0) return { error: stderr.toString() }
    const lines = stdout
      .toString()
      .split('\n')
      .filter((line) => /^K\d|EVIL/.test(line))
    return {
      read: Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), unquoted(line)])),
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const tmpfiles = '/usr/bin/systemd-tmpfiles'
export const skipWithoutTmpfiles = existsSync(tmpfiles) ? false : 'skipped: needs systemd-tmpfiles'

/**
 * A value as systemd's parser of environment files gives it to a service, without the expansion of environment.d. It
 * is the parser of os-release as well, and systemd-tmpfiles writes what stands there.
 */
export function readOneWithSystemd(text: string, key: string): string {
  const root = mkdtempSync(join(tmpdir(), 'os-release-'))
  try {
    mkdirSync(join(root, 'etc'))
    writeFileSync(join(root, 'etc/os-release'), text.replace(`${key}=`, 'VERSION_ID='))
    writeFileSync(join(root, 'write.conf'), 'f /value 0600 - - - %w\n')
    const { stderr, status } = spawnSync(tmpfiles, [`--root=${root}`, '--create', join(root, 'write.conf')])
    if (status !== 0) throw new Error(`systemd-tmpfiles: ${stderr}`)
    return readFileSync(join(root, 'value'), 'utf8')
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The generator prints what needs it in double quotes, with C's escapes. */
function unquoted(line: string): string {
  const value = line.slice(line.indexOf('=') + 1)
  if (!value.startsWith('"')) return value
  const names: Readonly<Record<string, string>> = {
    n: '\n',
    r: '\r',
    t: '\t',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
  }
  const bytes = value.slice(1, -1).replace(/\\(x[0-9a-f]{2}|[0-7]{3}|.)/g, (_, code: string) => {
    if (/^[0-7]{3}$/.test(code)) return `\0${Number.parseInt(code, 8)};`
    return /^x../.test(code) ? `\0${Number.parseInt(code.slice(1), 16)};` : (names[code] ?? code)
  })
  // Bytes that are not ASCII come one by one.
  const parts = bytes
    .split(/\0(\d+);/)
    .map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.of(Number(part))))
  return Buffer.concat(parts).toString()
}

function ask(
  program: string,
  words: readonly string[],
  files: readonly FormattedFile[],
): readonly ReadFile[] {
  const { stdout, stderr, status } = spawnSync(program, words, {
    input: JSON.stringify(files),
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
  return JSON.parse(stdout.toString())
}

/** An environment with the packages of requirements.txt, made once. */
function pythonFolder(): string {
  const requirements = join(import.meta.dirname, 'requirements.txt')
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = join(cache, `python-${hash}`)
  if (existsSync(join(folder, 'complete'))) return folder
  rmSync(folder, { recursive: true, force: true })
  runTool('python3', ['-m', 'venv', folder])
  runTool(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  writeFileSync(join(folder, 'complete'), '')
  return folder
}
