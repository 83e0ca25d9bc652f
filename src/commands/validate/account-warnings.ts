import type { Warning } from '../../class-file/warning-kinds.ts'
import { parseArn } from '../../plan/arn.ts'
import { textOf } from '../../plan/objects/object-label.ts'
import type { ObjectEntry, ObjectList } from '../../plan/objects/object-list.ts'
import { isRoleArn } from '../../request/role-arn.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import type { SourcePosition } from '../../yaml/finding.ts'

interface NamedObjects {
  /** Parameters that are texts. */
  readonly values: ReadonlyMap<string, string>
  readonly list: ObjectList
  readonly inObjects: (at: SourcePosition) => SourcePosition
}

type NamedObject = Pick<ObjectEntry, 'objectName' | 'failoverObject'>

/**
 * ARNs of another account than that of the role which is to read them: allowed, with a resource policy on the secret
 * and its key, but the role is most often there so that none is needed.
 */
export function accountWarnings({ values, list, inObjects }: NamedObjects): readonly Warning[] {
  const role = values.get('assumeRoleArn') ?? ''
  if (!isRoleArn(role)) return []
  const [, , , , own = ''] = role.split(':')
  const check = (name: FieldRead, where: string): Warning[] => {
    const account = parseArn(textOf(name) ?? '')?.account
    if (account === undefined || account === own || name === undefined || name === 'malformed') return []
    const message = `${where}: the ARN is of account ${account}, but assumeRoleArn reads as a role of account ${own}: write an ARN of account ${own}, or let the resource policies of the object and its KMS key allow that role`
    return [{ code: 'OBJECT_OF_OTHER_ACCOUNT', message, ...inObjects(name.at) }]
  }
  const both = ({ objectName, failoverObject }: NamedObject, where: string) => [
    ...check(objectName, where),
    ...(failoverObject === undefined || failoverObject === 'malformed'
      ? []
      : check(failoverObject.objectName, `the failoverObject of ${where}`)),
  ]
  return list.entries.flatMap((entry) => {
    const where = `object ${entry.position}`
    const parts = entry.parts ?? []
    return [...both(entry, where), ...parts.flatMap((part) => both(part, `part ${part.name} of ${where}`))]
  })
}
