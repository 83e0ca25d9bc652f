import { kind, quote } from './kind.ts'

/** What is wrong with the mount request or the SecretProviderClass itself. */
export const requestErrors = {
  ATTRIBUTES_MALFORMED: kind<{ reason: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'The `attributes` of the mount request are not a JSON object of strings.',
    remedy: 'Write every parameter of the SecretProviderClass as a string (quote numbers and booleans).',
    sentence: ({ reason }) => `the mount request's attributes cannot be read: ${reason}`,
  }),
  OBJECTS_MISSING: kind<Record<never, never>>({
    status: 'INVALID_ARGUMENT',
    cause: 'The SecretProviderClass has no `objects` parameter.',
    remedy: 'Add spec.parameters.objects with at least one object.',
    sentence: () => 'the SecretProviderClass has no "objects" parameter: list at least one object there',
  }),
  OBJECT_NAME_MISSING: kind<{ position: number }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An entry of `objects` has no `objectName`.',
    remedy: 'Give the entry an objectName: the name or ARN of a secret or parameter.',
    sentence: ({ position }) =>
      `object ${position} has no objectName: write the name or ARN of a secret or parameter`,
  }),
  REGION_MISMATCH: kind<{ object: string; expected: string; received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'An ARN names another region than the one it would be read from.',
    remedy: 'Use an ARN of that region, or set `region` (for a failoverObject: `failoverRegion`).',
    sentence: ({ object, expected, received }) =>
      `object ${quote(object)}: its objectName is an ARN of region ${quote(received)}, but it would be read from ${expected}: use an ARN of ${expected}, or change the region parameter`,
  }),
}
