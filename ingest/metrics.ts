import { counter, gauge, histogram, type Metrics } from '../observe/metrics.ts'
import type { DeliveryStatus } from '../store/keep-deliveries.ts'
import type { Backlog } from './jobs.ts'

/** What became of a delivery at the door: `kept`, `known` when it came before, `probe`, or why it was refused. */
export type Reception =
  | 'kept'
  | 'known'
  | 'probe'
  | 'unknown_address'
  | 'bad_signature'
  | 'malformed'
  | 'too_large'
  | 'not_stored'

/** What ingest counts. */
export interface IngestMetrics {
  deliveryCame(provider: string, reception: Reception): void
  /** A delivery was worked to its end, so long after it came in. */
  deliveryEnded(provider: string, status: Exclude<DeliveryStatus, 'PENDING'>, seconds: number): void
  /** A page of a stream was stored. */
  pageStored(page: Readonly<Record<'provider' | 'stream', string>>, records: number): void
  /** A run of a stream ended: everything read, stopped, waiting for the provider, or failed. */
  runEnded(
    run: Readonly<Record<'provider' | 'stream', string>>,
    end: 'done' | 'stopped' | 'unanswered' | 'failed',
  ): void
}

/** Makes the counters of ingest. */
export function createIngestMetrics(metrics: Metrics): IngestMetrics {
  const came = counter(
    metrics,
    {
      name: 'switchboard_deliveries_received_total',
      help: 'Deliveries of providers, by what became of them at the door.',
    },
    ['provider', 'reception'],
  )
  const ended = histogram(
    metrics,
    { name: 'switchboard_delivery_work_seconds', help: 'From when a delivery came in until it was worked to its end.' },
    ['provider', 'status'],
  )
  const records = counter(
    metrics,
    { name: 'switchboard_sync_records_total', help: 'Records that syncs have read and stored.' },
    ['provider', 'stream'],
  )
  const pages = counter(metrics, { name: 'switchboard_sync_pages_total', help: 'Pages that syncs have stored.' }, [
    'provider',
    'stream',
  ])
  const runs = counter(metrics, { name: 'switchboard_sync_runs_total', help: 'Runs of streams that ended, by how.' }, [
    'provider',
    'stream',
    'end',
  ])
  return {
    deliveryCame: (provider, reception) => came.inc({ provider, reception }),
    deliveryEnded: (provider, status, seconds) => ended.observe({ provider, status: status.toLowerCase() }, seconds),
    pageStored: (page, count) => {
      pages.inc(page)
      records.inc(page, count)
    },
    runEnded: (run, end) => runs.inc({ ...run, end }),
  }
}

/** Shows what waits to be worked, asked of the database whenever the metrics are read. */
export function exposeBacklog(metrics: Metrics, read: () => Promise<readonly Backlog[]>): void {
  gauge(
    metrics,
    { name: 'switchboard_jobs', help: 'Jobs that are being worked or could be, of all processes, by queue.' },
    ['queue'],
    async () => (await read()).map(({ queue, count }) => ({ labels: { queue }, value: count })),
  )
  gauge(
    metrics,
    { name: 'switchboard_oldest_job_age_seconds', help: 'How long the oldest of them has been waiting; 0 for none.' },
    ['queue'],
    async () => (await read()).map(({ queue, oldestSeconds }) => ({ labels: { queue }, value: oldestSeconds })),
  )
}
