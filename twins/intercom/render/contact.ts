import type { Contact, Note, Tag } from '../records.ts'
import type { World } from '../world.ts'
import { renderAdmin } from './staff.ts'

/** A contact shows this many tags, notes and companies, and says whether there are more. */
const shownLinks = 10

/** A contact as the API writes it. */
export function renderContact(
  world: World,
  contact: Contact,
  options: { readonly mergeHistory?: boolean } = {},
): Record<string, unknown> {
  return {
    type: 'contact',
    id: contact.id,
    workspace_id: world.app.id,
    external_id: contact.externalId,
    role: contact.role,
    email: contact.email,
    email_domain: contact.email?.split('@')[1] ?? null,
    phone: contact.phone,
    name: contact.name,
    avatar: contact.avatar === null ? null : { type: 'avatar', image_url: contact.avatar },
    owner_id: contact.ownerId,
    social_profiles: { type: 'list', data: [] },
    has_hard_bounced: contact.hardBounced,
    marked_email_as_spam: contact.markedAsSpam,
    unsubscribed_from_emails: contact.unsubscribed,
    created_at: contact.createdAt,
    updated_at: contact.updatedAt,
    signed_up_at: contact.signedUpAt,
    last_seen_at: contact.lastSeenAt,
    last_replied_at: contact.lastRepliedAt,
    last_contacted_at: contact.lastContactedAt,
    last_email_opened_at: null,
    last_email_clicked_at: null,
    language_override: contact.language,
    browser: contact.browser,
    browser_version: null,
    browser_language: contact.language,
    os: contact.os,
    location: { type: 'location', country: contact.country, region: contact.region, city: contact.city },
    ...mobileFields,
    custom_attributes: contact.customAttributes,
    tags: links(
      contact,
      'tags',
      contact.tags.map((tag) => ({ type: 'tag', id: tag.id, url: `/tags/${tag.id}` })),
    ),
    notes: links(
      contact,
      'notes',
      contact.noteIds.map((id) => ({ type: 'note', id, url: `/notes/${id}` })),
    ),
    companies: links(
      contact,
      'companies',
      contact.companyIds.map((id) => ({ type: 'company', id, url: `/companies/${id}` })),
    ),
    opted_out_subscription_types: links(contact, 'subscriptions', []),
    opted_in_subscription_types: links(contact, 'subscriptions', []),
    utm_campaign: null,
    utm_content: null,
    utm_medium: null,
    utm_source: null,
    utm_term: null,
    referrer: null,
    enabled_push_messaging: null,
    ...(options.mergeHistory === true ? { merge_history: renderMerges(contact) } : {}),
  }
}

const mobileFields = {
  android_app_name: null,
  android_app_version: null,
  android_device: null,
  android_os_version: null,
  android_sdk_version: null,
  android_last_seen_at: null,
  ios_app_name: null,
  ios_app_version: null,
  ios_device: null,
  ios_os_version: null,
  ios_sdk_version: null,
  ios_last_seen_at: null,
}

function links(contact: Contact, what: string, all: readonly Record<string, unknown>[]): Record<string, unknown> {
  return {
    type: 'list',
    data: all.slice(0, shownLinks),
    url: `/contacts/${contact.id}/${what}`,
    total_count: all.length,
    has_more: all.length > shownLinks,
  }
}

/** The contacts that were merged into this one, latest first. */
export function renderMerges(contact: Contact): Record<string, unknown>[] {
  return contact.merges.toReversed().map((merge) => ({
    type: 'merge_history',
    source_contact_id: merge.sourceId,
    source_contact_role: merge.sourceRole,
    merged_at: merge.at,
  }))
}

/** A contact by its ids only. */
export function renderContactReference(contact: Contact): Record<string, unknown> {
  return { type: 'contact', id: contact.id, external_id: contact.externalId }
}

/** A note on a contact or a company. */
export function renderNote(world: World, note: Note): Record<string, unknown> {
  const author = world.admins.find((admin) => admin.id === note.authorId)
  return {
    type: 'note',
    id: note.id,
    created_at: note.createdAt,
    [note.about.type]: { type: note.about.type, id: note.about.id },
    ...(author ? { author: renderAdmin(author) } : { author: null }),
    body: note.body,
  }
}

/** A tag by itself. */
export function renderTag(tag: Tag): Record<string, unknown> {
  return { type: 'tag', id: tag.id, name: tag.name }
}
