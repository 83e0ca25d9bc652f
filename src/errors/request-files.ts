import { kind, quote } from './kind.ts'

/** What is wrong with the names and modes of the files that objects ask for. */
export const fileNameErrors = {
  FILE_PERMISSION_MALFORMED: kind<{ where: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'filePermission is not four octal digits.',
    remedy: 'Write four digits from 0 to 7, e.g. "0644".',
    examples: [
      { where: 'object "app/db"', received: '400' },
      { where: 'object "app/db"', received: '384' },
      { where: 'object "app/db"', received: 'rw-r--r--' },
    ],
    sentence: ({ where, received }) =>
      `${where}: filePermission is ${quote(received)}: write ${permissionHint(received)}`,
  }),
  FILE_NAME_UNUSABLE: kind<{ where: string; field: string; path: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The file that an object or jmesPath entry would write has a name that cannot stand in a volume.',
    remedy: 'Choose another objectAlias (or pathTranslation).',
    examples: [{ where: 'object "app/db"', field: 'objectAlias', path: '../db', reason: 'begins with ".."' }],
    sentence: ({ where, field, path, reason }) =>
      `${where}: its ${field} gives the file name ${quote(path)}, which ${reason}: choose another objectAlias`,
  }),
  DUPLICATE_FILE: kind<{ where: string; first: string; path: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'Two objects or jmesPath entries would write the same file.',
    remedy: 'Give one of them an objectAlias of its own.',
    examples: [{ where: 'object "app_db"', first: 'object "app/db" (entry 1 of objects)', path: 'app_db' }],
    sentence: ({ where, first, path }) =>
      `${where}: duplicate file name ${quote(path)}, which ${first} writes too: give one of them another objectAlias`,
  }),
  FILE_IS_DIRECTORY: kind<{ where: string; other: string; path: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'One object would write a file where another needs a directory.',
    remedy: 'Give one of them another objectAlias, or turn pathTranslation on.',
    examples: [{ where: 'object "app/db"', other: 'object "app" (entry 1 of objects)', path: 'app' }],
    sentence: ({ where, other, path }) =>
      `${where}: ${quote(path)} cannot be a file and a directory at once (see ${other}): give one of them another objectAlias`,
  }),
}

/** What Helm and YAML make of a mode that is not quoted: 0600 is 384. */
const commonModes = [
  0o400, 0o440, 0o444, 0o600, 0o640, 0o644, 0o660, 0o664, 0o666, 0o700, 0o750, 0o755, 0o777,
]

function permissionHint(received: string): string {
  const octal = /^[0-7]{1,3}$/.test(received) ? `"${received.padStart(4, '0')}"` : undefined
  const mode = commonModes.find((each) => String(each) === received)
  if (mode !== undefined) {
    const meant = `"0${mode.toString(8)}" in quotes (${received} is what YAML makes of 0${mode.toString(8)})`
    return octal === undefined ? meant : `${meant}, or ${octal}`
  }
  return octal ?? 'four octal digits, such as "0644"'
}
