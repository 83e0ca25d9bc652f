import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import type { ParameterEntry } from '../../aws/parse-answers.ts'
import type { ObjectRead, PathSet } from '../../plan/mount-plan.ts'
import { ownBytes } from '../../process/memory/own-bytes.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { ObjectSet, SetMember } from '../object-value.ts'
import type { ReadContext } from '../read-context.ts'
import { parameterPath } from './parameter-name.ts'
import { readSet } from './read-set.ts'

/** Parameters a page of GetParametersByPath has at most. Source: Systems Manager API reference. */
const maxResults = 10

/** Reads every parameter below a path of one region, decrypted; as readSet does. */
export function readParameterPath(read: ObjectRead, set: PathSet, context: ReadContext): Promise<ObjectSet> {
  const { region, session } = context
  const { name, versionLabel } = read
  const path = parameterPath(name)
  const call: AwsCall = { service: 'ssm', region, operation: 'GetParametersByPath' }
  const label = versionLabel === undefined ? [] : [versionLabel]
  const input = {
    Path: path,
    Recursive: set.recursive,
    WithDecryption: true,
    MaxResults: maxResults,
    ...(label.length === 0 ? {} : { ParameterFilters: [{ Key: 'Label', Option: 'Equals', Values: label }] }),
  }
  return readSet(
    set,
    {
      call,
      what: ['parameter', 'below the path'],
      async page(from, _, within, { identified, begun }) {
        const page = from === undefined ? input : { ...input, NextToken: from }
        const answer = await session.clients.getParametersByPath(region, page, within, begun)
        identified(answer.requestId)
        const members = (answer.Parameters ?? []).map((entry) => memberOf(entry, path, call))
        return { members, failures: [], next: answer.NextToken }
      },
    },
    context,
  )
}

function memberOf({ Name, Value, Version }: ParameterEntry, path: string, call: AwsCall): SetMember {
  if (Name === undefined || Value === undefined || Version === undefined) {
    throw new AwsFailure(call, 'server', 'EmptyAnswer', 'the answer has a parameter without name or value')
  }
  const content = new Sensitive<Uint8Array>(ownBytes(Value, 'utf8'))
  const root = path === '/' ? path : `${path}/`
  const below = Name.startsWith(root) ? Name.slice(root.length) : Name
  return { name: Name, below, value: { version: `${Version}`, content, region: call.region } }
}
