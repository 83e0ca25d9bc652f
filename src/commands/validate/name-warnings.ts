import { hasCurlyQuotes } from '../../class-file/quotes.ts'
import type { Warning } from '../../class-file/warning-kinds.ts'
import { renderFirst } from '../../errors/unrendered.ts'
import { isArn, parseArn } from '../../plan/arn.ts'
import { setTypeOf } from '../../plan/fields/members.ts'
import type { Store } from '../../plan/mount-plan.ts'
import { textOf } from '../../plan/objects/object-label.ts'
import type { ObjectEntry, ObjectList } from '../../plan/objects/object-list.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import type { SourcePosition } from '../../yaml/finding.ts'

interface Doubt {
  readonly message: string
  /** The rules of AWS leave no doubt. */
  readonly certain: boolean
}

/** Names, versions and aliases that no secret, parameter or file has as they are written. */
export function nameWarnings(list: ObjectList, inObjects: (at: SourcePosition) => SourcePosition): Warning[] {
  const found: Warning[] = []
  const say = (code: Warning['code'], field: FieldRead, doubt: Doubt | undefined) => {
    if (doubt === undefined || field === undefined || field === 'malformed') return
    const { line, column } = inObjects(field.at)
    const severity = doubt.certain ? 'error' : 'warning'
    found.push({ code, message: doubt.message, line, column, severity })
  }
  for (const entry of list.entries) {
    const store = storeOf(entry)
    // What a query is called is no name in AWS.
    if (setTypeOf(entry) === 'secretsmanagerquery') continue
    const failover = entry.failoverObject === 'malformed' ? undefined : entry.failoverObject
    for (const each of failover === undefined ? [entry] : [entry, failover]) {
      say('OBJECT_NAME_IMPOSSIBLE', each.objectName, nameDoubt(each.objectName, store))
      say('OBJECT_VERSION_IMPOSSIBLE', each.objectVersion, versionDoubt(each.objectVersion, store))
    }
    for (const part of entry.parts ?? []) {
      say('OBJECT_NAME_IMPOSSIBLE', part.objectName, nameDoubt(part.objectName, storeOf(part)))
      say('OBJECT_VERSION_IMPOSSIBLE', part.objectVersion, versionDoubt(part.objectVersion, storeOf(part)))
    }
    for (const { objectAlias } of [entry, ...entry.jmesPath]) {
      say('ALIAS_QUOTED', objectAlias, quotedAlias(textOf(objectAlias)))
    }
    for (const { path } of entry.jmesPath) say('JMES_PATH_DOTTED', path, dottedPath(textOf(path)))
  }
  return found
}

function storeOf({
  objectType,
  objectName,
}: Pick<ObjectEntry, 'objectType' | 'objectName'>): Store | undefined {
  const type = textOf(objectType)
  if (type === 'secretsmanager' || type === 'ssmparameter') return type
  const service = parseArn(textOf(objectName) ?? '')?.service
  return service === 'ssm' ? 'ssmparameter' : service === 'secretsmanager' ? service : undefined
}

/** What a name is that something was to replace, and what to do; undefined for another. */
function templateAdvice(text: string): string | undefined {
  if (text.includes('{{')) return `a template that nothing has rendered: ${renderFirst}`
  if (/\$\{|\$\(|^\$[A-Za-z_]\w*$/.test(text))
    return 'a variable that nothing has replaced: check what envsubst or the shell prints'
  return /<[A-Z_-]+>/.test(text) ? 'a placeholder: write the real one' : undefined
}

function nameDoubt(field: FieldRead, store: Store | undefined): Doubt | undefined {
  const name = textOf(field)
  if (name === undefined) return undefined
  const shown = `objectName ${JSON.stringify(name.slice(0, 200))}`
  const template = templateAdvice(name)
  if (template !== undefined) return doubt(`${shown} is ${template}`)
  if (/[\p{Cf}\p{Cc}]/u.test(name))
    return certainly(
      `${shown} has a character in it that cannot be seen (${codeOf(name)}): type the name anew`,
    )
  if (hasCurlyQuotes(name)) return certainly(`${shown} has curly quotes in it: write straight ones, or none`)
  if (/^(["'`]).*\1$/.test(name))
    return certainly(`${shown} has quotes in it, once too often: remove one pair`)
  if (/^\s|\s$/.test(name)) return certainly(`${shown} begins or ends with a space: remove it`)
  if (/[*?]/.test(name))
    return certainly(`${shown} is a pattern, as IAM policies have them: each object is named by itself`)
  if (/:parameter\/\//.test(name)) return doubt(`${shown} has one "/" too many behind "parameter"`)
  if (isArn(name) || store === undefined) return undefined
  return store === 'secretsmanager' ? secretName(name, shown) : parameterName(name, shown)
}

/** Source: Secrets Manager API reference, CreateSecret, Name. */
function secretName(name: string, shown: string): Doubt | undefined {
  const bad = /[^A-Za-z0-9/_+=.@-]/u.exec(name)?.[0]
  if (bad === undefined) return undefined
  return certainly(
    `${shown} has ${JSON.stringify(bad)} in it: names of secrets are made of letters, digits and /_+=.@-`,
  )
}

/** Source: Systems Manager API reference, PutParameter, Name. A version or label may follow a colon. */
function parameterName(given: string, shown: string): Doubt | undefined {
  const [name = ''] = given.split(':')
  const bad = /[^A-Za-z0-9/_.-]/u.exec(name)?.[0]
  if (bad !== undefined)
    return certainly(
      `${shown} has ${JSON.stringify(bad)} in it: names of parameters are made of letters, digits and /_.-`,
    )
  if (name.includes('/') && !name.startsWith('/'))
    return certainly(`${shown} has levels, and so must begin with "/": write /${name}`)
  if (name.length > 1 && name.endsWith('/'))
    return doubt(
      `${shown} ends with "/": a path is not a parameter: name each of its parameters, or set objectType to ssmparameterpath`,
    )
  if (name.includes('//')) return doubt(`${shown} has an empty level ("//")`)
  return undefined
}

/**
 * Source: Secrets Manager API reference, GetSecretValue, VersionId (32 to 64 characters); Systems Manager user guide,
 * versions (1, 2, 3 …) and labels (no digit first).
 */
function versionDoubt(field: FieldRead, store: Store | undefined): Doubt | undefined {
  const version = textOf(field)
  if (version === undefined || store === undefined) return undefined
  const shown = `objectVersion ${JSON.stringify(version.slice(0, 200))}`
  const template = version === '$LATEST' ? undefined : templateAdvice(version)
  if (template !== undefined) return doubt(`${shown} is ${template}`)
  if (store === 'secretsmanager') {
    if (/^AWS(CURRENT|PREVIOUS|PENDING)$/i.test(version))
      return certainly(`${shown} is a staging label: write objectVersionLabel`)
    if (version.length >= 32 && version.length <= 64) return undefined
    return certainly(
      `${shown} is not the VersionId of a secret, which has 32 to 64 characters: leave it out for the current one`,
    )
  }
  if (/^[1-9][0-9]*$/.test(version)) return undefined
  if (/^[A-Za-z_][\w.-]*$/.test(version) && !/^(aws|ssm)/i.test(version))
    return doubt(
      `${shown} is not a version number, and so means a label: write objectVersionLabel, or leave it out for the newest`,
    )
  return certainly(
    `${shown} is not the version of a parameter: write a number from 1 on, or leave it out for the newest`,
  )
}

function quotedAlias(alias: string | undefined): Doubt | undefined {
  if (alias === undefined) return undefined
  // One inside may be an apostrophe.
  const isCurly = /[\u201c\u201d\u201e]|^[\u2018\u2019]|[\u2018\u2019]$/.test(alias)
  if (!isCurly && !/^["'`].*["'`]$/.test(alias)) return undefined
  const [which, advice] = isCurly
    ? ['curly quotes', 'write straight ones, or none']
    : ['quotes', 'remove them']
  return doubt(
    `objectAlias ${JSON.stringify(alias.slice(0, 200))} has ${which} in it, which become part of the name of the file: ${advice}`,
  )
}

/** Endings of file names, which keys of Kubernetes Secrets and configuration have. */
function dottedPath(path: string | undefined): Doubt | undefined {
  if (
    path === undefined ||
    !/^[\w-]+\.(crt|key|pem|json|ya?ml|txt|conf|cfg|ini|xml|properties|p12|jks|pub|env)$/i.test(path)
  )
    return undefined
  const [outer, inner] = path.split('.')
  return doubt(
    `jmesPath ${JSON.stringify(path)} is the key ${inner} in the map ${outer}: for a key of that whole name write path: '"${path}"'`,
  )
}

function codeOf(name: string): string {
  const character = /[\p{Cf}\p{Cc}]/u.exec(name)?.[0] ?? ''
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function doubt(message: string): Doubt {
  return { message, certain: false }
}

function certainly(message: string): Doubt {
  return { message, certain: true }
}
