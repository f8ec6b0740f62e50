import { CONFIDENCE, type Evidence, type Key, keyName } from './evidence.ts'

/** A contact, and the keys that count. */
export interface Keyed {
  readonly contactId: string
  readonly keys: readonly Key[]
}

/** What a person decided of two contacts. Of `APART`, `contactId` is the one that was taken out. */
export interface Decision {
  readonly id: string
  /** The order in which decisions were made. */
  readonly place: number
  readonly verdict: 'TOGETHER' | 'APART'
  readonly contactId: string
  readonly otherId: string
  /** Of `APART`: the decisions to the contrary that came later and stand. While there are any, it does not hold. */
  readonly liftedBy: readonly string[]
}

/** What holds two contacts together. */
export interface Link {
  readonly contactId: string
  readonly otherId: string
  readonly evidence: Evidence
  /** What both have; null for a person's decision. */
  readonly value: string | null
  /** Of a person's decision. */
  readonly decisionId: string | null
}

/** Contacts that are one person. */
export interface Component {
  /** The smallest of its contacts' ids. */
  readonly customerId: string
  /** In the order of their ids. */
  readonly contactIds: readonly string[]
  /** One less than there are contacts: the strongest that hold them together. */
  readonly links: readonly Link[]
}

/**
 * Who is one person: a pure function of what contacts have and what people decided, whatever order it comes in.
 *
 * People's links come first, in the order in which they were made; then shared keys, the surest first. None is followed
 * that would bring two together whom people set apart. Links of a contact that people took out come last of all, so that
 * it is the one that stays outside.
 *
 * @param crowded keys, by `keyName`, that too many share: they are no evidence
 */
export function partition(
  contacts: readonly Keyed[],
  decisions: readonly Decision[],
  crowded: ReadonlySet<string>,
): readonly Component[] {
  const groups = new Groups(contacts.map(({ contactId }) => contactId))
  const known = decisions.filter(({ contactId, otherId }) => groups.has(contactId) && groups.has(otherId))
  const standing = known.toSorted((a, b) => a.place - b.place).filter(({ liftedBy }) => liftedBy.length === 0)
  const apart = standing.filter(({ verdict }) => verdict === 'APART')
  for (const { contactId, otherId } of apart) groups.part(contactId, otherId)
  for (const { id, verdict, contactId, otherId } of standing) {
    if (verdict === 'APART') continue
    groups.link({ contactId, otherId, evidence: 'MEMBER', value: null, decisionId: id })
  }
  const takenOut = new Set(apart.map(({ contactId }) => contactId))
  const isLate = (link: Link): number => Number(takenOut.has(link.contactId) || takenOut.has(link.otherId))
  const shared = toLinks(contacts, crowded)
  shared.sort((a, b) => isLate(a) - isLate(b) || compareLinks(a, b))
  for (const link of shared) groups.link(link)
  return groups.components()
}

/** Each two contacts that share a key, the smaller id first. */
function toLinks(contacts: readonly Keyed[], crowded: ReadonlySet<string>): Link[] {
  const holders = new Map<string, { readonly key: Key; readonly ids: string[] }>()
  for (const { contactId, keys } of contacts) {
    for (const key of keys) {
      const name = keyName(key)
      if (crowded.has(name)) continue
      const held = holders.get(name)
      if (held === undefined) holders.set(name, { key, ids: [contactId] })
      else held.ids.push(contactId)
    }
  }
  const links: Link[] = []
  for (const { key, ids } of holders.values()) {
    if (ids.length < 2) continue
    ids.sort()
    ids.forEach((contactId, n) => {
      for (const otherId of ids.slice(n + 1)) {
        links.push({ contactId, otherId, evidence: key.type, value: key.value, decisionId: null })
      }
    })
  }
  return links
}

/** The surest first; of equal ones, by ids and value, so that nothing is left to chance. */
function compareLinks(a: Link, b: Link): number {
  return (
    CONFIDENCE[b.evidence] - CONFIDENCE[a.evidence] ||
    compare(a.contactId, b.contactId) ||
    compare(a.otherId, b.otherId) ||
    compare(a.value ?? '', b.value ?? '')
  )
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

interface Group {
  readonly members: string[]
  readonly links: Link[]
}

/** Contacts in groups that grow, and what must never be in one. */
class Groups {
  readonly #groupOf: Map<string, Group>
  readonly #apart = new Map<string, string[]>()

  constructor(contactIds: readonly string[]) {
    this.#groupOf = new Map(contactIds.map((id) => [id, { members: [id], links: [] }]))
  }

  has(id: string): boolean {
    return this.#groupOf.has(id)
  }

  part(one: string, other: string): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const held = this.#apart.get(from)
      if (held === undefined) this.#apart.set(from, [to])
      else held.push(to)
    }
  }

  /** Brings the groups of two contacts together, unless they are one, or somebody in them is set apart. */
  link(link: Link): void {
    const one = this.#groupOf.get(link.contactId)
    const other = this.#groupOf.get(link.otherId)
    if (one === undefined || other === undefined || one === other) return
    const [large, small] = one.members.length < other.members.length ? [other, one] : [one, other]
    if (this.#areApart(small, large)) return
    for (const id of small.members) this.#groupOf.set(id, large)
    large.members.push(...small.members)
    large.links.push(...small.links, link)
  }

  #areApart(small: Group, large: Group): boolean {
    if (this.#apart.size === 0) return false
    return small.members.some((id) => this.#apart.get(id)?.some((other) => this.#groupOf.get(other) === large) ?? false)
  }

  components(): readonly Component[] {
    return [...new Set(this.#groupOf.values())].map(({ members, links }) => {
      const contactIds = members.toSorted()
      return { customerId: contactIds[0] ?? '', contactIds, links: links.toSorted(compareLinks) }
    })
  }
}
