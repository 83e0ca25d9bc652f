import { kind, quote } from './kind.ts'

/** What is wrong with the cluster: its API, our rights there, what its objects say. */
export const clusterErrors = {
  NOT_IN_CLUSTER: kind<{ missing: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The provider does not run in a pod, or its pod has no service account token mounted.',
    remedy:
      'Run it as the DaemonSet of the installer (automountServiceAccountToken must not be false); outside a cluster use the `mount` command.',
    examples: [{ missing: 'KUBERNETES_SERVICE_HOST is not set' }],
    sentence: ({ missing }) =>
      `the Kubernetes API cannot be used from here: ${missing}; run the provider in a pod with a service account, or use the "mount" command outside a cluster`,
  }),
  KUBECONFIG_UNUSABLE: kind<{ file: string; reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The file that --kubeconfig names cannot be read, or has no server, CA and account that can be used.',
    remedy:
      'Follow the message. Programs that fetch tokens (`exec`) are not run: put a token of `kubectl create token` or of `aws eks get-token` into the file.',
    examples: [
      { file: '/root/.kube/config', reason: 'it has no current-context: kubectl config use-context NAME' },
    ],
    sentence: ({ file, reason }) => `the kubeconfig ${quote(file)} cannot be used: ${reason}`,
  }),
  KUBERNETES_NAME_INVALID: kind<{ received: string }>({
    status: 'INVALID_ARGUMENT',
    cause: 'A name in the mount request is not a name that Kubernetes allows.',
    remedy:
      'None for users: the driver takes these names from the pod. Look for what calls the provider instead of it.',
    examples: [{ received: '../web' }],
    sentence: ({ received }) => `${quote(received)} is not a Kubernetes object name`,
  }),
  KUBERNETES_UNREACHABLE: kind<{ server: string; reason: string }>({
    status: 'INTERNAL',
    cause:
      'The API server did not answer: refused, reset, silent, or its certificate is not of the cluster’s CA.',
    remedy:
      'Look at the node’s way to the API server: network policies, kube-proxy, the control plane itself.',
    examples: [{ server: 'https://10.96.0.1:443', reason: 'connect ECONNREFUSED 10.96.0.1:443' }],
    sentence: ({ server, reason }) => `the request to the Kubernetes API at ${server} failed: ${reason}`,
  }),
  KUBERNETES_UNAUTHORIZED: kind<{ server: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The API server does not accept the provider’s own service account token, even read afresh.',
    remedy:
      'Restart the provider’s pod; see that its service account was not deleted and recreated. With `--kubeconfig`, put a token or certificate into the file that is still valid.',
    examples: [{ server: 'https://10.96.0.1:443' }],
    sentence: ({ server }) =>
      `the Kubernetes API at ${server} does not accept the provider's own token (401): restart the provider's pod`,
  }),
  KUBERNETES_FORBIDDEN: kind<{ request: string; verb: string; resource: string; account?: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The account that the provider runs as may not ask for this.',
    remedy:
      'Add the verb and resource that the message names to a ClusterRole of that account: the installer has them for the provider’s own, deployment/optional/secret-sync.yaml for the secrets-store-sync-controller’s.',
    examples: [{ request: 'get service account shop/web', verb: 'get', resource: 'serviceaccounts' }],
    sentence: ({ request, verb, resource, account }) =>
      `the provider${account === undefined ? '' : `, as ${quote(account)},`} may not ${request}: allow verb "${verb}" on resource "${resource}" in a ClusterRole of that account`,
  }),
  KUBERNETES_NOT_FOUND: kind<{ request: string; message: string }>({
    status: 'NOT_FOUND',
    cause: 'An object that a mount needs does not exist in the cluster (any more).',
    remedy: 'Create the object, or wait: a pod that was deleted meanwhile needs no mount.',
    examples: [{ request: 'get node node-1', message: 'nodes "node-1" not found' }],
    sentence: ({ request, message }) =>
      `the Kubernetes API does not know it (404 to ${request}${said(message)})`,
  }),
  KUBERNETES_REFUSED: kind<{ request: string; status: number; message: string }>({
    status: 'INTERNAL',
    cause: 'The API server answered with another error than 401, 403 or 404; 429 and 5xx after retries.',
    remedy:
      'The message has the API server’s words; a 429 or 5xx passes by itself or is in the control plane’s log.',
    examples: [
      { request: 'get service account shop/web', status: 500, message: 'etcdserver: request timed out' },
    ],
    sentence: ({ request, status, message }) =>
      `the Kubernetes API answered ${status} to ${request}${said(message)}`,
  }),
  KUBERNETES_ANSWER_INVALID: kind<{ request: string; reason: string }>({
    status: 'INTERNAL',
    cause: 'What answered at the API server’s address does not speak as Kubernetes does.',
    remedy: 'See what KUBERNETES_SERVICE_HOST points to.',
    examples: [{ request: 'get service account shop/web', reason: 'it is not JSON' }],
    sentence: ({ request, reason }) => `the Kubernetes API's answer to ${request} cannot be used: ${reason}`,
  }),
  SERVICE_ACCOUNT_NOT_FOUND: kind<{ namespace: string; serviceAccount: string }>({
    status: 'NOT_FOUND',
    cause: 'The pod’s service account does not exist (any more).',
    remedy: 'Create the service account, or fix spec.serviceAccountName of the pod.',
    examples: [{ namespace: 'shop', serviceAccount: 'web' }],
    sentence: ({ namespace, serviceAccount }) =>
      `service account ${quote(serviceAccount)} does not exist in namespace ${quote(namespace)}: create it, or change the pod's serviceAccountName`,
  }),
  ROLE_ARN_MISSING: kind<{ namespace: string; serviceAccount: string; annotation: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'The pod’s service account has no annotation `eks.amazonaws.com/role-arn`, which IRSA needs.',
    remedy: 'Annotate the service account with the ARN of its role, or set `usePodIdentity: "true"`.',
    examples: [{ namespace: 'shop', serviceAccount: 'web', annotation: 'eks.amazonaws.com/role-arn' }],
    sentence: ({ namespace, serviceAccount, annotation }) =>
      `service account ${quote(serviceAccount)} in namespace ${quote(namespace)} has no annotation ${annotation}: ${annotate(namespace, serviceAccount, annotation)}; or set usePodIdentity in the SecretProviderClass`,
  }),
  ROLE_ARN_INVALID: kind<{ namespace: string; serviceAccount: string; annotation: string; received: string }>(
    {
      status: 'FAILED_PRECONDITION',
      cause:
        'The annotation `eks.amazonaws.com/role-arn` of the pod’s service account is not the ARN of an IAM role.',
      remedy:
        'Write the role’s ARN there: arn:aws:iam::ACCOUNT:role/NAME, with the partition of your regions.',
      examples: [
        {
          namespace: 'shop',
          serviceAccount: 'web',
          annotation: 'eks.amazonaws.com/role-arn',
          received: 'shop-role',
        },
      ],
      sentence: ({ namespace, serviceAccount, annotation, received }) =>
        `the annotation ${annotation} of service account ${quote(serviceAccount)} in namespace ${quote(namespace)} is ${quote(received)}, not the ARN of an IAM role: ${annotate(namespace, serviceAccount, annotation)} --overwrite`,
    },
  ),
  NODE_REGION_UNKNOWN: kind<{ reason: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'Neither the SecretProviderClass nor AWS_REGION nor the node’s label gives a region.',
    remedy:
      'Set `region` in the SecretProviderClass, AWS_REGION in the provider’s DaemonSet, or the label topology.kubernetes.io/region on the node.',
    examples: [{ reason: 'node node-1 has no label topology.kubernetes.io/region' }],
    sentence: ({ reason }) =>
      `the region is not known: ${reason}; set the parameter region in the SecretProviderClass, AWS_REGION in the provider's environment, or the node's label topology.kubernetes.io/region`,
  }),
  TOKEN_MISSING: kind<{ audience: string }>({
    status: 'FAILED_PRECONDITION',
    cause:
      'The driver sent no service account token for the audience that this kind of identity needs, and the provider may not ask for one itself.',
    remedy:
      'Set `tokenRequests` on the CSIDriver object secrets-store.csi.k8s.io: the driver’s chart has a value of that name. Or let the provider create serviceaccounts/token (off unless you opt in).',
    examples: [{ audience: 'sts.amazonaws.com' }],
    sentence: ({ audience }) =>
      `the mount request has no service account token for audience ${quote(audience)}: add it to tokenRequests of the CSIDriver secrets-store.csi.k8s.io (with the driver's helm chart --set-string 'tokenRequests[0].audience=${audience}', counting on from the entries it has), or opt in to RBAC that lets the provider create serviceaccounts/token`,
  }),
}

function said(message: string): string {
  return message === '' ? '' : `: ${quote(message)}`
}

function annotate(namespace: string, serviceAccount: string, annotation: string): string {
  return `kubectl annotate serviceaccount --namespace ${namespace} ${serviceAccount} ${annotation}=ROLE_ARN`
}
