import { gauge, histogram, type Metrics } from '../observe/metrics.ts'
import type { OnExchanged } from './client.ts'
import type { QuotaTold } from './quota-book.ts'
import { LANES } from './turns.ts'

/** Counts requests to providers. */
export function createExchangeCount(metrics: Metrics): OnExchanged {
  const requests = histogram(
    metrics,
    {
      name: 'switchboard_provider_request_duration_seconds',
      help: 'Requests to providers, repeated ones too, by HTTP status, or why there was no answer.',
    },
    ['provider', 'lane', 'outcome'],
  )
  return ({ seconds, ...labels }) => requests.observe(labels, seconds)
}

/** Shows how the quotas of accounts stand, of all processes, asked for whenever the metrics are read. */
export function exposeQuotas(
  metrics: Metrics,
  read: () => Promise<readonly (QuotaTold & { readonly provider: string })[]>,
): void {
  const byProvider = async (): Promise<Map<string, QuotaTold[]>> =>
    Map.groupBy(await read(), ({ provider }) => provider)
  gauge(
    metrics,
    {
      name: 'switchboard_quota_remaining_ratio',
      help: 'What is left of the quota of the account that has least left, as a part of it.',
    },
    ['provider'],
    async () =>
      [...(await byProvider())].map(([provider, quotas]) => ({
        labels: { provider },
        value: Math.min(...quotas.map(({ remaining, limit }) => (limit === 0 ? 0 : remaining / limit))),
      })),
  )
  gauge(
    metrics,
    { name: 'switchboard_quota_waiting_calls', help: 'Calls that wait for quota, by who waits for them.' },
    ['provider', 'lane'],
    async () =>
      [...(await byProvider())].flatMap(([provider, quotas]) =>
        LANES.map((lane) => ({
          labels: { provider, lane },
          value: quotas
            .flatMap(({ lanes }) => lanes)
            .reduce((sum, each) => sum + (each.lane === lane ? each.waiting : 0), 0),
        })),
      ),
  )
}
