import { kind, quote } from './kind.ts'

const ssmArn = 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/log-level'

/** What is wrong with the failoverObject of an object, or the lack of one. */
export const failoverErrors = {
  FAILOVER_OBJECT_MISSING: kind<{ where: string; region: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'failoverRegion is set and the object is an ssmparameter ARN, which says nothing about the failover region.',
    remedy: 'Add a failoverObject with the parameter’s ARN in the failover region, or use the plain name.',
    examples: [{ where: `object "${ssmArn}"`, region: 'us-west-2' }],
    sentence: ({ where, region }) =>
      `${where}: objectName is the ARN of an ssmparameter, which cannot be read from failoverRegion ${quote(region)}: add a failoverObject with its objectName there, or use the plain name`,
  }),
  FAILOVER_OBJECT_COUNT: kind<{ where: string; count: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'failoverObject is a list of none or of several.',
    remedy: 'Write one failoverObject.',
    examples: [{ where: 'object "app/db"', count: 2 }],
    sentence: ({ where, count }) =>
      `${where}: failoverObject is a list of ${count} entries: write exactly one`,
  }),
  FAILOVER_OBJECT_NAME_MISSING: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A failoverObject has no objectName.',
    remedy: 'Give it the name or ARN of the secret or parameter in the failover region.',
    examples: [{ where: 'object "app/db", failoverObject' }],
    sentence: ({ where }) =>
      `${where} has no objectName: write the name or ARN of the secret or parameter in the failover region`,
  }),
  FAILOVER_ALIAS_MISSING: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause:
      'An object with a failoverObject has no objectAlias, so that its file would be named after one of the two.',
    remedy: 'Set objectAlias on the object: the file’s name in both cases.',
    examples: [{ where: 'object "app/db"' }],
    sentence: ({ where }) =>
      `${where}: objectAlias is missing: an object with a failoverObject needs one, to name its file in both cases`,
  }),
  FAILOVER_REGION_MISSING: kind<{ where: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An object has a failoverObject, but the SecretProviderClass has no failoverRegion.',
    remedy: 'Set the failoverRegion parameter, or remove the failoverObject.',
    examples: [{ where: 'object "app/db"' }],
    sentence: ({ where }) =>
      `${where}: failoverObject is set without the failoverRegion parameter: set failoverRegion, or remove failoverObject`,
  }),
  FAILOVER_STORE_MISMATCH: kind<{ where: string; store: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A failoverObject is in another store than its object.',
    remedy: 'Use an objectName of the same store.',
    examples: [{ where: 'object "app/db", failoverObject', store: 'secretsmanager', received: 'ssm' }],
    sentence: ({ where, store, received }) =>
      `${where}: objectName is an ARN of ${quote(received)}, but the object itself is of objectType ${quote(store)}: use the same store for both`,
  }),
  FAILOVER_VERSION_MISMATCH: kind<{ where: string; expected: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A failoverObject has an objectVersion of its own that differs from the object’s.',
    remedy: 'Use the same objectVersion in both, or leave it out of the failoverObject.',
    examples: [{ where: 'object "app/db", failoverObject', expected: '1', received: '2' }],
    sentence: ({ where, expected, received }) =>
      `${where}: objectVersion is ${quote(received)}, but the object's own is ${expected === '' ? 'not set' : quote(expected)}: use the same in both, or leave it out of failoverObject`,
  }),
}
