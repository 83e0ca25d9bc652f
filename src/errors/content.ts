import { kind, quote } from './kind.ts'

/** An expression, and what it is for. */
export interface ExtractDetails {
  readonly object: string
  readonly expression: string
  readonly file?: string | undefined
  /** That of a composed file. */
  readonly part?: string | undefined
}

/** What is wrong with values that become files: extracts, keys, encodings and formats. */
export const contentErrors = {
  EXTRACT_EXPRESSION_INVALID: kind<ExtractDetails & { position: number; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `path` of a jmesPath entry is not a JMESPath expression.',
    remedy: 'Correct the expression at the position (counted from 1) that the message names.',
    examples: [
      { object: 'app/db', expression: '.password', position: 1, reason: '"." is not expected here' },
    ],
    sentence: ({ position, reason, ...about }) =>
      `${jmesPath(about)} cannot be read at character ${position}: ${reason}`,
  }),
  EXTRACT_NOT_JSON: kind<ExtractDetails & { isInvalidUtf8?: boolean }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'An object with jmesPath entries has a value that is not JSON, or what an entry finds in it is not valid UTF-8.',
    remedy: 'Store the value as JSON in UTF-8, or remove jmesPath from the object.',
    examples: [
      { object: 'app/db', expression: 'password' },
      { object: 'app/db', expression: 'name', isInvalidUtf8: true },
    ],
    sentence: ({ isInvalidUtf8, ...about }) =>
      isInvalidUtf8 === true
        ? `${jmesPath(about)} cannot be mounted, because what it finds in the binary value is not valid UTF-8, as JSON must be: store it in UTF-8, or remove the jmesPath entry`
        : `${jmesPath(about)} cannot be applied, because the value is not JSON: store it as JSON, or remove the jmesPath entry`,
  }),
  EXTRACT_FAILED: kind<ExtractDetails & { reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression calls a function with an argument of the wrong type.',
    remedy: 'Change the expression, or the value in AWS, so that the types agree.',
    examples: [
      { object: 'app/db', expression: 'length(port)', reason: 'argument 1 of length() is a number' },
    ],
    sentence: ({ reason, ...about }) => `${jmesPath(about)} fails on the value: ${reason}`,
  }),
  EXTRACT_TOO_COSTLY: kind<ExtractDetails & { reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression would take more work or memory than one mount may use.',
    remedy: 'Write an expression that names the wanted key.',
    examples: [
      {
        object: 'app/db',
        expression: '[].[][]',
        reason: 'it takes too much work, alone or together with those before it',
      },
    ],
    sentence: ({ reason, ...about }) =>
      `${jmesPath(about)} was stopped: ${reason}; write a simpler expression`,
  }),
  EXTRACT_NOT_STRING: kind<ExtractDetails & { found: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression gives a list or an object, or nothing at all.',
    remedy:
      'Name a key that holds a string, number or boolean, or set format to json or yaml. If finding nothing is valid, set optional.',
    examples: [
      { object: 'app/db', expression: 'pasword', found: 'null' },
      { object: 'app/db', expression: 'hosts', found: 'a list' },
    ],
    sentence: ({ found, ...about }) =>
      found === 'null'
        ? `${jmesPath(about)} finds nothing (missing or null) in the value: name a key that is there and not null, or set optional to "true"${dotHint(about.expression)}`
        : `${jmesPath(about)} gives ${found}, but a file holds a string, number or boolean: name a key that holds one, or set format to "json" or "yaml"`,
  }),
  EXTRACT_NULL_TEXT: kind<ExtractDetails>({
    status: 'INVALID_ARGUMENT',
    cause:
      'to_string() was given a key that is missing, or null, and makes the four letters "null" of it, as the specification says. The file is mounted with them, unless the provider runs with `--strict-extracts`; the log warns.',
    remedy:
      'Name a key that is there. Where it may be missing, write `a && to_string(a)`, which finds nothing then, with `optional` if that is a valid case.',
    examples: [{ object: 'app/db', expression: 'to_string(prot)' }],
    sentence: ({ ...about }) =>
      `${jmesPath(about)} gives the text "null", which to_string() makes of what is missing or null: name a key that is there; "a && to_string(a)" finds nothing instead`,
  }),
  EXTRACT_NEVER_STRING: kind<ExtractDetails>({
    status: 'INVALID_ARGUMENT',
    cause: 'A jmesPath expression gives a list, an object or null whatever the value is.',
    remedy: 'Name a key that holds a string, number or boolean, or set format to json or yaml.',
    examples: [{ object: 'app/db', expression: '[username, password]' }],
    sentence: (about) =>
      `${jmesPath(about)} gives no string, number or boolean, whatever the value is: name a key that holds one, or set format to "json" or "yaml"`,
  }),
  VALUE_NOT_ENCODED: kind<{ where: string; encoding: string; position: number; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A value is not validly encoded in the objectEncoding.',
    remedy: 'Correct the value at the position (counted from 1) that the message names, or objectEncoding.',
    examples: [
      {
        where: 'object "app/tls"',
        encoding: 'base64',
        position: 7,
        reason: 'it is not a character of base64',
      },
    ],
    sentence: ({ where, encoding, position, reason }) =>
      `${where}: the value is not ${encoding} at character ${position}: ${reason}; correct it, or objectEncoding`,
  }),
  VALUE_NOT_TEXT: kind<{ where: string; encoding: string; found: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'A key or jmesPath with an objectEncoding gives something other than a string; only strings can be decoded.',
    remedy: 'Leave the key out with exclude, or remove objectEncoding.',
    examples: [{ where: 'object "app/tls", key "port"', encoding: 'base64', found: 'a number' }],
    sentence: ({ where, encoding, found }) =>
      `${where}: the value is ${found}, and only a string can be ${encoding}: leave it out, or remove objectEncoding`,
  }),
  FORMAT_NOT_OBJECT: kind<{ where: string; format: string; found: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A value with a format is not a JSON object.',
    remedy: 'Store a JSON object, select one with jmesPath, or remove the format.',
    examples: [{ where: 'object "app/db"', format: 'dotenv', found: 'a list' }],
    sentence: ({ where, format, found }) =>
      `${where}: ${found} cannot be written as ${format}: store a JSON object, or select one with jmesPath`,
  }),
  FORMAT_NAME_UNUSABLE: kind<{ where: string; format: string; key: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A key of the value cannot be a name in its format.',
    remedy: 'Set prefix or uppercase, leave the key out, or rename it in the value.',
    examples: [
      {
        where: 'object "app/db"',
        format: 'dotenv',
        key: 'user-name',
        reason:
          'a variable of a shell has letters, digits and underscores alone, and no digit at its beginning',
      },
    ],
    sentence: ({ where, format, key, reason }) =>
      `${where}: its key ${quote(key)} cannot be a name in ${format}: ${reason}; set prefix or uppercase, or leave it out`,
  }),
  FORMAT_VALUE_UNUSABLE: kind<{ where: string; format: string; key: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A value cannot be written in its format.',
    remedy: 'Use another format, or leave the key out.',
    examples: [
      {
        where: 'object "app/db"',
        format: 'docker-env',
        key: 'certificate',
        reason: 'docker reads one line a value, without NUL characters',
      },
    ],
    sentence: ({ where, format, key, reason }) =>
      `${where}: the value of its key ${quote(key)} cannot be written as ${format}: ${reason}; use another format, or leave it out`,
  }),
  FORMAT_TOO_COSTLY: kind<{ where: string; format: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'Writing a value in a format would take more work than one mount may use.',
    remedy: 'Select less of the value, or mount it whole.',
    examples: [
      {
        where: 'object "app/db"',
        format: 'yaml',
        reason: 'it takes too much work, alone or together with those before it',
      },
    ],
    sentence: ({ where, format, reason }) =>
      `${where}: writing it as ${format} was stopped: ${reason}; select less of it, or mount it whole`,
  }),
  PART_NOT_TEXT: kind<{ object: string; part: string; file: string; isBinary: boolean }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'A part of a composed file has a value that is not text: a SecretBinary (even if its bytes are text), or a value that is not UTF-8.',
    remedy:
      'Store the value as text (SecretString), select a string of it with jmesPath, or mount it as a file of its own.',
    examples: [
      { object: 'app/tls', part: 'key', file: 'app.env', isBinary: true },
      { object: 'app/db', part: 'user', file: 'app.env', isBinary: false },
    ],
    sentence: ({ object, part, file, isBinary }) =>
      `object ${quote(object)}: its value is ${isBinary ? 'binary (SecretBinary)' : 'not text in UTF-8'}, and cannot be the part ${quote(part)} of composed file ${quote(file)}: store it as text, or select a string of it with jmesPath`,
  }),
  PART_UNUSABLE: kind<{ where: string; part: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A part of a composed file has a value that cannot stand where its placeholder is.',
    remedy: 'Use another quoting, or another value.',
    examples: [
      { where: 'composed file "app.env"', part: 'password', reason: 'a shell cannot hold a NUL character' },
    ],
    sentence: ({ where, part, reason }) => `${where}: the part ${quote(part)} cannot be put in: ${reason}`,
  }),
  COMPOSED_TOO_COSTLY: kind<{ path: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'Composing a file would take more work than one mount may use.',
    remedy: 'Use fewer placeholders, or smaller parts.',
    examples: [{ path: 'app.env', reason: 'it takes too much work, alone or together with those before it' }],
    sentence: ({ path, reason }) =>
      `composed file ${quote(path)}: it was stopped: ${reason}; use fewer placeholders or smaller parts`,
  }),
  EXPANDED_NOT_OBJECT: kind<{ object: string; found: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An object with expandKeys has a value that is not a JSON object.',
    remedy: 'Store the value as a JSON object, or remove expandKeys.',
    examples: [{ object: 'app/db', found: 'a list' }],
    sentence: ({ object, found }) =>
      `object ${quote(object)}: its keys cannot be expanded, because the value is ${found}: store a JSON object, or remove expandKeys`,
  }),
  EXPANDED_NOTHING: kind<{ object: string; count: number }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'expandKeys selects no key of the value: the object is empty, or include and exclude leave nothing.',
    remedy: 'Correct include and exclude, or set optional in expandKeys if that is valid.',
    examples: [{ object: 'app/db', count: 3 }],
    sentence: ({ object, count }) =>
      `object ${quote(object)}: expandKeys takes none of its ${count} key${count === 1 ? '' : 's'}: correct include and exclude, or set optional to "true"`,
  }),
  EXPANDED_TOO_MANY: kind<{ object: string; most: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The value has more keys than expandKeys allows.',
    remedy: 'Select fewer with include and exclude, or mount the whole value.',
    examples: [{ object: 'app/db', most: 500 }],
    sentence: ({ object, most }) =>
      `object ${quote(object)}: expandKeys takes more than ${most} keys, and ${most} is the most: take fewer with include and exclude, or mount the value whole`,
  }),
  EXPANDED_NAME_UNUSABLE: kind<{ object: string; key: string; path: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A key of the value gives an invalid file name.',
    remedy: 'Leave the key out with exclude, set prefix or pathTranslation, or rename it in the value.',
    examples: [{ object: 'app/db', key: '../x', path: '../x', reason: 'begins with ".."' }],
    sentence: ({ object, key, path, reason }) =>
      `object ${quote(object)}: its key ${quote(key)} gives the file name ${quote(path)}, which ${reason}: leave it out with exclude, or rename it`,
  }),
  EXPANDED_TOO_COSTLY: kind<{ object: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'Expanding the keys of a value would take more work than one mount may use.',
    remedy: 'Use fewer patterns and less depth, or mount the whole value.',
    examples: [
      { object: 'app/db', reason: 'it takes too much work, alone or together with those before it' },
    ],
    sentence: ({ object, reason }) =>
      `object ${quote(object)}: expanding its keys was stopped: ${reason}; use fewer patterns or less depth`,
  }),
  SET_NAME_UNUSABLE: kind<{ object: string; member: string; path: string; reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The name of a parameter below the path gives an invalid file name.',
    remedy: 'Leave the name out with exclude, or mount it as an object of its own with an objectAlias.',
    examples: [{ object: '/app/db', member: '/app/db/..', path: '..', reason: 'begins with ".."' }],
    sentence: ({ object, member, path, reason }) =>
      `object ${quote(object)}, ${quote(member)}: the file name ${quote(path)} ${reason}: leave it out with exclude, or name it by itself with an objectAlias`,
  }),
  EXPANDED_COLLISION: kind<{
    where: string
    first: string
    path: string
    isDirectory: boolean
    ofSet: boolean
  }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'A name from expandKeys, an ssmparameterpath or a secretsmanagerquery gives the same file as another, or one that another needs as a directory.',
    remedy:
      'Set another prefix or objectAlias, leave the name out with exclude; for an ssmparameterpath or a secretsmanagerquery set keepPath.',
    examples: [
      {
        where: 'object "app/db", key "user" (entry 2 of objects)',
        first: 'object "user" (entry 1 of objects)',
        path: 'user',
        isDirectory: false,
        ofSet: false,
      },
    ],
    sentence: ({ where, first, path, isDirectory, ofSet }) => {
      const what = isDirectory
        ? `${quote(path)} cannot be a file and a directory at once (see ${first})`
        : `duplicate file name ${quote(path)}, which ${first} writes too`
      const remedy = ofSet
        ? 'set keepPath: true for directories unless it is set, another objectAlias, or leave one out with exclude'
        : 'set another prefix, or leave one out with exclude'
      return `${where}: ${what}: ${remedy}`
    },
  }),
}

/** An expression may stand there for several files; `file` is the one that it was for. */
function jmesPath({ object, expression, file, part }: ExtractDetails): string {
  const whose = `object ${quote(object)}: its jmesPath ${quote(expression)}`
  if (file === undefined) return whose
  return `${whose} for the ${part === undefined ? '' : `part ${quote(part)} of the `}file ${quote(file)}`
}

/** `tls.crt` means the key crt in tls; whoever has a key of that name reads that nothing was found. */
function dotHint(expression: string): string {
  return /^[\w-]+(?:\.[\w-]+)+$/.test(expression)
    ? `; a key that has a dot in its name is written '"${expression.slice(0, 200)}"'`
    : ''
}
