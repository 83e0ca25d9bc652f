import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { exampleVolumes } from '../../fixtures/example-volumes.ts'
import { changeWorld } from './aws.ts'
import { apply, kubectlJson } from './kubectl.ts'
import { roleArn } from './manifests.ts'
import { until } from './until.ts'
import { shownVolume } from './volume.ts'

const folder = new URL('../../../deployment/examples/', import.meta.url)

interface Deployment {
  readonly kind?: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
        }[]
      }
    }
  }
}

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly name: string }
    readonly status: { readonly phase: string }
  }[]
}

/** Names of the files of deployment/examples. */
export function exampleFiles(): readonly string[] {
  return readdirSync(folder).sort()
}

/** Applies a file of deployment/examples, and reads in its pods what must be there. */
export async function playExample(file: string, namespace: string): Promise<void> {
  await changeWorld({
    roles: { [roleArn('shop')]: { trust: [`${namespace}:shop`] } },
    podIdentityAssociations: [{ namespace, serviceAccount: 'shop-agent', role: roleArn('shop-agent') }],
  })
  const text = readFileSync(new URL(file, folder), 'utf8')
  await apply(text, namespace)
  const deployments = parseAllDocuments(text)
    .map((document) => document.toJS() as Deployment)
    .filter(({ kind }) => kind === 'Deployment')
  assert.ok(deployments.length > 0)
  for (const { metadata, spec } of deployments) {
    const pod = await until(60, `a pod of ${metadata.name} runs`, async () => {
      const words = ['get', 'pods', '-n', namespace, '-l', `app=${metadata.name}`]
      const { items } = await kubectlJson<Pods>(words)
      return items.find(({ status }) => status.phase === 'Running')?.metadata.name ?? false
    })
    for (const { name, mountPath } of spec.template.spec.containers.flatMap(
      (container) => container.volumeMounts,
    )) {
      const expected = Object.entries(
        exampleVolumes[name] ?? assert.fail(`nothing is known of volume ${name}`),
      )
      assert.deepEqual(
        await shownVolume(namespace, pod, mountPath),
        Object.fromEntries(
          expected
            .map(([path, [mode, content]]) => [path, `${mode} ${content}`] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
      )
    }
  }
}
