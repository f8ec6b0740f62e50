import { expect, vi } from 'vitest'
import type { BulkItem, BulkJob } from '../../store/bulk/job.ts'
import type { BulkWork } from '../../store/bulk/work.ts'
import { rowId } from '../../store/id.ts'
import type { Integration } from '../../store/integrations.ts'
import { SOON } from '../setup/soon.ts'
import { batch, upsert } from '../store/records.ts'
import type { Ground } from './bench.ts'

/** Tickets of the invented provider, and jobs about all of them. */
export interface BulkDesk {
  readonly integration: Integration
  /** The row id of a ticket: they are called 1, 2, 3, … */
  id(ticket: number): string
  /** Begins a job; of all tickets, unless some are named. */
  begin(fields: BulkWork['fields'], of?: readonly number[], more?: Partial<BulkWork>): Promise<BulkJob>
  stands(job: BulkJob): Promise<BulkJob | null>
  rows(job: BulkJob): Promise<readonly BulkItem[]>
  ended(job: BulkJob): Promise<void>
  /** How many stored tickets have each status. */
  statuses(): Promise<Readonly<Record<string, number>>>
}

/** Stores so many open tickets. */
export async function openBulkDesk(ground: Ground, count: number): Promise<BulkDesk> {
  const { store, workspaceId } = ground
  const integration = await ground.connect()
  const tickets = Array.from({ length: count }, (_, n) => upsert('ticket', String(n + 1)))
  await store.apply(batch(integration.id, 1, tickets))
  const { id: memberId } = await store.members.ensure(workspaceId, { email: 'a@acme.test', name: 'A', role: 'OWNER' })
  const id = (ticket: number): string => rowId(integration.id, 'ticket', String(ticket))
  const stands = (job: BulkJob): Promise<BulkJob | null> => store.bulk.find(workspaceId, job.id)
  return {
    integration,
    id,
    async begin(fields, of, more) {
      const { job } = await store.bulk.start({
        workspaceId,
        memberId,
        idempotencyKey: null,
        action: 'UPDATE_TICKETS',
        kind: 'ticket',
        input: {},
        work: { fields, references: {}, addTags: [], removeTags: [], ...more },
        rows: { ids: (of ?? tickets.map((_, n) => n + 1)).map(id) },
      })
      return job
    },
    stands,
    rows: async (job) => (await store.bulk.items(job, { first: 100 })).rows,
    ended: (job) => vi.waitFor(async () => expect((await stands(job))?.finishedAt).toBeInstanceOf(Date), SOON),
    async statuses() {
      const rows = await store.database.system.query<{ status: string; count: number }>(
        'select status, count(*)::int as count from ticket group by status',
      )
      return Object.fromEntries(rows.map(({ status, count: each }) => [status, each]))
    },
  }
}
