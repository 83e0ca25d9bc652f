import assert from 'node:assert/strict'
import { changeWorld } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { kubectl } from '../cluster/kubectl.ts'
import {
  type ClassWish,
  readerPod,
  roleArn,
  secretProviderClass,
  serviceAccount,
} from '../cluster/manifests.ts'
import { failedMounts, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'

interface Mistake {
  readonly sentence: string
  readonly wish: (namespace: string) => ClassWish
  readonly serviceAccount?: string
  /** What the event must name: the cause, and what to do. */
  readonly says: readonly RegExp[]
}

const there = (namespace: string) => ({ objectName: `${namespace}-there`, objectType: 'secretsmanager' })

const mistakes: readonly Mistake[] = [
  {
    sentence: 'a secret that does not exist',
    wish: (namespace) => ({ objects: [{ objectName: `${namespace}-gone`, objectType: 'secretsmanager' }] }),
    says: [/ResourceNotFoundException/, /us-east-1/, /-gone/],
  },
  {
    sentence: 'two parameters that do not exist',
    wish: (namespace) => ({
      objects: ['a', 'b'].map((name) => ({
        objectName: `/${namespace}/${name}`,
        objectType: 'ssmparameter',
      })),
    }),
    says: [/\/a\b/, /\/b\b/, /us-east-1/],
  },
  {
    sentence: 'a role that may not read it',
    wish: (namespace) => ({
      objects: [{ objectName: `${namespace}-forbidden`, objectType: 'secretsmanager' }],
    }),
    says: [/AccessDeniedException/, /secretsmanager:GetSecretValue/],
  },
  {
    sentence: 'a service account without the annotation',
    serviceAccount: 'plain',
    wish: (namespace) => ({ objects: [there(namespace)] }),
    says: [/eks\.amazonaws\.com\/role-arn/, /plain/],
  },
  {
    sentence: 'a role that does not trust the service account',
    serviceAccount: 'distrusted',
    wish: (namespace) => ({ objects: [there(namespace)] }),
    says: [/AccessDenied/, /AssumeRoleWithWebIdentity/, /trust/i],
  },
  {
    sentence: 'objects that are no YAML',
    wish: () => ({ objects: '- objectName: "a\n  objectType: b' }),
    says: [/objects/, /line/],
  },
  {
    sentence: 'an objectType of the ARN’s vocabulary',
    wish: (namespace) => ({ objects: [{ objectName: namespace, objectType: 'ssm' }] }),
    says: [/objectType/, /ssmparameter/],
  },
  {
    sentence: 'an ARN of another region',
    wish: () => ({
      objects: [{ objectName: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-AbCdEf' }],
    }),
    says: [/eu-west-1/, /us-east-1/],
  },
  {
    sentence: 'two objects for one file',
    wish: (namespace) => ({ objects: [there(namespace), there(namespace)] }),
    says: [/duplicate/i, /objectAlias/],
  },
  {
    sentence: 'a file mode that is not octal',
    wish: (namespace) => ({ objects: [{ ...there(namespace), filePermission: '0888' }] }),
    says: [/filePermission/, /0888/],
  },
  {
    sentence: 'a jmesPath that finds nothing',
    wish: (namespace) => ({
      objects: [{ ...there(namespace), jmesPath: [{ path: 'no.such', objectAlias: 'x' }] }],
    }),
    says: [/no\.such/, /-there/],
  },
  {
    sentence: 'Pod Identity without an association',
    wish: (namespace) => ({ parameters: { usePodIdentity: 'true' }, objects: [there(namespace)] }),
    says: [/association/i],
  },
]

scenario(
  'each of a dozen mistakes is one event, which names the cause and the remedy and folds with its repetitions',
  async (scene, t) => {
    const { namespace } = scene
    await changeWorld({
      regions: {
        'us-east-1': {
          secrets: {
            [`${namespace}-there`]: { string: `{"password":"${canary}"}` },
            [`${namespace}-forbidden`]: { string: canary },
          },
        },
      },
      roles: {
        [roleArn(namespace)]: { deny: [{ secrets: [`${namespace}-forbidden`] }] },
        [roleArn(`${namespace}-other`)]: { trust: ['nobody:nobody'] },
      },
    })
    await scene.apply(serviceAccount('plain'), serviceAccount('distrusted', `${namespace}-other`))
    const names = mistakes.map((_, index) => `mistake-${index}`)
    for (const [index, { wish, serviceAccount }] of mistakes.entries()) {
      const name = `mistake-${index}`
      await scene.apply(
        secretProviderClass(name, wish(namespace)),
        readerPod(name, serviceAccount === undefined ? {} : { serviceAccount }),
      )
    }
    await until(90, 'each mistake was tried three times', async () => {
      const events = await failedMounts(namespace)
      return names.every(
        (name) => events.filter(({ pod }) => pod === name).reduce((sum, { count }) => sum + count, 0) >= 3,
      )
    })
    for (const [index, { sentence, says }] of mistakes.entries()) {
      await t.test(sentence, async (t) => {
        const events = await failedMounts(namespace, `mistake-${index}`)
        const described = await kubectl(['describe', 'pod', `mistake-${index}`, '-n', namespace])
        for (const { message } of events) t.diagnostic(message.replace(/^MountVolume.*?desc = /, ''))
        assert.equal(new Set(events.map(({ message }) => message)).size, 1, 'one text at every try')
        assert.equal(events.length, 1, 'one event, counted')
        for (const word of says) assert.match(described, word)
      })
    }
  },
  { errors: /"msg":"mount failed"/ },
)
