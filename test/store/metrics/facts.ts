import { randomUUID } from 'node:crypto'
import type { Database } from '../../../store/database.ts'
import type { FactType } from '../../../store/metrics/dictionary.ts'

/** A fact as it is stored; of the workspace that it is stored for. */
export interface TestFact {
  readonly integration_id: string
  readonly provider: string
  readonly thread_kind: 'conversation' | 'ticket'
  readonly thread_id: string
  readonly type: FactType
  readonly place: number
  /** Null for a span that has not ended. */
  readonly at: Date | null
  readonly since: Date | null
  readonly opened_at: Date | null
  readonly score: number | null
  readonly record_id: string | null
  readonly agent_id: string | null
  readonly team_id: string | null
  readonly contact_id: string | null
  readonly channel: string | null
  readonly tag_ids: readonly string[]
}

/** A fact of a thread of its own, with as little in it as there may be but for what is said. */
export function fact(type: FactType, rest: Partial<TestFact> = {}): TestFact {
  return {
    integration_id: '00000000-0000-8000-8000-000000000001',
    provider: 'zendesk',
    thread_kind: 'ticket',
    thread_id: randomUUID(),
    type,
    place: 0,
    at: null,
    since: null,
    opened_at: null,
    score: null,
    record_id: null,
    agent_id: null,
    team_id: null,
    contact_id: null,
    channel: null,
    tag_ids: [],
    ...rest,
  }
}

/** Stores facts, as what derives them does. */
export async function insertFacts(database: Database, workspaceId: string, facts: readonly TestFact[]): Promise<void> {
  await database.system.query(
    `insert into fact (workspace_id, integration_id, provider, thread_kind, thread_id, type, place, at, since, opened_at,
       score, record_id, agent_id, team_id, contact_id, channel, tag_ids)
     select $1, integration_id, provider, thread_kind, thread_id, type, place, coalesce(at, 'infinity'), since, opened_at,
       score, record_id, agent_id, team_id, contact_id, channel, array(select jsonb_array_elements_text(tag_ids)::uuid)
     from jsonb_to_recordset($2::jsonb) as f (integration_id uuid, provider text, thread_kind text, thread_id uuid,
       type text, place integer, at timestamptz, since timestamptz, opened_at timestamptz, score float8, record_id uuid,
       agent_id uuid, team_id uuid, contact_id uuid, channel text, tag_ids jsonb)`,
    [workspaceId, JSON.stringify(facts)],
  )
}
