import type { Evidence } from './evidence.ts'
import type { Component } from './partition.ts'
import type { Scope } from './rows.ts'

/** Something that was done to who is one person: two contacts were linked, or one was taken from the rest. */
export interface Act {
  readonly type: 'LINKED' | 'UNLINKED'
  readonly contactId: string
  readonly otherId: string | null
  /** Why they were linked; null for what was taken apart. */
  readonly evidence: Evidence | null
  /** Null when no person did it. */
  readonly memberId: string | null
}

/**
 * What grouping anew did by itself.
 *
 * @param was whose each of the contacts was before; a new one was by itself
 */
export function toActs(components: readonly Component[], was: ReadonlyMap<string, string>): readonly Act[] {
  const linked = components.flatMap(({ links }) =>
    links
      .filter(({ contactId, otherId }) => was.get(contactId) !== was.get(otherId))
      .map(({ contactId, otherId, evidence }): Act => ({
        type: 'LINKED',
        contactId,
        otherId,
        evidence,
        memberId: null,
      })),
  )
  return [...linked, ...toPartings(components, was)]
}

/** Of contacts that were one and are several: each part but the first, as taken from the first. */
function toPartings(components: readonly Component[], was: ReadonlyMap<string, string>): readonly Act[] {
  const first = new Map<string, string>()
  return components.flatMap(({ contactIds }) => {
    const groups = Map.groupBy(contactIds, (id) => was.get(id) ?? id)
    return [...groups].flatMap(([group, [contactId = '']]): Act[] => {
      const otherId = first.get(group)
      if (otherId === undefined) first.set(group, contactId)
      return otherId === undefined ? [] : [{ type: 'UNLINKED', contactId, otherId, evidence: null, memberId: null }]
    })
  })
}

/** Keeps what was done. */
export async function writeActs({ queryable, workspaceId }: Scope, acts: readonly Act[]): Promise<void> {
  if (acts.length === 0) return
  await queryable.query(
    `insert into identity_act (workspace_id, type, contact_id, other_id, evidence, member_id)
     select $1, r.type, r."contactId", r."otherId", r.evidence, r."memberId"
     from rows from (jsonb_to_recordset($2::jsonb) as (type text, "contactId" uuid, "otherId" uuid, evidence text,
       "memberId" uuid)) with ordinality as r (type, "contactId", "otherId", evidence, "memberId", place)
     order by r.place`,
    [workspaceId, JSON.stringify(acts)],
  )
}
