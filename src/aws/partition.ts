/** Regions of these prefixes belong to partitions of their own. Source: AWS General Reference, ARN partitions. */
const prefixes: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['eusc-', 'aws-eusc'],
]

/** The partition a region belongs to; credentials are good in one partition only. */
export function partitionOf(region: string): string {
  return prefixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws'
}
