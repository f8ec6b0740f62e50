import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Where a process counts; Prometheus reads it as text. */
export type Metrics = Registry

/** Upper bounds, in seconds: from a plan that touches memory alone to an operation that meets its deadline. */
export const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]

/** Makes the metrics of a process, with Node's own (`process_…`, `nodejs_…`) among them. */
export function createMetrics(): Metrics {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  return metrics
}

/** What a metric is called, and what it counts. */
export interface Named {
  readonly name: string
  readonly help: string
}

/** A histogram of seconds. Every label must have few values. */
export function histogram<L extends string>(
  metrics: Metrics,
  { name, help }: Named,
  labels: readonly L[],
): Histogram<L> {
  return new Histogram({ name, help, labelNames: [...labels], buckets: LATENCY_BUCKETS, registers: [metrics] })
}

/** A counter, which only grows; by convention its name ends with `_total`. */
export function counter<L extends string>(metrics: Metrics, { name, help }: Named, labels: readonly L[]): Counter<L> {
  return new Counter({ name, help, labelNames: [...labels], registers: [metrics] })
}

/** One value of a gauge. */
export interface Reading<L extends string> {
  readonly labels: Readonly<Record<L, string>>
  readonly value: number
}

/**
 * A value that is looked up when somebody reads the metrics, and costs nothing in between. One that cannot be looked up
 * just now is left out: an alert can tell that from a zero.
 */
export function gauge<L extends string>(
  metrics: Metrics,
  { name, help }: Named,
  labels: readonly L[],
  read: () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>,
): void {
  new Gauge<L>({
    name,
    help,
    labelNames: [...labels],
    registers: [metrics],
    async collect() {
      this.reset()
      const readings = await Promise.resolve()
        .then(read)
        .catch(() => [])
      for (const { labels: own, value } of readings) this.set(own, value)
    },
  })
}
