import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { getProfileName, loadSharedConfigFiles } from '@smithy/core/config'
import type { AwsRequestHandler } from './request-handler.ts'

interface ShellCredentials {
  readonly profile?: string
  /** For the calls that some sources make themselves (a profile's role, SSO). */
  readonly region: string
  readonly requestHandler: AwsRequestHandler
}

/**
 * The credentials of the person at the shell, found as the AWS CLI finds them: environment,
 * profiles, SSO, instance. The daemon never uses them.
 */
export function shellCredentials({
  profile,
  region,
  requestHandler,
}: ShellCredentials): ReturnType<typeof fromNodeProviderChain> {
  return fromNodeProviderChain({
    clientConfig: { region, requestHandler },
    ...(profile === undefined ? {} : { profile }),
  })
}

/** The names of all profiles of the AWS configuration files. */
export async function profileNames(): Promise<readonly string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles()
  return [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])].toSorted()
}

/** The region of a profile, by default of the one that AWS_PROFILE names; undefined when it has none. */
export async function profileRegion(profile?: string): Promise<string | undefined> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles()
  const name = getProfileName(profile === undefined ? {} : { profile })
  return configFile[name]?.region ?? credentialsFile[name]?.region
}
