import type { Decision, Keyed } from '../../../store/identity/partition.ts'

/** How sure each is, said anew: 100 for what people say. */
const SURE: Readonly<Record<string, number>> = { EXTERNAL_ID: 95, VERIFIED_EMAIL: 90, PHONE: 80 }

interface Edge {
  readonly one: string
  readonly other: string
  readonly sure: number
  readonly late: boolean
}

/**
 * Who is one person, by the rules as they are written in words, as slowly as can be: each contact has a label, and each
 * link is tried in its turn.
 *
 * @returns the customer of each contact
 */
export function modelOf(
  contacts: readonly Keyed[],
  decisions: readonly Decision[],
  mostSharing: number,
): Readonly<Record<string, string>> {
  const ids = contacts.map(({ contactId }) => contactId).toSorted()
  const label: Record<string, string> = Object.fromEntries(ids.map((id) => [id, id]))
  const there = decisions.filter(({ contactId, otherId }) => ids.includes(contactId) && ids.includes(otherId))
  const holding = there.filter(({ liftedBy }) => liftedBy.length === 0)
  const apart = holding.filter(({ verdict }) => verdict === 'APART')
  const out = apart.map(({ contactId }) => contactId)
  const join = ({ one, other }: Pick<Edge, 'one' | 'other'>): void => {
    const [from, to] = [label[one], label[other]]
    const together = (id: string): boolean => label[id] === from || label[id] === to
    if (apart.some(({ contactId, otherId }) => together(contactId) && together(otherId))) return
    for (const id of ids) if (label[id] === from) label[id] = to ?? id
  }
  for (const { verdict, contactId, otherId } of holding.toSorted((a, b) => a.place - b.place)) {
    if (verdict === 'TOGETHER') join({ one: contactId, other: otherId })
  }
  const holds = (id: string): readonly { type: string; value: string }[] =>
    contacts.find(({ contactId }) => contactId === id)?.keys ?? []
  const edges: Edge[] = []
  for (const one of ids) {
    for (const other of ids) {
      if (one >= other) continue
      for (const { type, value } of holds(one)) {
        const sharing = ids.filter((id) => holds(id).some((key) => key.type === type && key.value === value))
        if (!sharing.includes(other) || sharing.length > mostSharing) continue
        edges.push({ one, other, sure: SURE[type] ?? 0, late: out.includes(one) || out.includes(other) })
      }
    }
  }
  const text = ({ late, sure, one, other }: Edge): string => `${late ? 1 : 0} ${200 - sure} ${one} ${other}`
  for (const edge of edges.toSorted((a, b) => (text(a) < text(b) ? -1 : 1))) join(edge)
  return Object.fromEntries(ids.map((id) => [id, ids.find((other) => label[other] === label[id]) ?? id]))
}
