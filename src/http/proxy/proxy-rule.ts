import { originOf } from '../http-message.ts'
import { createNoProxy } from './no-proxy.ts'
import { type HttpProxy, readProxy } from './read-proxy.ts'

/** The proxy variables, as the settings have found them good. */
export interface ProxyVariables {
  readonly HTTP_PROXY?: string
  readonly HTTPS_PROXY?: string
  readonly NO_PROXY?: string
}

/** The proxy that leads to a URL; `undefined` when it is reached directly. */
export type ProxyRule = (url: URL) => HttpProxy | undefined

/** Makes the one rule by which all connections find their proxy: HTTPS_PROXY for https, HTTP_PROXY for http, NO_PROXY over both. */
export function createProxyRule({ HTTP_PROXY, HTTPS_PROXY, NO_PROXY = '' }: ProxyVariables): ProxyRule {
  const plain = HTTP_PROXY === undefined ? undefined : readProxy(HTTP_PROXY)
  const secure = HTTPS_PROXY === undefined ? undefined : readProxy(HTTPS_PROXY)
  const isDirect = createNoProxy(NO_PROXY)
  return (url) => {
    const proxy = url.protocol === 'https:' ? secure : plain
    return proxy === undefined || isDirect(originOf(url)) ? undefined : proxy
  }
}
