import type { MetricName } from './dictionary.ts'
import type { Range } from './range.ts'
import type { WorkingTime } from './working-time.ts'

/** What numbers can be told apart by; AGE is for what stands open. */
export const GROUPINGS = ['TEAM', 'AGENT', 'CHANNEL', 'PROVIDER', 'INTEGRATION', 'TAG', 'THREAD', 'AGE'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** Which facts are looked at; conditions are joined by *and*, the values of one by *or*. */
export interface FactFilter {
  readonly providers?: readonly string[]
  readonly integrationIds?: readonly string[]
  readonly teamIds?: readonly string[]
  readonly agentIds?: readonly string[]
  readonly channels?: readonly string[]
  readonly threads?: readonly string[]
  readonly tagIds?: readonly string[]
  /** Names in any case, of the tags of every account. */
  readonly tag?: readonly string[]
  /** Among the contacts of the thread. */
  readonly contactId?: string
  /** Of the thread, or of its contacts where it names none. */
  readonly companyId?: string
}

/** One of the groups: the key of what is told apart, null for what has none. */
export interface GroupKey {
  readonly by: Grouping
  readonly key: string | null
}

/** Facts that a number counts. */
export interface Slice {
  readonly metric: MetricName
  /** For what is open, its end alone counts. */
  readonly range: Range
  readonly filter: FactFilter
  readonly group: GroupKey | null
  /** Seconds are of this time; of the calendar where it is null. */
  readonly working: WorkingTime | null
}
