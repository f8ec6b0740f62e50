import { gather } from './closure.ts'
import { CONFIDENCE, CROWDED_CONFIDENCE, type Evidence, MOST_SHARING } from './evidence.ts'
import { type Component, type Link, partition } from './partition.ts'
import { type IdentityRow, readIdentities, type Scope } from './rows.ts'
import { toKeyed } from './settle.ts'
import { readSharing, type Shared } from './sharing.ts'

/** What holds two contacts of a customer together. */
export interface ExplainedLink {
  readonly contactId: string
  readonly otherId: string
  readonly evidence: Evidence
  /** What both have; null for a person's decision. */
  readonly value: string | null
  readonly confidence: number
  /** Null for one that no person made. */
  readonly memberId: string | null
  /** When a person made it, or else when the later of the two was seen to have what both have. */
  readonly madeAt: Date
}

/** A contact of another customer that might be the same person. */
export interface SuggestedLink {
  /** Of the customer. */
  readonly contactId: string
  /** Of the other one. */
  readonly otherId: string
  readonly evidence: Evidence
  readonly value: string
  readonly confidence: number
  /** How many contacts share it, at most 1,000, where they are so many that it tells little. */
  readonly sharedBy: number | null
}

/** Why a customer is one person, and who else might be. */
export interface Explained {
  readonly links: readonly ExplainedLink[]
  /** The surest first, one for each other customer. */
  readonly suggestions: readonly SuggestedLink[]
}

/** Explains customers, in their order; one that is not there has nothing to be explained. */
export async function explain(scope: Scope, customerIds: readonly string[]): Promise<readonly Explained[]> {
  const closure = await gather(scope, { rows: await readIdentities(scope, { customerIds }) })
  const components = partition([...closure.rows.values()].map(toKeyed), closure.decisions, closure.crowded)
  const asked = customerIds.map((id) => components.find(({ contactIds }) => contactIds.includes(id)))
  const members = asked.flatMap((component) => component?.contactIds ?? [])
  const rows = members.map((id) => closure.rows.get(id)).filter((row) => row !== undefined)
  const [decided, shared] = await Promise.all([
    readDeciders(
      scope,
      asked.flatMap((component) => component?.links ?? []),
    ),
    readSharing(scope, { rows, crowded: closure.crowded }),
  ])
  return asked.map((component) => {
    if (component === undefined) return { links: [], suggestions: [] }
    const standing = closure.decisions.filter(({ verdict, liftedBy }) => verdict === 'APART' && liftedBy.length === 0)
    const apart = standing.flatMap(({ contactId, otherId }) => {
      const [own, other] = component.contactIds.includes(contactId) ? [contactId, otherId] : [otherId, contactId]
      return component.contactIds.includes(own) ? [closure.rows.get(other)?.customerId ?? other] : []
    })
    return {
      links: component.links.map((link) => toExplained(link, closure.rows, decided)),
      suggestions: toSuggestions({ component, rows: closure.rows, apart: new Set(apart) }, shared),
    }
  })
}

interface Decided {
  readonly id: string
  readonly memberId: string | null
  readonly madeAt: Date
}

async function readDeciders(
  { queryable, workspaceId }: Scope,
  links: readonly Link[],
): Promise<ReadonlyMap<string, Decided>> {
  const ids = links.map(({ decisionId }) => decisionId).filter((id) => id !== null)
  if (ids.length === 0) return new Map()
  const found = await queryable.query<Decided>(
    `select id, member_id as "memberId", made_at as "madeAt" from identity_decision
     where workspace_id = $1 and id = any ($2::uuid[])`,
    [workspaceId, ids],
  )
  return new Map(found.map((each) => [each.id, each]))
}

function toExplained(
  { contactId, otherId, evidence, value, decisionId }: Link,
  rows: ReadonlyMap<string, IdentityRow>,
  decided: ReadonlyMap<string, Decided>,
): ExplainedLink {
  const decision = decisionId === null ? undefined : decided.get(decisionId)
  const keyed = [contactId, otherId].map((id) => rows.get(id)?.keyedAt.getTime() ?? 0)
  return {
    contactId,
    otherId,
    evidence,
    value,
    confidence: CONFIDENCE[evidence],
    memberId: decision?.memberId ?? null,
    madeAt: decision?.madeAt ?? new Date(Math.max(...keyed)),
  }
}

/** A customer, and the customers that people said are other persons. */
interface Suggesting {
  readonly component: Component
  readonly rows: ReadonlyMap<string, IdentityRow>
  readonly apart: ReadonlySet<string>
}

function toSuggestions({ component, rows, apart }: Suggesting, shared: readonly Shared[]): readonly SuggestedLink[] {
  const found = component.contactIds.flatMap((contactId) => {
    const own = rows.get(contactId)
    return shared.flatMap((each) => {
      const isHeld = own !== undefined && own[each.field] === each.value
      const isOutside = !component.contactIds.includes(each.holder.contactId) && !apart.has(each.holder.customerId)
      const suggestion = isHeld && isOutside ? toSuggestion(own, each) : null
      return suggestion === null ? [] : [{ customerId: each.holder.customerId, suggestion }]
    })
  })
  const sorted = found.toSorted(
    (a, b) =>
      b.suggestion.confidence - a.suggestion.confidence || (a.suggestion.otherId < b.suggestion.otherId ? -1 : 1),
  )
  const byCustomer = Map.groupBy(sorted, ({ customerId }) => customerId)
  return [...byCustomer.values()].flatMap(([best]) => best?.suggestion ?? [])
}

/** Null where contacts share what has linked them, or would have if nothing spoke against it. */
function toSuggestion(own: IdentityRow, { field, value, total, holder }: Shared): SuggestedLink | null {
  const sharedBy = total > MOST_SHARING ? total : null
  const isProven = field !== 'email' || (own.emailProven && holder.emailProven)
  if (isProven && sharedBy === null) return null
  const evidence = isProven ? EVIDENCE[field] : 'UNVERIFIED_EMAIL'
  const confidence = sharedBy === null ? CONFIDENCE[evidence] : CROWDED_CONFIDENCE
  return { contactId: own.contactId, otherId: holder.contactId, evidence, value, confidence, sharedBy }
}

const EVIDENCE: Readonly<Record<Shared['field'], Evidence>> = {
  externalId: 'EXTERNAL_ID',
  email: 'VERIFIED_EMAIL',
  phone: 'PHONE',
}
