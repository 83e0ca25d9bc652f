import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, isMap, parseAllDocuments } from 'yaml'

/**
 * node scripts/generate-installers.ts [--check]
 * Writes the manifests for `kubectl apply` from the Helm chart, or with --check fails where they differ.
 * The environment's HELM is the helm to call.
 *
 * They must fit over an installation by the official provider's manifests: the same names, and labels that
 * its DaemonSet's selector (which nobody can change) asks for. Chart and installer differ there, upstream too.
 */
const root = join(import.meta.dirname, '..')
const installed = 'csi-secrets-store-provider-aws'
const bindingName = `${installed}-cluster-rolebinding`
/** Any that the chart supports: the templates ask for none. */
const kubeVersion = '1.30.0'
const kinds = ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'DaemonSet']

const scratch = mkdtempSync(join(tmpdir(), 'installers-'))
try {
  const chart = join(scratch, 'chart')
  execFileSync(join(root, 'scripts/stage-chart.sh'), [chart, 'none'])
  const differing = Object.entries(installers(chart)).filter(([path, text]) => !isCurrent(path, text))
  if (process.argv.includes('--check')) {
    for (const [path] of differing) {
      console.error(
        `${path} is not what the chart gives: run "node scripts/generate-installers.ts" and commit it`,
      )
    }
    process.exitCode = differing.length > 0 ? 1 : 0
  } else {
    for (const [path, text] of differing) writeFileSync(join(root, path), text)
  }
} finally {
  rmSync(scratch, { recursive: true })
}

function installers(chart: string): Readonly<Record<string, string>> {
  const provider = render(chart, [])
  return {
    'deployment/aws-provider-installer.yaml': manifest(
      [
        'Installs the provider in kube-system, also over an installation of the official one:',
        '  kubectl apply -f deployment/aws-provider-installer.yaml',
      ],
      provider.map((document) => document.clone()),
    ),
    'deployment/private-installer.yaml': manifest(
      [
        'Installs the provider from an image repository of your own, where "make" has pushed it:',
        `  : "\${PRIVREPO:?name your repository}" && envsubst '$PRIVREPO' < deployment/private-installer.yaml | kubectl apply -f -`,
      ],
      provider.map((document) => fromPrivateRepository(document.clone())),
    ),
    'deployment/optional/token-request.yaml': manifest(
      [
        'Lets the provider ask Kubernetes for tokens itself, where the driver hands none on.',
        'WARNING: it may then make a token of ANY service account in the cluster. Whoever takes over the provider,',
        'which runs on every node, could act as any workload, cluster administrators among them. Prefer the',
        "driver's tokenRequests (audiences sts.amazonaws.com and pods.eks.amazonaws.com), and remove this once they are set:",
        '  kubectl delete -f deployment/optional/token-request.yaml',
      ],
      render(chart, ['rbac.tokenRequest=true', 'rbac.install=false'], 'token-request'),
    ),
    'deployment/optional/doctor.yaml': manifest(
      [
        'Lets the command "doctor" in the provider\'s pod look at the CSIDriver object and at SecretProviderClasses.',
        'They hold names of secrets, no values.',
      ],
      render(chart, ['rbac.doctor=true', 'rbac.install=false'], 'doctor'),
    ),
  }
}

/** The chart's objects under the installer's names, without what only Helm needs. */
function render(chart: string, values: readonly string[], only?: string): Document[] {
  const settings = [`fullnameOverride=${installed}`, `nameOverride=${installed}`, ...values]
  const text = helm([
    ...['template', installed, chart, '--namespace', 'kube-system', '--kube-version', kubeVersion],
    ...settings.flatMap((setting) => ['--set', setting]),
  ])
  return parseAllDocuments(text)
    .filter((document): document is Document.Parsed => isMap(document.contents))
    .filter((document) => only === undefined || String(document.getIn(['metadata', 'name'])).endsWith(only))
    .map(asInstalled)
    .sort((a, b) => rank(a) - rank(b))
}

function helm(words: readonly string[]): string {
  const program = process.env.HELM ?? 'helm'
  try {
    return execFileSync(program, words, { encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    console.error(`${program} is missing: install Helm 3 or 4, or name its program in HELM`)
    process.exit(1)
  }
}

function rank(document: Document): number {
  const position = kinds.indexOf(String(document.get('kind')))
  if (position < 0)
    throw new Error(`The chart renders a ${document.get('kind')} by default; say where it belongs`)
  return position
}

function asInstalled(document: Document): Document {
  if (document.directives) document.directives.docStart = null
  // "# Source: …" of helm.
  document.commentBefore = null
  if (document.contents !== null) document.contents.commentBefore = null
  document.deleteIn(['metadata', 'labels'])
  if (document.getIn(['metadata', 'name']) === `${installed}-cluster-role-binding`) {
    document.setIn(['metadata', 'name'], bindingName)
  }
  if (document.get('kind') === 'DaemonSet') {
    for (const path of [['metadata'], ['spec', 'template', 'metadata']]) {
      document.setIn([...path, 'labels'], document.createNode({ app: installed }))
    }
  }
  return document
}

/** "latest", as the Makefile tags each push, is asked for at every start. */
function fromPrivateRepository(document: Document): Document {
  if (document.get('kind') === 'DaemonSet') {
    const container = ['spec', 'template', 'spec', 'containers', 0]
    // biome-ignore lint/suspicious/noTemplateCurlyInString: envsubst fills it in
    document.setIn([...container, 'image'], '${PRIVREPO}:latest')
    document.setIn([...container, 'imagePullPolicy'], 'Always')
  }
  return document
}

function manifest(header: readonly string[], documents: readonly Document[]): string {
  const comment = [...header, 'Generated from the Helm chart by scripts/generate-installers.ts.']
  const bodies = documents.map((document) => document.toString({ lineWidth: 0 }))
  return `${comment.map((line) => `# ${line}\n`).join('')}${bodies.join('---\n')}`
}

function isCurrent(path: string, text: string): boolean {
  try {
    return readFileSync(join(root, path), 'utf8') === text
  } catch {
    return false
  }
}
