import { randomUUID } from 'node:crypto'

/** What a listener sends back; `error` is the code for the call log. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly contentType: string
  readonly headers?: Readonly<Record<string, string>>
  readonly error?: string
}

/** A refusal in the words of AWS, Kubernetes or the agent; each listener gives it its own form. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** The form of errors of one protocol. */
export type RefusalForm = (refusal: Pick<Refusal, 'code' | 'message' | 'status'>) => Answer

const awsJson = 'application/x-amz-json-1.1'

export function awsJsonAnswer(body: string): Answer {
  return { status: 200, body, contentType: awsJson }
}

/** Errors of Secrets Manager and Parameter Store (awsJson 1.1). */
export const awsJsonRefusal: RefusalForm = ({ code, message, status }) => ({
  status,
  body: JSON.stringify({ __type: code, message, Message: message }),
  contentType: awsJson,
  error: code,
})

const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** A successful answer of STS (awsQuery): the XML of the operation's result. */
export function awsQueryAnswer(operation: string, result: string): Answer {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`
  const body = `<${operation}Response xmlns="${stsNamespace}"><${operation}Result>${result}</${operation}Result>${metadata}</${operation}Response>`
  return { status: 200, body, contentType: 'text/xml' }
}

/** Errors of STS (awsQuery). */
export const awsQueryRefusal: RefusalForm = ({ code, message, status }) => {
  const type = status < 500 ? 'Sender' : 'Receiver'
  const error = `<Error><Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`
  const body = `<ErrorResponse xmlns="${stsNamespace}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`
  return { status, body, contentType: 'text/xml', error: code }
}

/** Errors of the Pod Identity agent: plain text, as Go's http.Error writes it. */
export const agentRefusal: RefusalForm = ({ code, message, status }) => ({
  status,
  body: code === '' ? `${message}\n` : `[${randomUUID()}]: (${code}): ${message}, fault: client\n`,
  contentType: 'text/plain; charset=utf-8',
  error: code === '' ? 'Invalid' : code,
})

/** Errors of the Kubernetes API: a Status object whose reason is the code. */
export const kubernetesRefusal: RefusalForm = ({ code, message, status }) => ({
  status,
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: code,
    code: status,
  }),
  contentType: 'application/json',
  error: code,
})

export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, body: JSON.stringify(value), contentType: 'application/json' }
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
