import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { createBoundedBatches } from './bounded-batches.ts'
import { createMountSpan, type TracedMount } from './mount-span.ts'
import type { Tracer, TracerOptions } from './tracer.ts'

/** At the end of the process what is left gets this long. */
const closeMs = 1_000
/** Characters of an attribute's text; whoever chose it may have chosen a long one. */
const mostOfAttribute = 1_024

/**
 * Makes a tracer of OpenTelemetry's SDK: spans travel as OTLP over HTTP in protobuf, in batches, in the background. The
 * exporter reads its own OTEL_EXPORTER_OTLP_… variables: endpoint, headers, time, compression, certificates.
 */
export function createTracer(options: TracerOptions): Tracer {
  const { name, version, nodeName, sampledPart, onLoss } = options
  const resource = resourceFromAttributes({
    'service.name': name,
    'service.version': version,
    ...(nodeName === undefined ? {} : { 'k8s.node.name': nodeName }),
    // What the environment says of itself counts more.
  }).merge(detectResources({ detectors: [envDetector] }))
  const batches = createBoundedBatches(new OTLPTraceExporter(), onLoss)
  const provider = new TracerProvider({
    resource,
    sampler: sampledPart === 1 ? new AlwaysOnSampler() : new TraceIdRatioBasedSampler(sampledPart),
    spanLimits: { attributeValueLengthLimit: mostOfAttribute },
    spanProcessors: [batches],
  })
  const spans = provider.getTracer(name, version)
  // Clients of Kubernetes and the agent serve all mounts, and know none of them.
  const underWay = new AsyncLocalStorage<TracedMount>()
  return {
    begin: () => createMountSpan(spans, (mount, run) => underWay.run(mount, run)),
    kubernetes({ verb, resource: asked }, outcome, seconds) {
      underWay.getStore()?.called(`kubernetes ${verb} ${asked}`, seconds * 1_000, {
        failure: /^2/.test(outcome) ? undefined : outcome,
        attributes: {
          'ascp.kubernetes.verb': verb,
          'ascp.kubernetes.resource': asked,
          'http.response.status_code': outcome === 'network' ? undefined : Number(outcome),
        },
      })
    },
    podIdentity(code, seconds) {
      underWay.getStore()?.called('PodIdentityAgent.GetCredentials', seconds * 1_000, {
        failure: code === 'OK' ? undefined : code,
        attributes: { 'ascp.code': code },
      })
    },
    async close() {
      await Promise.race([provider.shutdown().catch(() => {}), sleep(closeMs, undefined, { ref: false })])
      batches.tellLoss()
    },
  }
}
