import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { createCertificateAuthority } from '../../emulator/certificate-authority.ts'
import { account, agentTowards, operatorClients } from '../../moto/moto-scene.ts'
import { startMoto } from '../../moto/moto-server.ts'
import { installProvider } from '../cluster/install.ts'
import { canary } from '../cluster/invariants.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { notOurs } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

const region = 'us-east-1'
const address = '172.30.0.3'
const { E2E_WITHOUT_MOTO: withoutMoto = false } = process.env
const installer = readFileSync(
  new URL('../../../deployment/aws-provider-installer.yaml', import.meta.url),
  'utf8',
)

scenario(
  'with moto for AWS, a pod reads a secret and a parameter and sees a change',
  async (scene) => {
    const { namespace } = scene
    const { certificate, pem } = createCertificateAuthority('AWS')
    const moto = await startMoto(pem, address, 443)
    const httpsAgent = agentTowards(moto, certificate)
    const { secretsManager, parameterStore } = operatorClients(region, httpsAgent)
    try {
      await secretsManager.send(new CreateSecretCommand({ Name: namespace, SecretString: `${canary} 1` }))
      await parameterStore.send(
        new PutParameterCommand({ Name: `/${namespace}/p`, Value: `${canary} p`, Type: 'SecureString' }),
      )
      await installProvider(installer, { aws: { address, authority: certificate } })
      await scene.apply(
        {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: {
            name: 'of-moto',
            annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::${account}:role/reader` },
          },
        },
        secretProviderClass('moto', {
          objects: [
            { objectName: namespace, objectType: 'secretsmanager', objectAlias: 'secret' },
            { objectName: `/${namespace}/p`, objectType: 'ssmparameter', objectAlias: 'parameter' },
          ],
        }),
      )
      await scene.running([readerPod('moto', { serviceAccount: 'of-moto' })])
      const shows = async (secret: string) =>
        assert.deepEqual(await shownVolume(namespace, 'moto'), {
          parameter: `0644 ${canary} p`,
          secret: `0644 ${secret}`,
        })
      await shows(`${canary} 1`)
      await secretsManager.send(
        new PutSecretValueCommand({ SecretId: namespace, SecretString: `${canary} 2` }),
      )
      await until(90, 'the pod sees the change', () => shows(`${canary} 2`))
    } finally {
      httpsAgent.destroy()
      await scene.remove('pod', 'moto')
      await moto.stop()
      await installProvider(installer)
    }
  },
  { skip: notOurs || withoutMoto },
)
