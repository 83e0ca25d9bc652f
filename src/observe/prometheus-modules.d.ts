// The package's entry point also loads its push gateway, cluster and worker code and an OpenTelemetry API: four
// times the size, CPU and memory of the four classes that are used here. They have no types of their own.
declare module '@prometheus-io/client/lib/counter.js' {
  import { Counter } from '@prometheus-io/client'
  export = Counter
}
declare module '@prometheus-io/client/lib/gauge.js' {
  import { Gauge } from '@prometheus-io/client'
  export = Gauge
}
declare module '@prometheus-io/client/lib/histogram.js' {
  import { Histogram } from '@prometheus-io/client'
  export = Histogram
}
declare module '@prometheus-io/client/lib/registry.js' {
  import { Registry } from '@prometheus-io/client'
  export = Registry
}
