import type { Contact } from '../records.ts'
import type { World } from '../world.ts'
import type { Field, SearchRules } from './match.ts'

const nothing = (): null => null

const fields: Readonly<Record<string, Field<Contact>>> = {
  id: { kind: 'string', read: (contact) => contact.id },
  role: { kind: 'string', read: (contact) => contact.role },
  name: { kind: 'string', read: (contact) => contact.name },
  avatar: { kind: 'string', read: (contact) => contact.avatar },
  owner_id: { kind: 'string', read: (contact) => contact.ownerId },
  email: { kind: 'string', read: (contact) => contact.email },
  email_domain: { kind: 'string', read: (contact) => contact.email?.split('@')[1] ?? null },
  phone: { kind: 'string', read: (contact) => contact.phone },
  formatted_phone: { kind: 'string', read: (contact) => contact.phone },
  external_id: { kind: 'string', read: (contact) => contact.externalId },
  created_at: { kind: 'date', read: (contact) => contact.createdAt },
  signed_up_at: { kind: 'date', read: (contact) => contact.signedUpAt },
  updated_at: { kind: 'date', read: (contact) => contact.updatedAt },
  last_seen_at: { kind: 'date', read: (contact) => contact.lastSeenAt },
  last_contacted_at: { kind: 'date', read: (contact) => contact.lastContactedAt },
  last_replied_at: { kind: 'date', read: (contact) => contact.lastRepliedAt },
  last_email_opened_at: { kind: 'date', read: nothing },
  last_email_clicked_at: { kind: 'date', read: nothing },
  ios_last_seen_at: { kind: 'date', read: nothing },
  android_last_seen_at: { kind: 'date', read: nothing },
  language_override: { kind: 'string', read: (contact) => contact.language },
  browser: { kind: 'string', read: (contact) => contact.browser },
  browser_language: { kind: 'string', read: (contact) => contact.language },
  os: { kind: 'string', read: (contact) => contact.os },
  'location.country': { kind: 'string', read: (contact) => contact.country },
  'location.region': { kind: 'string', read: (contact) => contact.region },
  'location.city': { kind: 'string', read: (contact) => contact.city },
  unsubscribed_from_emails: { kind: 'boolean', read: (contact) => contact.unsubscribed },
  marked_email_as_spam: { kind: 'boolean', read: (contact) => contact.markedAsSpam },
  has_hard_bounced: { kind: 'boolean', read: (contact) => contact.hardBounced },
  tag_id: { kind: 'ids', read: (contact) => contact.tags.map((tag) => tag.id) },
}

const customPrefix = 'custom_attributes.'

/** Contacts are searched by whole days, and dates take only `=`, `>` and `<`. */
export function contactSearch(world: World): SearchRules<Contact> {
  const segment: Field<Contact> = {
    kind: 'ids',
    read(contact) {
      const now = world.clock.seconds()
      return world.segments.filter((candidate) => candidate.holds(contact, now)).map(({ id }) => id)
    },
  }
  return {
    dayZone: world.app.timezone,
    field(name) {
      if (name === 'segment_id') return segment
      if (!name.startsWith(customPrefix)) return fields[name] ?? null
      const attribute = name.slice(customPrefix.length)
      return { kind: 'any', read: (contact) => contact.customAttributes[attribute] ?? null }
    },
    allows(operator, kind, name) {
      if (name === 'tag_id') return operator === '=' || operator === '!='
      switch (operator) {
        case '=':
          return true
        case '!=':
        case 'IN':
        case 'NIN':
          return kind !== 'date'
        case '>':
        case '<':
          return kind === 'integer' || kind === 'date' || kind === 'any'
        case '>=':
        case '<=':
          return kind === 'integer' || kind === 'any'
        case '~':
        case '!~':
        case '^':
        case '$':
          return kind === 'string' || kind === 'any'
      }
    },
  }
}
