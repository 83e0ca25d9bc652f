import { Agent } from 'node:https'
import { createSecureContext } from 'node:tls'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { createCertificateAuthority } from '../emulator/certificate-authority.ts'
import type { World } from '../emulator/world.ts'
import { type Scene, startScene } from '../harness/scene.ts'
import { type Moto, regions, startMoto } from './moto-server.ts'

/** Moto's own account. */
export const account = '123456789012'

/** The emulator plays Kubernetes alone; AWS is moto, for the providers and for those who fill it. */
export interface MotoScene extends Scene {
  readonly moto: Moto
  /** In the primary region. */
  readonly here: OperatorClients
  /** In the failover region. */
  readonly there: OperatorClients
  /** For further clients. */
  readonly agent: Agent
}

export interface OperatorClients {
  readonly secretsManager: SecretsManagerClient
  readonly parameterStore: SSMClient
}

/** Starts moto, and a provider for each write mode that takes it for AWS. */
export async function startMotoScene(): Promise<MotoScene> {
  const authority = createCertificateAuthority('AWS and Kubernetes')
  const moto = await startMoto(authority.pem)
  try {
    const scene = await startScene(
      { world: world(), authority: authority.pem },
      { environment: { HTTPS_PROXY: moto.proxy } },
    )
    const httpsAgent = agentTowards(moto, authority.certificate)
    return {
      ...scene,
      moto,
      here: operatorClients(regions[0], httpsAgent),
      there: operatorClients(regions[1], httpsAgent),
      agent: httpsAgent,
      async stop() {
        httpsAgent.destroy()
        await scene.stop()
        await moto.stop()
      },
    }
  } catch (error) {
    await moto.stop()
    throw error
  }
}

/** For clients of AWS that shall reach moto. */
export function agentTowards({ proxy }: Moto, ca: string): Agent {
  const secureContext = createSecureContext({ ca })
  return new Agent({ keepAlive: true, secureContext, proxyEnv: { HTTPS_PROXY: proxy } })
}

function roleArn(name: string): string {
  return `arn:aws:iam::${account}:role/${name}`
}

function world(): World {
  const accounts = ['shop', 'reader', 'stranger'].map((name) => [
    `default/${name}`,
    { annotations: { 'eks.amazonaws.com/role-arn': roleArn(name) } },
  ])
  return {
    kubernetes: {
      serviceAccounts: Object.fromEntries(accounts),
      nodes: { 'node-1': { labels: { 'topology.kubernetes.io/region': regions[0] } } },
    },
  }
}

/** Moto keeps an account for each that a role is assumed in. */
export async function credentialsOf({ agent }: MotoScene, role: string): Promise<OperatorCredentials> {
  const sts = new STSClient({
    region: regions[0],
    credentials: operator,
    requestHandler: new NodeHttpHandler({ httpsAgent: agent }),
  })
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'operator' }),
  )
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
}

interface OperatorCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const operator: OperatorCredentials = { accessKeyId: 'operator', secretAccessKey: 'of-moto' }

export function operatorClients(
  region: string,
  httpsAgent: Agent,
  credentials: OperatorCredentials = operator,
): OperatorClients {
  const config = { region, credentials, requestHandler: new NodeHttpHandler({ httpsAgent }) }
  return { secretsManager: new SecretsManagerClient(config), parameterStore: new SSMClient(config) }
}
