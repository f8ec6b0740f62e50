import { histogram, type Metrics } from '../observe/metrics.ts'
import type { OnExchanged } from './client.ts'

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
